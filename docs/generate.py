"""Writes the parts of the documentation that say what the source says: run by `make docs`.

- docs/ops.md from archdsl/ops, docs/commands.md from the command line itself, docs/errors.md from
  the pages in templates/errors, docs/targets.md from the targets' lowerings
- editors/archdsl.tmLanguage.json from the language's keywords and ops
- in docs/recipes.md the words of recipes, from archdsl/recipes
- in README.md the table of shipped nets, and that of speed from benchmarks/results.json
- docs/images/resnet50.svg from the network in README.md
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click

import archdsl
from archdsl import ops, targets
from archdsl.cli.group import cli
from archdsl.driver import catalogue
from archdsl.ir.attributes import REQUIRED, attributes_of
from archdsl.ir.op import Kind, Op
from archdsl.recipes import image_words, training_words, vocabulary
from archdsl.recipes.forms import Form
from archdsl.recipes.forms import Option as RecipeOption
from archdsl.syntax import colouring
from archdsl.targets import matrix, precision

ROOT = Path(__file__).resolve().parent.parent
PICTURE = "docs/images/resnet50.svg"
NOTE = "<!-- Written by `make docs` from {}: change it there. -->\n"

# ------------------------------------------------------------------------------------------- ops

FAMILIES = (
    ("Convolutions", ("conv", "depthwise", "pointwise", "deconv")),
    ("Linear", ("linear",)),
    ("Pooling", ("maxpool", "avgpool", "global_avgpool", "global_maxpool")),
    ("Normalisation", ("bn", "groupnorm", "layernorm", "lrn")),
    (
        "Activations",
        (
            "relu",
            "relu6",
            "leaky_relu",
            "prelu",
            "elu",
            "sigmoid",
            "tanh",
            "silu",
            "gelu",
            "hardswish",
            "hardsigmoid",
            "softmax",
        ),
    ),
    ("While training", ("dropout", "drop_path")),
    (
        "Layout",
        (
            "flatten",
            "reshape",
            "slice",
            "crop",
            "channel_shuffle",
            "zero_pad",
            "pad_channels",
            "upsample",
        ),
    ),
    ("Factors", ("layer_scale", "rescale", "standardize")),
)
FORMS = ("input", "add", "concat", "mul")  # of the flow: not written as ops

OPS_INTRODUCTION = """\
# Ops

Every op of the language, with its attributes. An attribute without a default must be given.
Those that may be given by position stand first in the signature; all may be given by name, as
in `conv(c=64, k=3x3)`. `/2` among the arguments is `stride=2`.

How an attribute is written:

