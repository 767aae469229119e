"""What `archdsl cost --compare` is given: nets, with parameters set, or blocks and their input."""

from __future__ import annotations

import re
from dataclasses import replace

from archdsl.diagnostics import Diagnostic, Diagnostics, Source, Span
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
    part: _Part | None = None
    job = Job(replace(request, nets=(name,)), Project(request.root))
    for stage_name, stage in STAGES:
        if stage_name in ("expect", "warn"):
            break
        if not step(stage, job) or job.source is None:
            break
        if stage_name == "parse" and block is not None:
            part = _Part(text, block)
            part.join(job)
    job.elaborated = job.ok and len(job.nets) == 1
    if part is not None:
        job.diagnostics = part.cited(job.diagnostics)
    job.diagnostics.sort()
    return job


class _Part:
    """`Basic(64), 56x56x64`: the block alone, as a net of the file that it is in.

    It is read as a text of its own, and what is wrong in it is shown in the words of the argument.
    """

    def __init__(self, text: str, block: re.Match[str]) -> None:
        head = f"net {_NAME} {{ input "
        self._source = Source(f"<compare {text}>", f"{head}{block['shape']} {block['use']} }}")
        self._argument = Source(self._source.name, text)
        use = len(head) + len(block["shape"]) + 1
        # (from, to) in the source, and how far from there it is to the argument
        self._pieces = (
            (len(head), use - 1, block.start("shape") - len(head)),
            (use, use + len(block["use"]), block.start("use") - use),
        )

    def join(self, job: Job) -> None:
        from archdsl.syntax import tree
        from archdsl.syntax.parser import parse

        assert job.file is not None
        own = parse(self._source, job.diagnostics)
        job.file = tree.File((*job.file.decls, *own.decls), job.file.doc, job.file.span)

    def cited(self, found: Diagnostics) -> Diagnostics:
        made = Diagnostics(most=found.most)
        for item in found:
            made.add(self._cited(item))
        return made

    def _cited(self, item: Diagnostic) -> Diagnostic:
        return replace(
            item,
            label="" if item.span and self._written_here(item.span) is None else item.label,
            span=item.span and self._place(item.span),
            secondary=tuple(replace(it, span=self._place(it.span)) for it in item.secondary),
            frames=tuple(replace(it, span=self._place(it.span)) for it in item.frames),
        )

    def _place(self, span: Span) -> Span:
        """In the argument; what is at none of its words, at the end of the block's use."""
        if span.source is not self._source:
            return span
        _, end, to = self._pieces[-1]
        return self._written_here(span) or Span(self._argument, end + to, end + to)

    def _written_here(self, span: Span) -> Span | None:
        if span.source is not self._source:
            return span
        for start, end, to in self._pieces:
            if start <= span.start < end:
                return Span(self._argument, span.start + to, min(span.end, end) + to)
        return None


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
