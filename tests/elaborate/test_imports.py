"""Imports: names from other files, with the lets and defaults that stay at home."""

from __future__ import annotations

import pytest

from archdsl.diagnostics import Diagnostics, Source
from archdsl.elaborate import NoLoader, load_program
from archdsl.syntax.parser import parse
from tests.elaborate.build import Texts, attribute, elaborated, errors, paths, program, shapes

RESNET = """
defaults { conv(bias=false) }
let width = 8
block Basic(c = width) { conv(c, 3x3) -> bn }
seq Pair(c) { conv(c, 1x1) -> Basic(c) }
op Mish { torch = "pkg.Mish" shape = in params = 0 macs = 0 }
net Net(n) { input 8x8x4 repeat n { conv(4, 1x1) } expect params > 0 }
net One = Net(1)
"""


def test_names_and_aliases() -> None:
    text = """
    import Basic, Pair as Two, width from "resnet.arch"
    net N { input 8x8x4 Basic -> Two(3) -> conv(width, 1x1) }
    """
    net = elaborated(text, files={"resnet.arch": RESNET})
    assert paths(net) == ["basic.conv", "basic.bn", "two.0", "two.1.conv", "two.1.bn", "conv"]
    assert shapes(net)[-1] == "8x8x8"
    assert net.root.globals == {"width": 8}


def test_defaults_stay_with_what_is_written_there() -> None:
    text = """
    import Basic from "resnet.arch"
    net N { input 8x8x4 Basic -> conv(4, 1x1) }
    """
    net = elaborated(text, files={"resnet.arch": RESNET})
    assert attribute(net, "basic.conv", "bias") is False
    assert attribute(net, "conv", "bias") is True


def test_instances_say_where_their_block_is_declared() -> None:
    text = 'import Basic from "resnet.arch" net N { input 8x8x4 Basic }'
    net = elaborated(text, files={"resnet.arch": RESNET})
    call = net.root.items[0]
    assert call.instance.file == "resnet.arch"  # type: ignore[union-attr]
    assert net.file == net.root.file == "net.arch"


def test_nets_are_varied_across_files() -> None:
    text = 'import Net, One from "resnet.arch" net Two = Net(2) net Again = One(3)'
    files = {"resnet.arch": RESNET}
    net = elaborated(text, "Two", files=files)
    assert (net.name, net.file, net.root.file) == ("Two", "net.arch", "resnet.arch")
    assert paths(net) == ["conv1", "conv2"]
    assert attribute(net, "conv1", "bias") is False
    assert len(paths(elaborated(text, "Again", files=files))) == 3
    assert len(paths(elaborated(text, "One", files=files))) == 1
    assert list(program(text, Diagnostics(), files).nets) == ["Two", "Again"]


def test_ops_of_ones_own_are_imported() -> None:
    text = 'import Mish from "resnet.arch" net N { input 8x8x4 Mish }'
    net = elaborated(text, files={"resnet.arch": RESNET})
    assert attribute(net, "mish", "torch_path") == "pkg.Mish"


def test_a_file_is_loaded_once() -> None:
    files = {
        "a.arch": 'import C from "c.arch" block A { C }',
        "b.arch": 'import C from "c.arch" block B { C }',
        "c.arch": "block C { relu }",
    }
    text = 'import A from "a.arch" import B from "b.arch" net N { input 8x8x4 A -> B }'
    diagnostics = Diagnostics()
    found = program(text, diagnostics, files)
    assert list(found.modules) == ["c.arch", "a.arch", "b.arch", "net.arch"]
    a, b = found.modules["a.arch"], found.modules["b.arch"]
    assert a.declared["C"] is b.declared["C"]
    assert paths(elaborated(text, files=files)) == ["a.c.relu", "b.c.relu"]


def test_the_loader_is_told_who_asks() -> None:
    files = {"a.arch": 'import B from "b.arch"', "b.arch": "block B { relu }"}
    diagnostics = Diagnostics()
    source = Source("main.arch", 'import B from "a.arch"')
    loader = Texts(files, diagnostics)
    load_program(source, parse(source, diagnostics), loader, diagnostics)
    assert loader.asked == [("a.arch", "main.arch"), ("b.arch", "a.arch")]


@pytest.mark.parametrize(
    ("text", "files", "expected"),
    [
        (
            'import A from "x.arch" net N { input 4x4x4 A }',
            {},
            [("E501", 'there is no "x.arch"', "net.arch")],
        ),
        (
            'import Basik from "resnet.arch" net N { input 4x4x4 Basik }',
            {"resnet.arch": RESNET},
            [("E503", "resnet.arch declares no `Basik`", "net.arch")],
        ),
        (
            'import A from "a.arch" net N { input 4x4x4 A }',
            {
                "a.arch": 'import B from "b.arch" block A { B }',
                "b.arch": 'import A from "a.arch" block B { relu }',
            },
            [("E502", "the imports go in a circle: a.arch -> b.arch -> a.arch", "b.arch")],
        ),
        (
            'import N from "net.arch"',
            {},
            [("E502", "the imports go in a circle: net.arch -> net.arch", "net.arch")],
        ),
        (
            'import Basic from "resnet.arch" block Basic { relu } net N { input 4x4x4 Basic }',
            {"resnet.arch": RESNET},
            [("E203", "`Basic` is declared twice", "net.arch")],
        ),
        (
            'import conv, relu as act from "resnet.arch" net N { input 4x4x4 conv(4, 1x1) -> act }',
            {"resnet.arch": RESNET},
            [
                ("E503", "resnet.arch declares no `conv`", "net.arch"),
                ("E503", "resnet.arch declares no `relu`", "net.arch"),
            ],
        ),
        (
            'import Basic as conv from "resnet.arch"',
            {"resnet.arch": RESNET},
            [("E204", "`conv` can't be given a new meaning: it is an op", "net.arch")],
        ),
        (
            'import A from "a.arch" net N { input 4x4x4 relu }',
            {"a.arch": "block A { cnov(4, 3x3) }"},
            [("E201", "unknown layer `cnov`", "a.arch")],
        ),
        (
            'import A from "a.arch" net N { input 4x4x4 A }',
            {"a.arch": "block A { linear(4) }"},
            [("S202", "linear wants a vector, and its input is a map of 4x4x4", "a.arch")],
        ),
        (
            'import a from "a.arch" net N { input 4x4x4 conv(a, 3x3) }',
            {"a.arch": "let a = 1 / 0"},
            [("E312", "division by zero", "a.arch")],
        ),
    ],
)
def test_what_goes_wrong(
    text: str, files: dict[str, str], expected: list[tuple[str, str, str]]
) -> None:
    found = errors(text, files)
    assert [(d.code, d.message, d.span.source.name if d.span else "") for d in found] == expected


def test_what_every_file_has_is_not_imported() -> None:
    (found,) = errors(
        'import conv from "a.arch" net N { input 4x4x4 relu }', {"a.arch": "let a = 1"}
    )
    assert found.help == "`conv` is an op: every file has it, and there is nothing to import"


def test_a_source_of_no_folder_imports_nothing() -> None:
    diagnostics = Diagnostics()
    source = Source("<text>", 'import A from "a.arch"')
    load_program(source, parse(source, diagnostics), NoLoader(), diagnostics)
    assert [d.code for d in diagnostics] == ["E501"]
