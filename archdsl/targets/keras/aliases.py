"""What a module says once about a kind of layer, with `partial`, and not at each of its layers:
the format of maps, initialisers, batch norm's figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from archdsl.ir import structure
from archdsl.ir.op import MISSING, Arg, Call
from archdsl.targets.keras.initial import Initializers, lowered
from archdsl.targets.layout import Brackets, lay_out
from archdsl.targets.outline.constants import Code
from archdsl.targets.outline.rows import value_of
from archdsl.targets.written import literal

_FORMATTED = re.compile(
    r"layers\.(Flatten|Resizing|(Depthwise)?Conv\dD(Transpose)?|ZeroPadding\dD"
    r"|(Global|Adaptive)?(Max|Average)Pooling\dD|Cropping[23]D|UpSampling[23]D)"
)
_FOLDED = re.compile(r"momentum|epsilon|\w+_initializer")
FORMAT = "channels_last"


class Aliases:
    """Kinds of layers with arguments that hold for all of them in a module."""

    def __init__(self, nets: Sequence[structure.Net], known: Initializers) -> None:
        self._not = {f"layers.{word}" for word in known.taken}  # the source's names come first
        self._folded: dict[str, dict[str, object]] = {}
        self._used: dict[str, None] = {}
        seen: dict[tuple[str, str], Counter[object]] = {}
        defaults: dict[tuple[str, str], object] = {}
        for net in nets:
            for node in net.graph:
                for call in lowered(known, net.graph, node):
                    for arg in call.args:
                        place = call.target, arg.name
                        if _FOLDED.fullmatch(arg.name) and not isinstance(arg.value, Call):
                            seen.setdefault(place, Counter())[value_of(arg.value)] += 1
                            defaults[place] = arg.default
        for (target, name), values in seen.items():
            value, times = max(values.items(), key=lambda i: i[1])
            usual = defaults[(target, name)]
            # saying the framework's own default at many layers would be worse than not folding
            worth = times > 1 and (usual not in values or 4 * times >= 3 * values.total())
            if target.startswith("layers.") and value != usual and worth:
                self._folded.setdefault(target, {})[name] = value

    def head(self, target: str) -> str:
        """The name to call a layer by."""
        formatted = _FORMATTED.fullmatch(target) is not None
        if target in self._not or not (formatted or target in self._folded):
            return target
        self._used[target] = None
        return target.removeprefix("layers.")

    def args(self, call: Call) -> tuple[Arg, ...]:
        """A call's arguments, where what the alias says is the default."""
        folded = self._folded.get(call.target, {}) if call.target not in self._not else {}
        args = [
            Arg(a.name, a.value, a.of, folded[a.name], a.positional) if a.name in folded else a
            for a in call.args
        ]
        inherits = call.helper is not None and "Conv" in call.target
        if inherits or (call.target in self._not and _FORMATTED.fullmatch(call.target)):
            args.append(Arg("data_format", FORMAT))
        return tuple(args)

    def lines(self, text: str) -> list[str]:
        """The definitions of those that the text uses."""
        found: list[str] = []
        for target in sorted(self._used):
            name = target.removeprefix("layers.")
            if not re.search(rf"(?<![\w.]){name}\b", text):
                continue
            args = [f'data_format="{FORMAT}"'] if _FORMATTED.fullmatch(target) else []
            args += [f"{n}={_shown(v)}" for n, v in self._folded.get(target, {}).items()]
            found += lay_out(f"{name} = ", Brackets("partial", (target, *args)), 0)
        return found


def _shown(value: object) -> str:
    return str(value) if isinstance(value, Code) else literal(value)


def is_default(arg: Arg) -> bool:
    value = value_of(arg.value)
    return arg.default is not MISSING and type(value) is type(arg.default) and value == arg.default
