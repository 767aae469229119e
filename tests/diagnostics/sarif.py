"""What SARIF 2.1.0's schema says of the parts that archdsl writes, and a check against it.

Written after the OASIS standard (sections 3.13 to 3.49), of whose schema no package on the
registries brings a copy. As in the schema, nothing may stand in an object that it doesn't name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

TEXT: dict[str, Any] = {"type": str}
LINE: dict[str, Any] = {"type": int, "minimum": 1}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": dict, "required": required.split(), "properties": properties}


def _list(items: Any, unique: bool = False) -> dict[str, Any]:
    return {"type": list, "items": items, "unique": unique}


MESSAGE = _object("text", text=TEXT, markdown=TEXT)
REGION = _object("startLine", startLine=LINE, startColumn=LINE, endLine=LINE, endColumn=LINE)
# A relative URI reference: nothing in it that must be escaped, no backslash.
URI = {"type": str, "pattern": r"[A-Za-z0-9._~!$&'()*+,;=@%/-]+"}
PHYSICAL = _object("artifactLocation", artifactLocation=_object("uri", uri=URI), region=REGION)
LOCATION = _object("", id={"type": int, "minimum": 0}, physicalLocation=PHYSICAL, message=MESSAGE)
RESULT = _object(
    "message",
    ruleId=TEXT,
    ruleIndex={"type": int, "minimum": 0},
    level={"type": str, "enum": ["none", "note", "warning", "error"]},
    message=MESSAGE,
    locations=_list(LOCATION),
    relatedLocations=_list(LOCATION, unique=True),
)
RULE = _object("id", id=TEXT, shortDescription=MESSAGE, help=MESSAGE)
DRIVER = _object("name", name=TEXT, version=TEXT, rules=_list(RULE, unique=True))
LOG = _object(
    "version runs",
    version={"type": str, "enum": ["2.1.0"]},
    runs=_list(
        _object(
            "tool",
            tool=_object("driver", driver=DRIVER),
            columnKind={"type": str, "enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            results=_list(RESULT),
        )
    ),
)
LOG["properties"]["$schema"] = TEXT


def problems(value: Any, schema: dict[str, Any] = LOG, at: str = "$") -> Iterator[str]:
    """Where a value isn't as the schema says."""
    if type(value) is not schema["type"]:
        yield f"{at} is a {type(value).__name__}"
        return
    if isinstance(value, dict):
        yield from (f"{at} lacks {key}" for key in schema["required"] if key not in value)
        for key, inner in value.items():
            if key in schema["properties"]:
                yield from problems(inner, schema["properties"][key], f"{at}.{key}")
            else:
                yield f"{at} has {key}"
    elif isinstance(value, list):
        if schema["unique"] and any(item in value[:i] for i, item in enumerate(value)):
            yield f"{at} has an item twice"
        for i, item in enumerate(value):
            yield from problems(item, schema["items"], f"{at}[{i}]")
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{at} is {value!r}"
    elif "minimum" in schema and value < schema["minimum"]:
        yield f"{at} is {value}"
    elif "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        yield f"{at} is {value!r}"


def check(log: dict[str, Any]) -> None:
    """Fails unless the log is one, and its results point at their rules."""
    assert list(problems(log)) == []
    for run in log["runs"]:
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        for result in run["results"]:
            assert rules[result["ruleIndex"]] == result["ruleId"]
