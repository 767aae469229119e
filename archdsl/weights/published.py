"""keras.applications' models: the file that each one's weights are kept in, and what its layers are
called, the shipped map read backwards.

A recipe's scripts look these up where they are run: Keras loads the file, and the names say where
each array goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from archdsl.diagnostics import Span
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.files import Module
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.values import whole
from archdsl.syntax import tree
from archdsl.weights.map_files import shipped_map
from archdsl.weights.mapping import Rule, bound, renaming

_TENSORFLOW = "_weights_tf_dim_ordering_tf_kernels"
FILES: Mapping[str, str] = {
    "VGG16": f"vgg16{_TENSORFLOW}.h5",
    "VGG19": f"vgg19{_TENSORFLOW}.h5",
    **{f"ResNet{n}": f"resnet{n}{_TENSORFLOW}.h5" for n in (50, 101, 152)},
    **{f"ResNet{n}V2": f"resnet{n}v2{_TENSORFLOW}.h5" for n in (50, 101, 152)},
    "InceptionV3": f"inception_v3{_TENSORFLOW}.h5",
    "MobileNet": "mobilenet_1_0_224_tf.h5",
    "MobileNetV2": f"mobilenet_v2{_TENSORFLOW}_1.0_224.h5",
    "MobileNetV3Large": "weights_mobilenet_v3_large_224_1.0_float.h5",
    "MobileNetV3Small": "weights_mobilenet_v3_small_224_1.0_float.h5",
    **{f"EfficientNetB{n}": f"efficientnetb{n}.h5" for n in range(8)},
}
"""Below `models` in Keras's cache, for the models that the shipped map has names for."""

_MOST = 200  # a number in a name is less
_PAIRS = 12  # a number beside another one in an expression is less


def names(model: str, net: str, paths: Iterable[str]) -> dict[str, str] | None:
    """What the layers of a net are called in a model of keras.applications; None where the map has
    no names for such a net. A layer that it doesn't name isn't among them, nor is one that several
    names of one kind would be read as: the line that binds least is the one that means it.

    The net is known by its own name, or is the shipped one of the model's name.
    """
    shipped = shipped_map("keras")
    for known in (net, f"Keras{model}", model):
        section = shipped.section(known)
        if section is not None:
            break
    else:
        return None
    module = Module(shipped.source, tree.File((), None, Span(shipped.source, 0, 0)))
    rules = [_Backwards(rule, module) for rule in section.rules]
    there = renaming(shipped, section, [])
    found: dict[str, str] = {}
    for path in paths:
        possible: dict[int, set[str]] = {}
        for backwards in rules:
            kept = {n for n in backwards.names(path) if there.target(n) == (True, path)}
            if kept:
                possible.setdefault(len(backwards.rule.kinds), set()).update(kept)
        if possible and len(exact := possible[min(possible)]) == 1:
            found[path] = exact.pop()
    return found


class _Backwards:
    """A rule from right to left: what its names must hold for a path to come out."""

    def __init__(self, rule: Rule, module: Module) -> None:
        self.rule = rule
        self.module = module
        self.texts: list[dict[str, list[dict[str, str]]]] = [
            {part: [{}]} if isinstance(part, str) else self._texts(part)
            for part in rule.target or ()
        ]
        parts = ("|".join(map(re.escape, sorted(t, key=len, reverse=True))) for t in self.texts)
        self.pattern = re.compile("".join(f"({part})" for part in parts))

    def names(self, path: str) -> Iterator[str]:
        """Names there that may be this layer's here."""
        match = self.pattern.fullmatch(path) if self.texts else None
        if match is None:
            return
        free = {name: "" for name, kind in self.rule.kinds.items() if kind == "auto"}
        held: list[dict[str, str]] = [{}]
        for texts, text in zip(self.texts, match.groups(), strict=True):
            held = [a | b for a in held for b in texts[text] if _agree(a, b)]
        for one in held:
            values = free | one
            if values.keys() == self.rule.kinds.keys():
                yield "".join(values[p[1:]] if p[0] == "{" else p for p in self.rule.pieces)

    def _texts(self, expr: tree.Expr) -> dict[str, list[dict[str, str]]]:
        """What an expression comes to, and for which values of the names in it."""
        scope = self.module.scope()
        used = [name for name in self.rule.kinds if re.search(rf"\b{name}\b", expr.span.text)]
        found: dict[str, list[dict[str, str]]] = {}
        for held in self._held(used):
            values = {n: bound(self.rule.kinds[n], text, 0) for n, text in held.items()}
            try:
                value = evaluate(expr, scope.inside({**self.rule.values, **values}))
            except (Problem, Poisoned):  # past a list's end
                continue
            number = whole(value)
            found.setdefault(str(value if number is None else number), []).append(held)
        return found

    def _held(self, used: list[str]) -> Iterator[dict[str, str]]:
        most = _MOST if len(used) < 2 else _PAIRS
        held: list[dict[str, str]] = [{}]
        for name in used:
            texts = _possible(self.rule.kinds[name], most)
            held = [{**one, name: text} for one in held for text in texts]
        yield from held


def _agree(a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    return all(a[name] == b[name] for name in a.keys() & b.keys())


def _possible(kind: str, most: int) -> list[str]:
    match kind:
        case "number":
            return [str(n) for n in range(most)]
        case "auto":
            return ["", *(f"_{n}" for n in range(1, most))]
        case "letter":
            return [chr(ord("a") + n) for n in range(26)]
        case "word" | "path":
            return []
    return kind.split("|")
