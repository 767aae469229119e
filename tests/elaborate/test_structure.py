"""The tree of forms beside the graph: what a target reads the source's shape from."""

from __future__ import annotations

from fractions import Fraction

import pytest

from archdsl.diagnostics import Diagnostics
from archdsl.elaborate import elaborate_net, elaborate_part
from archdsl.ir import structure
from archdsl.ir.shape import Shape
from archdsl.ir.values import NONE, BlockValue, OpValue
from archdsl.syntax import tree
from tests.elaborate.build import elaborated, net_of, paths, program, weights


def keys(items: tuple[structure.Item, ...]) -> list[object]:
    """Layers' and calls' keys, groups' as (key, items)."""
    found: list[object] = []
    for item in items:
        match item:
            case structure.Layer() | structure.Call():
                found.append(item.key)
            case structure.Group():
                found.append((item.key, item.naming, keys(item.items)))
            case structure.Residual() | structure.Gate() | structure.Aux():
                found.append(keys(item.items))
            case structure.Merge():
                found.append([keys(branch.items) for branch in item.branches])
            case structure.Loop():
                found.append([keys(turn.items) for turn in item.rounds])
            case _:
                found.append(type(item).__name__)
    return found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{ relu }", [(None, "name", ["relu"])]),
        ("g: { relu { tanh } }", [("g", "position", ["0", ("1", "position", ["0"])])]),
        ("l: repeat 2 { relu }", [("l", "position", [[["0"], ["1"]]])]),
        ("r: residual { relu }", [("r", "name", [["relu"]])]),
        ("g: { residual { relu } }", [("g", "position", [("0", "name", [["relu"]])])]),
        ("concat { | relu | tanh }", [[["relu"], ["tanh"]]]),
        ("x: relu @x y: skip concat(@x)", ["x", "Ref", "Skip", "Join"]),
        ("let a = 3 relu", ["Let", "relu"]),
        ("x: none relu", ["Skip", "relu"]),
        ("none relu", ["relu"]),
    ],
)
def test_items(body: str, expected: list[object]) -> None:
    assert keys(net_of(body).root.items) == expected


def test_arguments_are_kept_with_their_expressions() -> None:
    text = """
    block B(c, k = 3, act = relu, norm = bn) { conv(c, k) -> norm -> act }
    net N { input 8x8x4 let w = 2 let P = B(act=none) P(w * 4, norm=bn(eps=1e-3)) }
    """
    call = elaborated(text).root.items[-1]
    assert isinstance(call, structure.Call)
    assert call.param == "P"
    args = call.instance.args
    assert list(args) == ["c", "k", "act", "norm"]
    assert args["c"].value == 8
    assert isinstance(args["c"].expr, tree.Binary)
    assert (args["k"].value, args["k"].expr, args["k"].default) == (3, None, True)
    assert (args["act"].value, args["act"].expr, args["act"].default) == (NONE, None, False)
    assert isinstance(args["norm"].value, OpValue)
    assert args["norm"].value.bound == (("eps", Fraction(1, 1000)),)


def test_sources_of_a_layer() -> None:
    layer = net_of("let c = 6 conv(c, 3x3, /2, pad=same)").root.items[-1]
    assert isinstance(layer, structure.Layer)
    assert {name: known.value for name, known in layer.sources.items()} == {
        "c": 6,
        "k": (3, 3),
        "stride": 2,
        "pad": layer.sources["pad"].value,
    }
    assert isinstance(layer.sources["c"].expr, tree.Name)
    assert layer.param is None


def test_instances_know_their_nodes() -> None:
    text = """
    let width = 4
    block B(c) { conv(c, 1x1) -> relu }
    net N { input 8x8x4 relu l: repeat 2 { B(width) } }
    """
    net = elaborated(text)
    group = net.root.items[1]
    assert isinstance(group, structure.Group)
    assert (group.input, group.output) == (1, 5)
    (loop,) = group.items
    assert isinstance(loop, structure.Loop)
    calls = [call for turn in loop.rounds for call in turn.items]
    made = [call.instance for call in calls if isinstance(call, structure.Call)]
    assert [(i.path, i.first, i.last, i.input, i.output) for i in made] == [
        ("l.0", 2, 4, 1, 3),
        ("l.1", 4, 6, 3, 5),
    ]
    assert made[0].globals == {"width": 4}


def test_a_residual() -> None:
    net = net_of("residual(drop_path=0.1) { conv(8, 3x3) } shortcut { proj: conv(8, 1x1) }")
    (item,) = net.root.items
    assert isinstance(item, structure.Residual)
    assert (item.active, item.input, item.body_output) == (True, 0, 1)
    assert item.drop_path is not None
    assert item.drop_path.value == Fraction(1, 10)
    assert (item.drop_key, item.drop_node, item.node) == ("drop_path", 3, 4)
    assert item.shortcut is not None
    assert keys(item.shortcut) == ["proj"]


