"""Defaults flow, and the nearest wins; initialisation by the same rule."""

from __future__ import annotations

import pytest

from archdsl.ir.values import Initializer
from tests.elaborate.build import attribute, elaborated, errors, net_of

ZEROS = Initializer("zeros")
SMALL = Initializer("normal", (("std", 0.01), ("mean", 0.0)))


@pytest.mark.parametrize(
    ("text", "eps"),
    [
        ("net N { input 4x4x4 bn }", 1e-5),
        ("defaults { bn(eps=1e-3) } net N { input 4x4x4 bn }", 1e-3),
        ("defaults { bn(eps=1e-3) } net N { input 4x4x4 bn(eps=1e-4) }", 1e-4),
        ("defaults { bn(eps=1e-3) } net N { input 4x4x4 defaults { bn(eps=1e-4) } bn }", 1e-4),
        ("net N { input 4x4x4 bn defaults { bn(eps=1e-4) } }", 1e-4),
        ("net N { input 4x4x4 { defaults { bn(eps=1e-4) } bn } }", 1e-4),
        ("net N { input 4x4x4 { defaults { bn(eps=1e-4) } relu } bn }", 1e-5),
        ("block B { bn } net N { input 4x4x4 defaults { bn(eps=1e-4) } b: B }", 1e-4),
        (
            "block B { defaults { bn(eps=1e-2) } bn } "
            "net N { input 4x4x4 defaults { bn(eps=1e-4) } b: B }",
            1e-2,
        ),
        ("net M { input 4x4x4 bn } net N = M { defaults { bn(eps=1e-4) } }", 1e-4),
        (
            "net M { input 4x4x4 defaults { bn(eps=1e-2) } bn } "
            "net N = M { defaults { bn(eps=1e-4) } }",
            1e-2,
        ),
        (
            "net M { input 4x4x4 bn } net K = M { defaults { bn(eps=1e-2) } } "
            "net N = K { defaults { bn(eps=1e-4) } }",
            1e-2,
        ),
        ("block B(norm) { norm } net N { input 4x4x4 b: B(bn(eps=1e-2)) }", 1e-2),
        (
            "defaults { bn(eps=1e-3) } block B(norm) { norm(eps=1e-6) } "
            "net N { input 4x4x4 b: B(bn(eps=1e-2)) }",
            1e-6,
        ),
        ("defaults { bn(eps=1e-3) } let e = 1e-2 net N { input 4x4x4 bn(eps=e) }", 1e-2),
        ("let e = 1e-2 defaults { bn(eps=e) } net N { input 4x4x4 bn }", 1e-2),
        ("net N(e = 1e-2) { input 4x4x4 defaults { bn(eps=e) } bn }", 1e-2),
        ("net N { input 4x4x4 let e = 1e-2 defaults { bn(eps=e) } bn }", 1e-2),
        ("defaults { bn(eps=1e-2) bn(momentum=0.2) } net N { input 4x4x4 bn }", 1e-2),
    ],
)
def test_the_nearest_wins(text: str, eps: float) -> None:
    net = elaborated(text)
    (found,) = [node.op.eps for node in net.graph if node.op.keyword == "bn"]  # type: ignore[attr-defined]
    assert found == eps


def test_by_keyword_exactly() -> None:
    net = net_of("defaults { conv(bias=false) } conv(4, 1x1) -> pointwise(4) -> depthwise(3x3)")
    assert [node.op.bias for node in net.graph.nodes[1:]] == [False, True, True]  # type: ignore[attr-defined]


def test_a_default_may_give_what_is_required() -> None:
    net = net_of("defaults { conv(k=3x3) lrn(size=3) } conv(8) -> lrn")
    assert attribute(net, "conv", "k") == (3, 3)
    assert attribute(net, "lrn", "size") == 3


def test_attributes_merge_one_by_one() -> None:
    text = """
    defaults { conv(bias=false, pad=0) }
    net N { input 9x9x4 defaults { conv(pad=1) } conv(4, 3x3, /2) }
    """
    net = elaborated(text)
    assert attribute(net, "conv", "bias") is False
    assert attribute(net, "conv", "pad") == ((1, 1), (1, 1))
    assert attribute(net, "conv", "stride") == (2, 2)


