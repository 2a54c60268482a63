"""Header and footer lines of a page: told apart from its text and taken off.

Only whole lines at the edges of the page go. A telephone number or an address in the last line
of an article is what a reader may be looking for, so such a line goes only together with one
that is certainly a footer (ICP number, copyright …).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.page.attribution import original_title_mark
from corpus.page.lines import Line, ends_sentence, holds_sentence
from corpus.page.metadata import is_date_alone, is_header, read_metadata
from corpus.page.types import PageMetadata

HEADER_LINES = 8
FOOTER_LINES = 12
_LONGEST_CHARS = 200
_LONGEST_CREDIT_CHARS = 60

_CRUMBS = re.compile(r"(?:您的?)?(?:当前|所在|现在所在的)位置[: ]|首页 *(?:>|»|›)")
_SHARE = re.compile(
    r"(?:[\s\[\]【】|:>()/]|打印(?:本页)?|关闭(?:窗口|本页)?|字[体号]|[大中小]|分享到?|微信|微博|qq空间|qq好友"
    r"|朋友圈|收藏(?:本页)?|返回(?:顶部|首页|列表)?|复制链接|我要纠错|扫一扫|语音播报|点赞|评论)+"
)
_CERTAIN = re.compile(
    r"icp[备证]|公网安备|版权所有|copyright|©|返回顶部|设为首页|加入收藏|网站地图|技术支持:|网站维护:"
    r"|网站标识码|关注.{0,12}公众号.{0,16}$|违法和不良信息|未经.{0,8}(?:授权|许可|同意).{0,6}不得|备案号"
    r"|上一[篇条页]:|下一[篇条页]:"
)
_LIKELY = re.compile(
    r"邮编: *\d|电话: *[\d(]|传真: *[\d(]|e-?mail|邮箱:|地址:|[主承]办(?:单位)?:"
    r"|联系我们|关于我们|友情链接"
)
_PAGE_CREDIT = re.compile(
    r"本[版报]\S{0,6}(?:稿件|图文|文图|文字|图片|照片|新闻)\S{0,30}(?:供稿|提供|采写|摄影?)$"
)


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A page without its furniture: the lines kept, what was read, the lines taken off."""

    lines: list[Line]
    metadata: PageMetadata
    furniture: list[Line]


def take_furniture(lines: list[Line]) -> Trimmed:
    """Separate the furniture of a page from its text."""
    credit = [line for line in lines if _is_page_credit(line)]
    rest = _less(lines, credit)
    head = _header(rest[:HEADER_LINES])
    rest = _less(rest, head)
    foot = _footer(rest[-FOOTER_LINES:])
    rest = _less(rest, foot)
    marks = []
    if len(rest) > 1 and not holds_sentence(rest[0].plain):
        length = original_title_mark(rest[0].plain)
        marks = [rest[0].head(length)] if length else []
        rest = [rest[0].after(length), *rest[1:]]
    furniture = sorted([*credit, *head, *foot, *marks], key=lambda line: line.start)
    return Trimmed(rest, read_metadata(head, foot, credit), furniture)


def _header(lines: list[Line]) -> list[Line]:
    found = []
    running = False
    for at, line in enumerate(lines):
        plain = line.plain
        date_line = at > 0 and not running and is_date_alone(plain)
        if _is_frame(plain) or date_line or (not ends_sentence(plain) and is_header(plain)):
            found.append(line)
        running = running or ends_sentence(plain)
    return found


def _footer(lines: list[Line]) -> list[Line]:
    """Return the footer: from the first certain line on, nothing but certain or likely lines."""
    start = len(lines)
    while start > 0 and _is_foot(lines[start - 1].plain):
        start -= 1
    foot = lines[start:]
    while foot and not _is_certain(foot[0].plain):
        foot = foot[1:]
    return foot


def _is_foot(plain: str) -> bool:
    return _is_certain(plain) or (not ends_sentence(plain) and bool(_LIKELY.search(plain)))


def _is_certain(plain: str) -> bool:
    if len(plain) > _LONGEST_CHARS:
        return False
    marks = {match.group() for match in _CERTAIN.finditer(plain)}
    if holds_sentence(plain):
        return len(marks) > 1
    return bool(marks) or _is_frame(plain) or is_header(plain)


def _is_frame(plain: str) -> bool:
    """Tell whether a line is navigation, a path to the page, or a row of buttons."""
    if len(plain) > _LONGEST_CHARS or ends_sentence(plain):
        return False
    if _CRUMBS.match(plain) or re.search(r"(?:[^|]{1,8}\|){3}[^|]{1,8}", plain):
        return True
    return _SHARE.fullmatch(plain) is not None and re.search(r"[】\]|:>]", plain) is not None


def _is_page_credit(line: Line) -> bool:
    """Tell whether the line credits all items of a newspaper page at once."""
    short = len(line.plain) <= _LONGEST_CREDIT_CHARS
    return short and _PAGE_CREDIT.match(line.plain) is not None


def _less(lines: list[Line], gone: list[Line]) -> list[Line]:
    starts = {line.start for line in gone}
    return [line for line in lines if line.start not in starts]