def test_a_residual_that_is_not_active() -> None:
    (item,) = net_of("residual(drop_path=0.1) if false { conv(8, 3x3) }").root.items
    assert isinstance(item, structure.Residual)
    assert (item.active, item.node, item.drop_node, item.shortcut) == (False, None, None, None)


def test_bound_arguments_leave_positions() -> None:
    text = """
    block B(k, c, groups = 1) { conv(c, k, groups=groups) }
    net N { input 8x8x4 let P = B(1x1, groups=4) let Q = conv(k=1x1) P(8) -> Q(4) -> P(12, groups=2) }
    """
    net = elaborated(text)
    assert [str(node.shape) for node in net.graph] == ["8x8x4", "8x8x8", "8x8x4", "8x8x12"]


def test_own_ops() -> None:
    text = """
    op Mish { torch = "pkg.Mish" keras = "pkg.keras.Mish" shape = in params = 0 macs = 0 }
    op Squash { torch = "pkg.Squash" shape = 2x2x{3 + 1} params = 12 macs = 7 }
    block B(act = Mish) { conv(8, 1x1) -> act }
    net N { input 8x8x4 B -> Squash -> Mish }
    """
    net = elaborated(text)
    assert paths(net) == ["b.conv", "b.act", "squash", "mish"]
    assert [str(node.shape) for node in net.graph][2:] == ["8x8x8", "2x2x4", "2x2x4"]


# -------------------------------------------------------------------- nets and their variants

RESNET = """
block B(c) { conv(c, 1x1) expect params > 0 }
## The base.
net Base(B, n = 2, classes = 10) {
  input 8x8x4
  repeat n { B(4) }
  flatten -> linear(classes)
  expect params > 0
}
net A = Base(B) { expect params > 1 }
## The larger.
net C = A(n = 3) { expect params > 2 }
"""


def test_variants() -> None:
    diagnostics = Diagnostics()
    found = program(
        RESNET.replace("net Base(B,", "net Base(Unit,").replace("{ B(4)", "{ Unit(4)"), diagnostics
    )
    assert list(found.nets) == ["Base", "A", "C"]
    assert [info.required for info in found.nets.values()] == [("Unit",), (), ()]
    assert [info.doc for info in found.nets.values()] == ["The base.", "The base.", "The larger."]
    assert [p.name for p in found.nets["C"].params] == ["Unit", "n", "classes"]
    net = elaborate_net(found, "C", diagnostics)
    assert net is not None
    assert (net.name, net.doc, net.block.name) == ("C", "The larger.", "Base")
    args = {name: known.value for name, known in net.root.args.items()}
    assert isinstance(args["Unit"], BlockValue)
    assert (args["n"], args["classes"]) == (3, 10)


def texts(net: structure.Net) -> dict[str, tuple[str, ...]]:
    """Expectations of the net itself, with what changed since they were written."""
    return {
        found.syntax.span.text: found.changed
        for found in net.expectations
        if found.instance is None
    }


def test_expectations_speak_of_the_arguments_as_declared() -> None:
    text = """
    net Base(n = 2) { input 8x8x4 repeat n { conv(4, 1x1) } expect params > 0 }
    net A = Base(n = 2) { expect params > 1 }
    net C = Base(n = 3) { expect params > 2 }
    net D = C { expect params > 3 }
    """
    assert texts(elaborated(text, "Base")) == {"expect params > 0": ()}
    assert texts(elaborated(text, "A")) == {"expect params > 0": (), "expect params > 1": ()}
    assert texts(elaborated(text, "C")) == {"expect params > 0": ("n",), "expect params > 2": ()}
    assert texts(elaborated(text, "D")) == {
        "expect params > 0": ("n",),
        "expect params > 2": (),
        "expect params > 3": (),
    }
    assert texts(elaborated(text, "Base", {"n": 3})) == {"expect params > 0": ("n",)}
    assert texts(elaborated(text, "Base", {"n": 2})) == {"expect params > 0": ()}
    assert elaborated(text, "C", {"n": 4}).changed == ("n",)


def test_a_net_with_required_parameters_speaks_of_every_variant() -> None:
    text = """
    net Base(n, classes = 10) { input 8x8x4 repeat n { conv(4, 1x1) } expect params > 0 }
    net A = Base(3) { expect params > 1 }
    """
    assert texts(elaborated(text, "A")) == {"expect params > 0": (), "expect params > 1": ()}
    assert texts(elaborated(text, "Base", {"n": 1})) == {"expect params > 0": ("n",)}


def test_expectations_of_blocks_hold_for_each_instance() -> None:
    text = """
    block B(c) { conv(c, 1x1) expect params == c * in.c }
    net N { input 8x8x4 B(4) B(5) }
    """
    found = elaborated(text).expectations
    assert [e.instance.path for e in found if e.instance] == ["b1", "b2"]


