"""Whole HTML documents beside the chat page: the HTTP interface explained, and what came in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ui import text as words
from ui.labels import failure_words, report_row, report_totals
from ui.markup import escape

_STYLE = Path(__file__).with_name("wenju.css")


def api_page(operations: Iterable[Mapping[str, Any]]) -> str:
    """Return the page at /api/docs: each operation with its method, path, meaning and request."""
    sections = "".join(_operation(one) for one in operations)
    schema = '<a href="/api/openapi.json">/api/openapi.json</a>'
    return _document(words.API_TITLE, f"<p>{words.API_BODY}{schema}</p>{sections}")


def _operation(one: Mapping[str, Any]) -> str:
    body = f"<h3>{words.API_REQUEST}</h3><pre>{escape(one['body'])}</pre>" if one["body"] else ""
    return (
        f"<section><h2><code>{escape(one['method'])} {escape(one['path'])}</code></h2>"
        f"<p>{escape(one['summary'])}</p>{body}</section>"
    )


def report_page(summary: Any) -> str:
    """Return what came in as one document that needs nothing beside it."""
    duplicates = [
        f"{one.title or words.UNTITLED} ({one.article_id}): {', '.join(one.sources)}"
        for one in summary.duplicates
    ]
    failures = [failure_words(one.source, one.where, one.reason) for one in summary.failures]
    body = (
        f"<p>{escape(report_totals(summary))}</p>"
        + _list(words.REPORT_FAILURES, failures)
        + _table(words.REPORT_COLUMNS, [report_row(source) for source in summary.sources])
        + _list(words.REPORT_DUPLICATES, duplicates)
    )
    return _document(words.REPORT_TITLE, body)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _list(title: str, lines: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{title}</h2><ul>{items}</ul>" if items else ""


def _document(title: str, body: str) -> str:
    style = _STYLE.read_text(encoding="utf-8")
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>'
        f'<style>{style}</style><body class="wj-document"><main><h1>{title}</h1>{body}</main>'
        "</body></html>"
    )
