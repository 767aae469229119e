"""Diagnostics for programs: JSON, GitHub's workflow commands, SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias
from urllib.parse import quote

from archdsl.diagnostics.diagnostic import Diagnostic, Severity
from archdsl.diagnostics.full import where
from archdsl.diagnostics.source import Span
from archdsl.diagnostics.text import escape

JSON_VERSION = 1
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | None"

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def counts(diagnostics: Iterable[Diagnostic]) -> dict[Severity, int]:
    found = dict.fromkeys(Severity, 0)
    for item in diagnostics:
        found[item.severity] += 1
    return found


def _dump(value: Json) -> str:
    # Lone surrogates, which a text from Python may hold, are no UTF-8.
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"


def to_json(diagnostics: Iterable[Diagnostic]) -> str:
    items = list(diagnostics)
    number = counts(items)
    return _dump(
        {
            "version": JSON_VERSION,
            "counts": {f"{severity.value}s": number[severity] for severity in Severity},
            "diagnostics": [_item(item) for item in items],
        }
    )


def _item(item: Diagnostic) -> Json:
    return {
        "code": item.code,
        "severity": item.severity.value,
        "message": item.message,
        "place": _place(item.span),
        "label": item.label,
        "secondary": [{"place": _place(s.span), "text": s.text} for s in item.secondary],
        "frames": [
            {"path": f.path, "block": f.block, "place": _place(f.span)} for f in item.frames
        ],
        "notes": list(item.notes),
        "help": item.help,
    }


def _ends(span: Span) -> tuple[int, int, int, int]:
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(max(span.end, span.start))
    return line, column, end_line, end_column


def _place(span: Span | None) -> Json:
    """Lines and columns from 1, in characters; the end is exclusive."""
    if span is None:
        return None
    line, column, end_line, end_column = _ends(span)
    return {
        "file": span.source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


# --------------------------------------------------------------------------- GitHub

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def to_github(diagnostics: Iterable[Diagnostic]) -> str:
    return "".join(_command(item) + "\n" for item in diagnostics)


def _command(item: Diagnostic) -> str:
    properties: dict[str, str] = {}
    if item.span:
        line, column, end_line, end_column = _ends(item.span)
        name = escape(item.span.source.name)
        properties |= {"file": name, "line": str(line), "endLine": str(end_line)}
        if line == end_line:  # GitHub takes columns within one line only
            properties |= {"col": str(column), "endColumn": str(max(end_column - 1, column))}
    properties["title"] = f"archdsl {item.code}"
    # A log shows only this text: name the place in it too.
    place = f"{where(item.span)}: " if item.span else ""
    lines = [f"{place}{item.message}", *item.notes, *([item.help] if item.help else [])]
    text = _data("\n".join(escape(line, keep="\n") for line in lines))
    listed = ",".join(f"{k}={_property(v)}" for k, v in properties.items())
    return f"::{_COMMANDS[item.severity]} {listed}::{text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# --------------------------------------------------------------------------- SARIF


def to_sarif(diagnostics: Iterable[Diagnostic], pages: Mapping[str, str] | None = None) -> str:
    from archdsl import __version__

    items = list(diagnostics)
    codes = sorted({item.code for item in items})
    rules: list[Json] = [_rule(code, (pages or {}).get(code, "")) for code in codes]
    return _dump(
        {
            "$schema": _SARIF_SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": {"name": "archdsl", "version": __version__, "rules": rules}},
                    "columnKind": "unicodeCodePoints",
                    "results": [_result(item, codes.index(item.code)) for item in items],
                }
            ],
        }
    )


def _rule(code: str, page: str) -> Json:
    title = page.partition("\n")[0].removeprefix(f"# {code}: ") or code
    rule: dict[str, Json] = {"id": code, "shortDescription": {"text": title}}
    if page:
        rule["help"] = {"text": page, "markdown": page}
    return rule


def _result(item: Diagnostic, rule: int) -> Json:
    text = "\n".join([item.message, *item.notes, *([item.help] if item.help else [])])
    result: dict[str, Json] = {
        "ruleId": item.code,
        "ruleIndex": rule,
        "level": item.severity.value,
        "message": {"text": text},
    }
    if item.span:
        result["locations"] = [{"physicalLocation": _physical(item.span)}]
    related = [(s.span, s.text) for s in item.secondary]
    related += [(f.span, f"in {f.path} -> {f.block}") for f in item.frames]
    if related:
        result["relatedLocations"] = [
            {"id": i, "physicalLocation": _physical(span), "message": {"text": words}}
            for i, (span, words) in enumerate(related)
        ]
    return result


def _physical(span: Span) -> Json:
    line, column, end_line, end_column = _ends(span)
    return {
        "artifactLocation": {"uri": quote(span.source.name.encode("utf-8", "surrogatepass"))},
        "region": {
            "startLine": line,
            "startColumn": column,
            "endLine": end_line,
            "endColumn": end_column,
        },
    }