@pytest.mark.parametrize(
    ("text", "init"),
    [
        ("net N { input 4x4x4 conv(4, 1x1) }", None),
        (
            "init { conv = zeros } net N { input 4x4x4 conv(4, 1x1) }",
            ZEROS,
        ),
        ("net N { input 4x4x4 init { conv = normal(0.01) } conv(4, 1x1) }", SMALL),
        (
            "init { conv = zeros } net N { input 4x4x4 init { conv = normal(0.01) } conv(4, 1x1) }",
            SMALL,
        ),
        ("init { conv = zeros } net N { input 4x4x4 conv(4, 1x1, init=normal(0.01)) }", SMALL),
        ("init { linear = zeros } net N { input 4x4x4 conv(4, 1x1) }", None),
        ("defaults { conv(init=normal(0.01)) } net N { input 4x4x4 conv(4, 1x1) }", SMALL),
        (
            "net M { input 4x4x4 conv(4, 1x1) } net N = M { init { conv = normal(0.01) } }",
            SMALL,
        ),
    ],
)
def test_initialisation_flows_alike(text: str, init: Initializer | None) -> None:
    assert attribute(elaborated(text), "conv", "init") == init


def test_flowing_values_are_no_sources() -> None:
    text = """
    defaults { bn(eps=1e-3) }
    block B(norm) { norm(momentum=0.2) }
    net N { input 4x4x4 B(bn(shift=false)) }
    """
    layer = elaborated(text).root.items[0].instance.items[0]  # type: ignore[union-attr]
    assert list(layer.sources) == ["momentum"]
    assert layer.param == "norm"
    assert (layer.op.eps, layer.op.momentum, layer.op.shift) == (1e-3, 0.2, False)


def test_an_error_by_default_says_so() -> None:
    (found,) = errors("defaults { conv(groups=3) } net N { input 4x4x4 conv(4, 1x1) }")
    assert found.message == "groups=3 doesn't divide the 4 input channels"
    assert found.notes == ("`groups` isn't written here: it was set by default or bound",)


@pytest.mark.parametrize(
    ("declaration", "code"),
    [
        ("defaults { conv(bais=false) }", "E210"),
        ("defaults { conv }", "E206"),
        ("defaults { conv() }", "E206"),
        ("defaults { cnov(bias=false) }", "E201"),
        ("defaults { conv(bias=1) }", "E320"),
        ("defaults { conv(bias=x) }", "E201"),
        ("defaults { bn(eps=1) bn(eps=2) }", "E211"),
        ("defaults { bn(eps=1) } defaults { bn(momentum=0.2, eps=2) }", "E211"),
        ("init { conv = ones linear = ones conv = zeros }", "E211"),
        ("defaults { conv(init=ones) } init { conv = zeros }", "E211"),
        ("let B = 3 defaults { B(c=1) }", "E205"),
        ("init { relu = zeros }", "E207"),
        ("init { conv = 3 }", "E320"),
        ("init { conv = nomal(0.1) }", "E201"),
        ("init { conv = normal(stdd=0.1) }", "E210"),
        ("init { cnov = zeros }", "E201"),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_wrong_defaults(declaration: str, code: str, inside: bool) -> None:
    text = f"{declaration} net N {{ input 4x4x4 relu }}"
    if inside:
        text = f"net N {{ input 4x4x4 {declaration} relu }}"
    assert [d.code for d in errors(text)] == [code]


def test_what_is_set_twice_shows_both_places() -> None:
    text = "defaults { conv(bias=false) } net N { input 4x4x4 defaults { conv(bias=true) } relu }"
    assert errors(text) == []  # the nearer one wins
    text = "net M { input 4x4x4 relu } net N = M { defaults { bn(eps=1) } defaults { bn(eps=2) } }"
    (found,) = errors(text)
    assert found.message == "bn's `eps` is set twice in one scope"
    assert found.span is not None
    assert found.span.text == "eps=2"
    assert [(label.span.text, label.text) for label in found.secondary] == [
        ("eps=1", "first set here")
    ]
