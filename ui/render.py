"""All markup of the page. Nothing from outside gets into it but through `markup.escape`.

Each top-level block is one line that starts with a block tag and holds no line break: Gradio's
Markdown component then passes it through as it stands (CommonMark, HTML block 6), redraws only the
blocks that changed while an answer streams, and its sanitiser drops whatever could still run.
That sanitiser also drops `data-*` and `aria-*`: state travels in `id`, `href` and `value`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from rag import Answer, Article, Citation, IndexStats, display_title
from ui import text as words
from ui.chat import Conversation, Exchange, Place
from ui.labels import (
    MARKER,
    date_words,
    is_short_answer,
    key_phrases,
    own_words,
    source_words,
)
from ui.markup import Layer, article_body, emphasised, escape

SHORT_CHARS = 40  # a longer short answer is set in the size of running text

_ICONS = {
    "answered": '<path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm3.6 5.1-4.3 4.6a.8.8 0 0 1-1.1 0'
    'L4.3 8.9l1.1-1.1 1.3 1.3 3.8-4z"/>',
    "partial": '<path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 1.6a5.4 5.4 0 0 1 0 10.8z"/>',
    "not_found": '<path d="M6.8 1.5a5.3 5.3 0 1 0 3 9.7l3.5 3.4 1.2-1.2-3.5-3.4a5.3 5.3 0 0 0'
    '-4.2-8.5zm0 1.6a3.7 3.7 0 1 1 0 7.4 3.7 3.7 0 0 1 0-7.4zm-2 2.9v1.6h4V6z"/>',
}


def header(stats: IndexStats) -> str:
    """Return the top of the page: name, one line of what it does, what is in the collection."""
    facts = [words.COLLECTION.format(articles=stats.articles)]
    first, last = stats.published_from, stats.published_to
    if first != last:  # a single date would read as that of the whole collection
        facts.append(words.COLLECTION_RANGE.format(first=date_words(first), last=date_words(last)))
    return (
        '<header class="wj-head"><span class="wj-seal">' + words.SEAL + "</span>"
        f'<h1>{words.NAME}</h1><p class="wj-tagline">{words.TAGLINE}</p>'
        f'<p class="wj-collection">{escape(" · ".join(facts))}</p>'
        f'<button type="button" class="wj-new">{words.NEW_BUTTON}</button>'
        f'<button type="button" class="wj-theme" title="{words.THEME_BUTTON}">'
        f'<span class="wj-hidden">{words.THEME_BUTTON}</span></button></header>'
    )


def transcript(conversation: Conversation, examples: Sequence[str]) -> str:
    """Return the conversation, or the welcome with examples while nothing was asked yet."""
    if not conversation:
        return welcome(examples)
    return "\n\n".join(
        _exchange(number, exchange) for number, exchange in enumerate(conversation, start=1)
    )


def welcome(examples: Sequence[str]) -> str:
    """Return what an empty conversation shows."""
    chips = "".join(f'<li><button type="button" class="wj-chip wj-example" value="{escape(one)}">'
                    f"{escape(one)}</button></li>" for one in examples)  # fmt: skip
    offer = f'<h3>{words.WELCOME_EXAMPLES}</h3><ul class="wj-chips">{chips}</ul>' if chips else ""
    return (
        f'<section class="wj-welcome"><h2>{words.WELCOME_TITLE}</h2>'
        f"<p>{words.WELCOME_BODY}</p>{offer}</section>"
    )


def _exchange(number: int, exchange: Exchange) -> str:
    asked = f'<h2 class="wj-asked"><span class="wj-hidden">{words.YOU_ASKED}</span>'
    return (
        f'<section class="wj-exchange wj-{exchange.state}" id="exchange-{number}">'
        f"{asked}{escape(exchange.question)}</h2>"
        f'<div class="wj-reply"><span class="wj-hidden">{words.WE_ANSWER}</span>'
        f"{_reply(number, exchange)}</div></section>"
    )


def _reply(number: int, exchange: Exchange) -> str:
    answer = exchange.answer
    shown = "" if answer is None else _answer(number, answer, whole=exchange.state == "done")
    if exchange.state == "running":
        doing = words.SEARCHING if answer is None else words.WRITING
        return shown + f'<p class="wj-working"><i></i><i></i><i></i>{doing}</p>'
    if exchange.state == "stopped":
        return shown + f'<p class="wj-aside">{words.STOPPED if shown else words.STOPPED_EMPTY}</p>'
    if exchange.problem:
        return shown + f'<p class="wj-problem">{escape(exchange.problem)}</p>'
    return shown


def _answer(number: int, answer: Answer, *, whole: bool) -> str:
    """Return an answer; one that still grows has neither badge nor sources yet."""
    parts = []
    if answer.rewritten and answer.rewritten != answer.question:
        question = escape(words.REWRITTEN.format(question=answer.rewritten))
        parts.append(f'<p class="wj-rewritten">{question}</p>')
    if whole:
        parts.append(_badge(answer))
    parts.append(_body(number, answer))
    if whole:
        parts += [_sources(number, answer), _notes(answer), _nearest(number, answer), _foot(answer)]
    return "".join(parts)


def _badge(answer: Answer) -> str:
    return (
        f'<p class="wj-badge wj-{answer.status}" title="{words.STATUS_MEANING[answer.status]}">'
        f'<svg viewBox="0 0 16 16" width="16" height="16">{_ICONS[answer.status]}</svg>'
        f"{words.STATUS[answer.status]}</p>"
    )


def _body(number: int, answer: Answer) -> str:
    lines = own_words(answer)
    if answer.short and not any(is_short_answer(line, answer) for line in lines):
        lines = (answer.short, *lines)
    return "".join(_line(number, line, answer) for line in lines)


def _line(number: int, line: str, answer: Answer) -> str:
    """Return a line of an answer: markers as links, the words that matter emphasised."""
    short = is_short_answer(line, answer)
    phrases = () if short else key_phrases(answer)
    citations = {citation.marker: citation for citation in answer.citations}
    pieces = MARKER.split(line)  # text, marker, text, marker, …, text
    shown = [emphasised(pieces[0], phrases)]
    for marker, after in zip(pieces[1::2], pieces[2::2], strict=True):
        citation = citations.get(int(marker))
        link = f"[{marker}]" if citation is None else _marker(number, citation)
        shown += [link, emphasised(after, phrases)]
    size = (
        "wj-said" if not short else "wj-short" if len(line) <= SHORT_CHARS else "wj-short wj-long"
    )
    return f'<p class="{size}">{"".join(shown)}</p>'


def _marker(number: int, citation: Citation) -> str:
    title = escape(source_words(citation))
    target = Place(number, "cite", citation.marker).target
    return f'<a class="wj-marker" href="#{target}" title="{title}">[{citation.marker}]</a>'


def _notes(answer: Answer) -> str:
    if not answer.notes:
        return ""
    items = "".join(f"<li>{escape(note)}</li>" for note in answer.notes)
    return f'<div class="wj-notes"><h3>{words.NOTES}</h3><ul>{items}</ul></div>'


def _nearest(number: int, answer: Answer) -> str:
    if not answer.nearest:
        return ""
    ranks = {entry.title: entry.rank for entry in reversed(answer.retrieved)}
    chips = []
    for title in answer.nearest:
        label = escape(title or words.UNTITLED)
        if title in ranks:
            target = Place(number, "near", ranks[title]).target
            label = f'<a class="wj-chip" href="#{target}">{label}</a>'
        else:
            label = f'<span class="wj-chip">{label}</span>'
        chips.append(f"<li>{label}</li>")
    return f'<h3 class="wj-near">{words.NEAREST}</h3><ul class="wj-chips">{"".join(chips)}</ul>'


def _sources(number: int, answer: Answer) -> str:
    """Return the quotes, each with the article it stands in; each one opens the evidence."""
    phrases = key_phrases(answer)
    cards = []
    for citation in answer.citations:
        target = Place(number, "cite", citation.marker).target
        cards.append(
            f'<li><a class="wj-source" href="#{target}">'
            f"<q>{emphasised(citation.quote, phrases)}</q><span><b>[{citation.marker}]</b> "
            f"{escape(source_words(citation))} <i>{words.GO_TO_EVIDENCE}</i></span></a></li>"
        )
    return f'<ol class="wj-sources" title="{words.SOURCES}">{"".join(cards)}</ol>' if cards else ""


def _foot(answer: Answer) -> str:
    total = answer.timings_ms.get("total")
    took = "" if total is None else words.ELAPSED.format(seconds=f"{total / 1000:.2f}")
    copy = f'<button type="button" class="wj-copy" value="{words.COPIED}">{words.COPY}</button>'
    return f'<p class="wj-foot">{copy if answer.citations else ""}<span>{took}</span></p>'


def no_evidence() -> str:
    """Return what the evidence panel shows before anything was cited."""
    return (
        f'<section class="wj-evidence wj-blank"><h2>{words.EVIDENCE_EMPTY_TITLE}</h2>'
        f"<p>{words.EVIDENCE_EMPTY_BODY}</p></section>"
    )


def evidence(article: Article, *, place: Place, answer: Answer) -> str:
    """Return an article with the words marked that `place` of the answer points to."""
    chosen = [c for c in answer.citations if place.kind == "cite" and c.marker == place.index]
    heading = words.EVIDENCE_HEADING if place.kind == "cite" else words.NEAREST_HEADING
    return (
        f'<section class="wj-evidence" id="evidence-{place.target}">'
        f'<div class="wj-bar"><h2>{heading}</h2>{_tabs(answer, place)}'
        f'<button type="button" class="wj-close" title="{words.EVIDENCE_CLOSE}">'
        f'<span class="wj-hidden">{words.EVIDENCE_CLOSE}</span></button></div>'
        f'<article lang="zh"><h3>{escape(display_title(article))}</h3>'
        f'<p class="wj-meta">{_meta(article)}</p>'
        f"{article_body(article.text, _layers(answer, place, article.article_id))}</article>"
        f"{_origin(article, mended=any(citation.mended for citation in chosen))}</section>"
    )


def no_article() -> str:
    """Return what the evidence panel shows when the cited article has been removed since."""
    return f'<section class="wj-evidence wj-blank"><p>{words.EVIDENCE_GONE}</p></section>'


def _layers(answer: Answer, place: Place, article_id: str) -> list[Layer]:
    if place.kind == "near":
        return [
            Layer(entry.start, entry.end, '<span class="wj-passage">', "</span>")
            for entry in answer.retrieved
            if entry.rank == place.index
        ]
    here = [citation for citation in answer.citations if citation.article_id == article_id]
    layers = []
    for citation in here:
        kind = "wj-quote" if citation.marker == place.index else "wj-other"
        layers.append(Layer(citation.start, citation.end, f'<mark class="{kind}">', "</mark>"))
    for phrase in key_phrases(answer):
        for citation in here:
            for found in re.finditer(re.escape(phrase), citation.quote):
                start, end = citation.start + found.start(), citation.start + found.end()
                layers.append(Layer(start, end, "<strong>", "</strong>"))
    return layers


def _tabs(answer: Answer, place: Place) -> str:
    if place.kind != "cite" or len(answer.citations) == 1:
        return ""
    tabs = []
    for citation in answer.citations:
        current = " wj-current" if citation.marker == place.index else ""
        target = Place(place.exchange, "cite", citation.marker).target
        title = escape(source_words(citation))
        tabs.append(f'<li><a class="wj-marker{current}" href="#{target}" title="{title}">'
                    f"[{citation.marker}]</a></li>")  # fmt: skip
    return f'<ol class="wj-tabs" title="{words.EVIDENCE_TABS}">{"".join(tabs)}</ol>'


def _meta(article: Article) -> str:
    known = [article.outlet, date_words(article.published)]
    if article.page:
        known.append(words.PAGE_NUMBER.format(page=article.page))
    if article.author:
        known.append(words.AUTHOR.format(name=article.author))
    return "".join(f"<span>{escape(part)}</span>" for part in known if part)


def _origin(article: Article, *, mended: bool) -> str:
    """Return where the article came from. Addresses are text: links lead nowhere outside."""
    lines = [(words.FILE, article.source)]
    if article.url:
        lines.append((words.PUBLISHED_AT, article.url))
    shown = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in lines)
    warning = f'<p class="wj-notes">{words.MENDED}</p>' if mended else ""
    return f'<footer>{warning}<dl class="wj-origin">{shown}</dl></footer>'


def page_head() -> str:
    """Return what goes into the page's head: our stylesheet, our script, and the seal as icon."""
    seal = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" '
        'rx="6" fill="#a32a20"/><text x="16" y="24" font-size="22" text-anchor="middle" '
        f'fill="#fffefb">{words.SEAL}</text></svg>'
    )
    return (
        '<link rel="stylesheet" href="/wenju.css"><script src="/wenju.js" defer></script>'
        f'<link rel="icon" href="data:image/svg+xml,{quote(seal)}">'
    )
