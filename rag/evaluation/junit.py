"""Results as JUnit XML, which every build server shows: one case a question, one a gate rule."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, indent, tostring

from rag.evaluation.comparison import HEADLINES
from rag.evaluation.gate import Violation
from rag.evaluation.markup import element
from rag.evaluation.summary import Results, Row


def junit_xml(results: Results, violations: Sequence[Violation] = ()) -> str:
    """Return the XML. A question fails when its headline measure is not 1; times are left out."""
    cases = [_case(row, results.name) for row in results.rows]
    suites = [_suite(results.name, cases)]
    if violations:
        suites.append(_suite("gate", [_violation(violation) for violation in violations]))
    root = element("testsuites", *suites)
    indent(root)
    body: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _suite(name: str, cases: Sequence[Element]) -> Element:
    failures = sum(case.find("failure") is not None for case in cases)
    errors = sum(case.find("error") is not None for case in cases)
    return element(
        "testsuite",
        *cases,
        name=name,
        tests=str(len(cases)),
        failures=str(failures),
        errors=str(errors),
    )


def _case(row: Row, name: str) -> Element:
    case = element("testcase", classname=name, name=f"{row.id} {row.question}")
    headline = next((h for h in HEADLINES if row.measures.get(h) is not None), None)
    if row.detail.get("error"):
        case.append(element("error", message=str(row.detail["error"])))
    elif headline is not None and row.measures[headline] != 1.0:
        case.append(
            element("failure", _told(row), message=f"{headline} = {row.measures[headline]:g}")
        )
    return case


def _told(row: Row) -> str:
    if "text" not in row.detail:
        return f"relevant: {', '.join(row.detail['relevant'])}\nfound: {row.detail['found']}"
    wanted = "；".join(row.detail["answers"]) if row.detail["answerable"] else "not_found"
    return f"wanted: {wanted}\nstatus: {row.detail['status']}\nsaid: {row.detail['text']}"


def _violation(violation: Violation) -> Element:
    case = element("testcase", classname="gate", name=f"{violation.rule} {violation.measure}")
    case.append(element("failure", message=str(violation)))
    return case