def test_another_input_is_a_change() -> None:
    text = "net N(n = 1) { input 8x8x4 relu expect params == 0 }"
    net = elaborated(text, shapes=Shape((4, 4), 4))
    assert str(net.graph.nodes[0].shape) == "4x4x4"
    assert net.changed == ("input",)
    assert texts(net) == {"expect params == 0": ("input",)}
    text = "net N { input a: 8x8x4 input b: 8x8x4 @a -> concat(@b) }"
    net = elaborated(text, shapes={"b": Shape((8, 8), 1)})
    assert str(net.graph.nodes[-1].shape) == "8x8x5"


@pytest.mark.parametrize(
    ("settings", "shapes", "message"),
    [
        ({"m": 1}, None, "N has no parameter `m`"),
        ({}, None, "N needs `n`"),
        ({"n": "x"}, None, '`repeat` wants a whole number, got "x"'),
        ({"n": 1}, {"left": Shape((), 1)}, "N has no input `left`"),
    ],
)
def test_wrong_things_from_outside(
    settings: dict[str, object], shapes: dict[str, Shape] | None, message: str
) -> None:
    diagnostics = Diagnostics()
    found = program("net N(n) { input 4x4x4 repeat n { relu } }", diagnostics)
    assert elaborate_net(found, "N", diagnostics, settings, shapes) is None
    assert [d.message for d in diagnostics] == [message]


def test_settings_may_be_expressions_and_floats() -> None:
    text = "block B { relu } net N(layer = relu, p = 0.5, c: int = 3) { input 4x4x4 layer -> dropout(p) }"
    diagnostics = Diagnostics()
    name = program("let y = relu6", diagnostics).main.file.decls[0].value  # type: ignore[union-attr]
    net = elaborated(text, settings={"layer": name, "p": 0.25})
    assert [node.op.keyword for node in net.graph] == ["input", "relu6", "dropout"]
    assert net.graph.nodes[-1].op.p == 0.25  # type: ignore[attr-defined]


def test_an_unknown_net() -> None:
    diagnostics = Diagnostics()
    found = program("net LeNet { input 4x4x4 relu }", diagnostics)
    assert elaborate_net(found, "LeNt", diagnostics) is None
    assert [(d.code, d.help) for d in diagnostics] == [("E209", "did you mean `LeNet`?")]


# ------------------------------------------------------------------------------------- parts


def test_parts() -> None:
    text = """
    defaults { conv(bias=false) }
    block B(c, k = 1) { conv(c, k) -> bn }
    net N { input 8x8x4 defaults { bn(eps=1e-3) } B(4) expect macs(B(6, k=3), 5x5x2) > 0 }
    """
    net = elaborated(text)
    (found,) = net.expectations
    call = found.syntax.left
    assert isinstance(call, tree.CallExpr)
    diagnostics = Diagnostics()
    part = elaborate_part(found.scope, call.args[0].value, Shape((5, 5), 2), diagnostics)  # type: ignore[arg-type]
    assert part is not None
    assert weights(part)["conv.weight"] == (6, 2, 3, 3)
    assert paths(part) == ["conv", "bn"]
    assert part.graph.nodes[2].op.eps == 1e-3  # type: ignore[attr-defined]
    op = elaborate_part(
        found.scope, OpValue(type(part.graph.nodes[2].op)), Shape((2, 2), 3), diagnostics
    )  # type: ignore[arg-type]
    assert op is not None
    assert [(n.path, str(n.shape)) for n in op.graph] == [("input", "2x2x3"), ("bn", "2x2x3")]
    assert not diagnostics.items


def test_wrong_parts() -> None:
    text = "block B(c) { linear(c) } net N { input 8x8x4 relu expect macs(B, 4x4x4) > 0 }"
    net = elaborated(text)
    (found,) = net.expectations
    call = found.syntax.left
    assert isinstance(call, tree.CallExpr)
    for part, message in [
        (call.args[0].value, "B needs `c`"),
        (call.args[1].value, "a part is an op or a block, got 4x4x4"),
    ]:
        diagnostics = Diagnostics()
        shape = Shape((4, 4), 4)
        assert elaborate_part(found.scope, part, shape, diagnostics) is None  # type: ignore[arg-type]
        assert [d.message for d in diagnostics] == [message]


@pytest.mark.parametrize(
    "use",
    [
        "Twice(conv(k=3x3), 4)",
        "Twice(Twice(conv(k=3x3)), 4)",
        "Twice(Twice(Twice(conv(k=3x3))), 4)",
        "Pairs(Pairs(conv(k=3x3)), 4)",
        "Four(Four(Four(conv(k=3x3))), 4)",
    ],
)
def test_blocks_within_blocks_by_their_arguments_are_no_recursion(use: str) -> None:
    blocks = """
    block Twice(f, c) { first: f(c) second: f(c) }
    block Pairs(f, c) { x: Twice(Twice(f), c) }
    block Once(f, c) { x: f(c) }
    block Four(f, c) { x: Once(Once(Once(Once(f))), c) }
    """
    net = elaborated(f"{blocks} net N {{ input 8x8x4 {use} }}")
    doubled = 2 ** (use.count("Twice") + 2 * use.count("Pairs"))
    assert len([node for node in net.graph.nodes if node.op.keyword == "conv"]) == doubled
