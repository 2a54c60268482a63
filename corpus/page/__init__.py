"""One page → its articles: columns joined, headlines, bylines and page data found.

A file may be a plain article, a scraped web page with header and footer lines, or a newspaper
page on which several articles stand and sentences break across columns. `split_page` reads all
three; a page that gives no strong evidence of several articles comes back as one.
"""

from corpus.page.split import split_page
from corpus.page.types import Block, BlockKind, Page, PageArticle, PageMetadata

__all__ = ["Block", "BlockKind", "Page", "PageArticle", "PageMetadata", "split_page"]