| kind | is written |
|---|---|
| count | a whole number of at least 1 |
| int | a whole number of at least 0 |
| number | any number |
| numbers | a number, or a list of one for each channel |
| bool | `true` or `false` |
| size | a number for every axis in space, or one for each: `3`, `3x3`, `(k, 1)` |
| pad | `same`, `same_tf`, a number, a size, or `(top, bottom, left, right)` |
| edges | as pad, without the two words |
| word | one of the words named |
| shape | `7x7x512`, or `4096` for a vector |
| init | an initialiser, as under [Defaults and initialisation](language.md\
#defaults-and-initialisation) |

A map has one, two or three axes in space; most ops take any of these. What an op costs is in
[costs.md](costs.md).
"""


def ops_text() -> str:
    known = {name for _, names in FAMILIES for name in names} | {*FORMS}
    if known != set(ops.OPS):
        raise SystemExit(f"docs/generate.py: give a family to {known ^ set(ops.OPS)}")
    parts = [NOTE.format("archdsl/ops") + OPS_INTRODUCTION]
    for title, names in FAMILIES:
        parts.append(f"## {title}\n")
        parts += [_op(ops.OPS[name]) for name in names]
    return "\n".join(parts)


def _op(op: type[Op]) -> str:
    rows = list(_attributes(op))
    doc = inspect.getdoc(op) or ""
    text = f"### `{_signature(op)}`\n\n{doc}\n"
    if rows:
        lines = ["| attribute | kind | default | |", "|---|---|---|---|"]
        text += "\n" + "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"
    return text


def _signature(op: type[Op]) -> str:
    if not op.positional:
        return op.keyword
    return f"{op.keyword}({', '.join(op.positional)})"


def _attributes(op: type[Op]) -> Iterator[tuple[str, str, str, str]]:
    kinds = op.attributes()
    for known in attributes_of(op).values():
        default = "" if known.default is REQUIRED else f"`{_value(known.default)}`"
        if default == "`none`":
            default = "-"  # what holds then is said by the description
        yield f"`{known.name}`", _kind(kinds[known.name]), default, known.description


def _kind(kind: Kind) -> str:
    return " or ".join(f"`{word}`" for word in kind.words) if kind.name == "word" else kind.name


def _value(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


# -------------------------------------------------------------------------------------- commands

COMMANDS_INTRODUCTION = """\
# Commands

`FILE` is a `.arch` file, `-` for the standard input, or the name of a spec that comes with
archdsl, such as `resnet`. What a command makes goes to the standard output or to the file named
by `-o`; errors and remarks go to the standard error output.

| exit status | |
|---|---|
| 0 | all is well |
| 1 | there are errors in the input |
| 2 | the command was used wrongly: an option, a file or a net that isn't there |
| 70 | a bug in archdsl; the message says what to report |

`archdsl --version` prints the version. Without a terminal, or with `NO_COLOR` set, there are no
colours. Imports don't leave the project's folder: the nearest folder above the file with
`archdsl.toml` or `.git`, else the file's own; `--root` names another.
"""


COMPLETION = """\
## Shell completion

The shell can complete commands, options and their words, `.arch` files and the names of shipped
specs, the nets of the file for `--net`, and targets. For bash 4.4 or newer, in
`~/.bashrc`:

```console
$ eval "$(_ARCHDSL_COMPLETE=bash_source archdsl)"
```

For zsh, in `~/.zshrc`, it is `zsh_source` in place of `bash_source`; for fish, in
`~/.config/fish/completions/archdsl.fish`, the line
`_ARCHDSL_COMPLETE=fish_source archdsl | source`.
"""


def commands_text() -> str:
    parts = [NOTE.format("the command line itself") + COMMANDS_INTRODUCTION]
    context = click.Context(cli, info_name="archdsl")
    for words, command, inner in _commands(cli, context):
        usage = " ".join(command.collect_usage_pieces(inner))
        text = " ".join((command.help or "").split())
        parts.append(f"## archdsl {words}\n\n`archdsl {words} {usage}`\n\n{text}\n")
        rows = [_option(o) for o in command.get_params(inner) if isinstance(o, click.Option)]
        table = ["| option | |", "|---|---|", *(row for row in rows if row)]
        if len(table) > 2:
            parts.append("\n".join(table) + "\n")
    return "\n".join([*parts, COMPLETION])


def _commands(
    group: click.Group, context: click.Context, before: str = ""
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """All commands, those of groups in place of the group: words, command, context."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield from _commands(command, inner, f"{before}{name} ")
        else:
            yield f"{before}{name}", command, inner


def _option(option: click.Option) -> str:
    if "--help" in option.opts:
        return ""
    names = ", ".join(f"`{name}`" for name in sorted(option.opts, key=len))
    value = ""
    if not option.is_flag:
        value = option.metavar or ""
        if not value and isinstance(option.type, click.Path):
            value = "DIRECTORY"
        value = value or "|".join(getattr(option.type, "words", ())) or "N"
        value = " " + f"`{value}`".replace("|", "\\|")
    needed = " Required." if option.required else ""
    return f"| {names}{value} | {option.help or ''}{needed} |"


# ---------------------------------------------------------------------------------- recipes


def recipes_text() -> str:
    text = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    text = _between(text, "recipe parts", _recipe_parts())
    return _between(text, "recipe words", _recipe_words())


def _between(text: str, what: str, made: str) -> str:
    begin, end = f"<!-- {what}: written by `make docs` -->\n", f"<!-- end of the {what} -->\n"
    before, _, rest = text.partition(begin)
    return before + begin + made + end + rest.partition(end)[2]


def _recipe_parts() -> str:
    rows = [f"| `{word}` | {doc} |" for word, doc in vocabulary.PARTS.items()]
    return "\n".join(["| part | |", "|---|---|", *rows, ""])


def _recipe_words() -> str:
    words = training_words
    blocks = ("train", words.TRAIN), ("evaluate", words.EVALUATE), ("ensemble", words.ENSEMBLE)
    parts = [
        _forms("data", image_words.DATA.values()),
        _forms("augment", image_words.STEPS.values()),
        _forms("transfer", words.TRANSFER.values()),
        *(f"### {name}\n\n{_options(form.options)}" for name, form in blocks[:1]),
        _forms("optimizer", words.OPTIMIZERS.values(), 4),
        _forms("schedule", words.SCHEDULES.values(), 4),
        _forms("loss", words.LOSSES.values(), 4),
        *(f"### {name}\n\n{_options(form.options)}" for name, form in blocks[1:]),
    ]
    return "\n" + "\n".join(parts) + "\n"


def _forms(name: str, forms: Iterable[Form], level: int = 3) -> str:
    parts = [f"{'#' * level} {name}\n"]
    for form in forms:
        parts.append(f"`{form.example}`: {form.doc}\n")
        if form.options:
            parts.append(_options(form.options))
    return "\n".join(parts)


def _options(options: Iterable[RecipeOption]) -> str:
    rows = [f"| `{option.name}` | {_default(option)} | {_what(option)} |" for option in options]
    return "\n".join(["| | default | |", "|---|---|---|", *rows, ""])


def _what(option: RecipeOption) -> str:
    words = ", ".join(f"`{word}`" for word in option.words)
    return " ".join(filter(None, (option.doc, f"({words})" if option.doc and words else words)))


def _default(option: RecipeOption) -> str:
    value = option.default
    if option.required:
        return "(needed)"
    if option.shown:
        return option.shown
    if value is None or value == ():
        return "none"
    if isinstance(value, tuple):
        return f"`[{', '.join(value)}]`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str) and option.kind == "string":
        return f'`"{value}"`'
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


# ------------------------------------------------------------------------- parts of the README

NETS = (
    "<!-- shipped nets: written by `make docs` -->\n",
    "<!-- end of the shipped nets -->\n",
)
SPEED = (
    "<!-- speed: written by `make docs` from benchmarks/results.json -->\n",
    "<!-- end of speed -->\n",
)


def readme_text() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for (begin, end), made in ((NETS, _nets()), (SPEED, _speed())):
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = before + begin + made + end + after
    return text


def _speed() -> str:
    """What has a goal, of how time grows the worst alone; and the machine."""
    found = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    rows = [row for row in found["rows"] if row["goal"]]
    growth = [row for row in rows if row["what"].endswith(": growth")]
    worst = max(growth, key=lambda row: row["value"])
    worst = {**worst, "what": "ten times as many layers, checked or compiled: at most"}
    lines = ["| what | measured | goal | by |", "|---|--:|--:|---|"]
    for row in [*(row for row in rows if row not in growth), worst]:
        value, unit = row["value"], row["unit"]
        figure = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
        lines.append(
            f"| {row['what']} | {figure}{'x' if unit == 'x' else f' {unit}'.rstrip()} "
            f"| {row['goal']} | `{row['command']}` |"
        )
    machine = found["machine"]
    lines += [
        "",
        f"On {machine['cores']} cores of an {machine['processor']}, "
        f"{machine['system']}, Python {machine['python']}.",
    ]
    return "\n".join(lines) + "\n"


def _nets() -> str:
    from archdsl.analysis.report import number, short
    from archdsl.driver.project import shipped_names

    lines = ["| spec | net | parameters | MACs | input |", "|---|---|--:|--:|---|"]
    for spec in shipped_names():
        loaded = archdsl.load(spec)
        for name in loaded.nets:
            report = loaded.net(name).cost()
            totals, (shape, *_) = report.totals, report.inputs
            figures = f"{number(totals.params)} | {short(totals.macs)} | {shape}"
            lines.append(f"| {spec} | {name} | {figures} |")
    return "\n".join(lines) + "\n"


def picture() -> bytes:
    """The network at the top of README.md."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- file: (\S+) -->\n```arch\n(.*?)```\n", text, flags=re.DOTALL)
    assert found is not None
    return archdsl.loads(found[2], name=found[1]).net().diagram().draw("svg")


# ----------------------------------------------------------------------------------------- errors

ERRORS_INTRODUCTION = """\
# Errors and warnings

Every message has a code that never changes its meaning. `archdsl explain CODE` prints its page:
what it means, why it is an error, an example wrong and right. `archdsl explain` lists all codes.

E, S and A are about what a file says, R about recipes, F about files and what was asked for, V
about targets that don't agree, W are warnings: they leave the exit code at 0.

| code | meaning |
|---|---|
"""


def errors_text() -> str:
    rows = (
        f"| [{code}](../templates/errors/{code}.md) | {catalogue.title(code)} |\n"
        for code in catalogue.codes()
    )
    return NOTE.format("templates/errors") + ERRORS_INTRODUCTION + "".join(rows)


# ---------------------------------------------------------------------------------------- targets

TARGETS_INTRODUCTION = """\
# What each target can say

Every op with each of its attributes, and two attributes together where they do worse than either.
`yes` is a layer of the framework, perhaps after one that pads; `own` one that the framework lacks,
whose class is emitted with the code; `no` is refused with error E601, which names op and attribute,
and the number of axes where that is the reason.
Where it depends on the number of axes in space, each is named.

Each op stands alone, windows are of 3, an upsampling is by 2. In a net less may do: a `maxpool`
after a ReLU pads with zeros, and needs no class in Keras.

"""

SINGLE_INTRODUCTION = """
## In single precision whatever comes in

In double precision the targets agree to 1e-10 of the largest number. Some layers of a framework
have parts in single precision that no setting changes; `archdsl verify` holds nets that have them
to these bounds.

| framework | op | bound | because |
|---|---|---|---|
"""


def targets_text() -> str:
    names = [name for name in targets.NAMES if hasattr(targets.target(name), "lower")]
    lines = [f"| op | attributes | {' | '.join(names)} |", "|---|---|" + "---|" * len(names)]
    for row in matrix.rows():
        cells = " | ".join(how(row.found[name]) for name in names)
        attributes = f"`{row.attributes}`" if row.attributes else ""
        lines.append(f"| `{row.op}` | {attributes} | {cells} |")
    single = (
        f"| {one.target}{f' on {one.backend}' if one.backend else ''} | `{one.op}`{where(one)} "
        f"| {'not in float64' if one.bound is None else f'{one.bound:g}'} | {one.what} |\n"
        for one in precision.FLOAT32
    )
    note = NOTE.format("archdsl/ops, archdsl/targets/precision.py")
    table = "\n".join(lines) + "\n"
    return note + TARGETS_INTRODUCTION + table + SINGLE_INTRODUCTION + "".join(single)


def how(found: Mapping[str, str]) -> str:
    """One word where all numbers of axes have it."""
    words = set(found.values())
    return words.pop() if len(words) == 1 else ", ".join(f"{r} {h}" for r, h in found.items())


def where(one: precision.Single) -> str:
    if one.rank is not None:
        return f" in {one.rank}d"
    return f" `{one.where[0]}={one.where[1]}`" if one.where else ""


TEXTS: dict[str, Callable[[], str]] = {
    "docs/ops.md": ops_text,
    "docs/commands.md": commands_text,
    "docs/errors.md": errors_text,
    "docs/recipes.md": recipes_text,
    "docs/targets.md": targets_text,
    "editors/archdsl.tmLanguage.json": lambda: colouring.textmate_text(ops.OPS),
    "README.md": readme_text,
}


def main() -> None:
    for name, text in TEXTS.items():
        (ROOT / name).write_text(text(), encoding="utf-8", newline="\n")
    path = ROOT / PICTURE
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(picture())


if __name__ == "__main__":
    main()
