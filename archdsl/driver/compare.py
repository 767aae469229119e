"""What `archdsl cost --compare` is given: nets, with parameters set, or blocks and their input."""

from __future__ import annotations

import re
from dataclasses import replace

from archdsl.diagnostics import Source
from archdsl.driver.pipeline import STAGES, Job, step
from archdsl.driver.project import Project
from archdsl.driver.request import Request

_PLACED = re.compile(r"(?P<file>[^:(),]+):(?P<what>[^:].*)", re.DOTALL)
_BLOCK = re.compile(r"(?P<use>.+),\s*(?P<shape>[0-9]+(?:x[0-9]+)*)\s*", re.DOTALL)
_SET = re.compile(r"\s*(?P<net>\w+)\s*\((?P<settings>.*)\)\s*", re.DOTALL)
_NAME = "Compared"


def comparand(request: Request, text: str) -> Job:
    """The net that `text` means, elaborated; `request` says where names are looked up.

    text: `ResNet50`, `resnet:ResNet50`, `resnet:ResNet50(classes=10)`, `Basic(64), 56x56x64`,
          `resnet:Basic(64), 56x56x64`
    """
    placed = _PLACED.fullmatch(text)
    if placed is not None:
        request, text = replace(request, file=placed["file"]), placed["what"]
    block = _BLOCK.fullmatch(text)
    given = _SET.fullmatch(text) if block is None else None
    name = _NAME if block is not None else text.strip()
    if given is not None:
        name = given["net"]
        own = tuple(part.strip() for part in arguments(given["settings"]))
        request = replace(request, settings=(*request.settings, *own))
    job = Job(replace(request, nets=(name,)), Project(request.root))
    for stage_name, stage in STAGES:
        if stage_name in ("expect", "warn"):
            break
        if not step(stage, job) or job.source is None:
            break
        if stage_name == "read" and block is not None:
            # the block alone, as a net of the file that it is in
            use = f"net {_NAME} {{\n  input {block['shape']}\n  {block['use'].strip()}\n}}\n"
            job.source = Source(job.source.name, f"{job.source.text}\n{use}")
    job.elaborated = job.ok and len(job.nets) == 1
    job.diagnostics.sort()
    return job


def arguments(text: str) -> list[str]:
    """`a=1, b=[2, 3]` at its commas, but for those within brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def short_names(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The texts without their files, where that still tells them apart."""
    short = []
    for text in texts:
        placed = _PLACED.fullmatch(text)
        short.append((placed["what"] if placed else text).strip())
    return tuple(short) if len(set(short)) == len(short) else texts
