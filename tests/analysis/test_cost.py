"""Costs of small nets, against figures worked out by hand."""

from __future__ import annotations

import csv
import io
import json

import pytest

from archdsl.analysis.cost import Totals, cost
from archdsl.analysis.report import UNITS, markdown, render, short, size, table
from tests.analysis.build import AUX, TINY, elaborated


def test_a_chain() -> None:
    report = cost(elaborated(TINY))
    # conv:    8*8*4 = 256 elements; 3*3*3*4 + 4 = 112 parameters; 256 * 27 = 6912 MACs
    # relu:    256 elements;  maxpool: 4*4*4 = 64 elements;  flatten: 64
    # linear:  64*10 + 10 = 650 parameters, 640 MACs, 10 elements
    # alive:   input 192*4 = 768 bytes; conv 768 + 1024; relu 1024 + 1024; maxpool 1024 + 256;
    #          flatten 256 + 256; linear 256 + 40
    assert [
        (r.path, r.op, str(r.output), r.params, r.macs, r.activations, r.memory)
        for r in report.rows
    ] == [
        ("input", "input", "8x8x3", 0, 0, 0, 768),
        ("conv", "conv", "8x8x4", 112, 6912, 256, 1792),
        ("relu", "relu", "8x8x4", 0, 0, 0, 2048),
        ("maxpool", "maxpool", "4x4x4", 0, 0, 0, 1280),
        ("flatten", "flatten", "64", 0, 0, 0, 512),
        ("linear", "linear", "10", 650, 640, 10, 296),
    ]
    # flops: conv 2*6912 + 256 for the bias; relu 256; maxpool 64 * 4; linear 2*640 + 10
    assert report.totals == Totals(
        params=762,
        buffers=0,
        macs=7552,
        flops=14080 + 256 + 256 + 1290,
        activations=266,
        depth=2,
        peak_memory=2048,
    )


def test_a_side_head_counts_in_parameters_alone() -> None:
    report = cost(elaborated(AUX))
    # stem:  2*4 + 4 = 12 parameters, 4*4*4 * 2 = 128 MACs, 64 elements
    # Res:   conv 4*4*9 = 144 parameters, 64 * 36 = 2304 MACs, 64 elements
    #        bn 4 + 4 parameters; buffers 4 + 4, and 1 that counts batches
    # head:  4*3 + 3 = 15 parameters, 12 MACs that don't count
    # fc:    4*5 + 5 = 25 parameters, 20 MACs, 5 elements
    # alive: every map of 4x4x4 takes 256 bytes; at bn and add: stem (for the sum), and two more
    assert report.totals == Totals(
        params=12 + 144 + 8 + 15 + 25,
        buffers=9,
        macs=128 + 2304 + 20,
        # biases 64 and 5; bn 2 * 64; add 64; relu 64; the mean reads 64
        flops=2 * (128 + 2304 + 20) + 64 + 5 + 128 + 64 + 64 + 64,
        activations=64 + 64 + 5,
        depth=3,
        peak_memory=3 * 256,
    )
    assert {r.path: r.params for r in report.rows if r.aux and r.params} == {"head.fc": 15}
    assert all(r.macs == r.memory == r.activations == 0 for r in report.rows if r.aux)


@pytest.mark.parametrize(
    ("body", "peak"),
    [
        # maps of 8x8x1 = 256 bytes; a value used later stays
        ("relu -> relu -> relu", 2 * 256),
        ("x: relu -> relu -> relu -> add(@x)", 3 * 256),
        ("x: relu -> relu -> y: relu -> relu -> add(@x, @y)", 4 * 256),
        # the branches' results wait for the join: input, then three results and their sum
        ("add { | relu | tanh | sigmoid }", 4 * 256),
        ("concat { | relu | tanh }", 4 * 256),
        ("concat { | relu | skip }", 4 * 256),  # input, relu, and the join of twice the size
        ("residual { relu -> relu }", 3 * 256),
        ("global_avgpool", 256 + 4),
    ],
)
def test_values_are_freed_after_their_last_use(body: str, peak: int) -> None:
    net = elaborated(f"net A {{ input 8x8x1 {body} }}")
    assert cost(net).totals.peak_memory == peak


def test_an_output_is_never_freed() -> None:
    net = elaborated("net A { input 8x8x1 a: relu -> relu -> b: relu output @a, @b }")
    assert cost(net).totals.peak_memory == 3 * 256


def test_all_inputs_are_there_from_the_start() -> None:
    net = elaborated(
        "net A { input a: 8x8x1 input b: 8x8x1 @a -> relu -> relu -> add(@b) -> global_avgpool }"
    )
    assert cost(net).totals.peak_memory == 3 * 256
    assert [row.memory for row in cost(net).rows][:2] == [512, 512]


@pytest.mark.parametrize(
    ("body", "depth"),
    [
        ("relu", 0),
        ("conv(1, 1x1) -> relu -> conv(1, 1x1)", 2),
        ("residual { conv(1, 1x1) -> conv(1, 1x1) }", 2),
        ("add { | conv(1, 1x1) | conv(1, 1x1) -> conv(1, 1x1) | skip } -> conv(1, 1x1)", 3),
        ("conv(1, 1x1) -> aux { h: { conv(1, 1x1) -> conv(1, 1x1) } }", 1),
        ("gate { global_avgpool -> conv(1, 1x1) } -> flatten -> linear(3)", 2),
    ],
)
def test_depth(body: str, depth: int) -> None:
    assert cost(elaborated(f"net A {{ input 8x8x1 {body} }}")).totals.depth == depth


def test_a_users_own_op_costs_what_it_declares() -> None:
    net = elaborated(
        'op Mish { torch = "pkg.Mish" shape = in params = 7 macs = 100 }\n'
        "net A { input 8x8x1 Mish -> conv(1, 1x1, bias=false) }"
    )
    found = cost(net).totals
    assert (found.params, found.macs) == (8, 164)


# --------------------------------------------------------------------------- folding


def rows(depth: int | None) -> list[tuple[str, str, int, int, int]]:
    report = cost(elaborated(AUX))
    return [(r.path, r.op, r.params, r.memory, r.nodes) for r in report.folded(depth)]


def test_folded_to_stages() -> None:
    assert rows(1) == [
        ("input", "input", 0, 128, 1),
        ("stem", "conv", 12, 384, 1),
        ("stage", "group", 152, 768, 4),
        ("head", "Head", 15, 0, 3),
        ("global_avgpool", "global_avgpool", 0, 256 + 16, 1),
        ("flatten", "flatten", 0, 32, 1),
        ("fc", "linear", 25, 36, 1),
    ]


def test_folded_to_blocks() -> None:
    assert rows(2)[2] == ("stage.0", "Res", 152, 768, 4)


def test_folded_to_one() -> None:
    assert rows(0) == [("", "Aux", 204, 768, 12)]


def test_unfolded() -> None:
    assert len(rows(None)) == len(rows(9)) == 12


# --------------------------------------------------------------------------- formats


def test_table() -> None:
    assert table(cost(elaborated(TINY))) == (
        """\
Tiny  8x8x3 -> 10

name     layer    output  params                MACs               memory  field
-------  -------  ------  ------  -----------  -----  -----------  ------  -----
input    input    8x8x3        -                   -                  768      1
conv     conv     8x8x4      112   15% █       6,912   92% ██████   1,792      3  < most MACs
relu     relu     8x8x4        -                   -                2,048      3  < most memory
maxpool  maxpool  4x4x4        -                   -                1,280      4
flatten  flatten  64           -                   -                  512     10
linear   linear   10         650   85% ██████    640    8% ▌          296     10  < most parameters
-------  -------  ------  ------  -----------  -----  -----------  ------  -----

parameters         762
buffers              0
MACs             7,552
FLOPs           15,882
backward FLOPs  16,384
activations        266
depth                2
weights          3,048 bytes (2.98 KiB)
peak memory      2,048 bytes (2.00 KiB)
kept to train    2,560 bytes (2.50 KiB)
"""
    )


def test_markdown() -> None:
    text = markdown(cost(elaborated(AUX)), 1)
    assert "| head | Head (training only) | 3 | 15 | 7% | - |  | - | 6 |\n" in text
    assert "| stage | group | 4x4x4 | **152** | 75% | **2,304** | 94% | **768** | 3 |\n" in text
    assert "| parameters | 204 |\n" in text


def test_json() -> None:
    found = json.loads(render([cost(elaborated(TINY))], "json"))
    assert found["version"] == 1
    (net,) = found["nets"]
    assert net["name"] == "Tiny"
    assert (net["inputs"], net["outputs"]) == ([[8, 8, 3]], [[10]])
    assert net["totals"]["macs"] == 7552
    assert net["rows"][1]["output"] == [8, 8, 4]
    assert net["memory"]["kept"] == 2560
    measured = {*net["totals"], *net["memory"], *net["rows"][0]}
    assert measured - {"path", "op", "output", "aux", "nodes"} == set(UNITS)


def test_csv() -> None:
    text = render([cost(elaborated(AUX)), cost(elaborated(TINY))], "csv")
    found = list(csv.DictReader(io.StringIO(text)))
    assert len(found) == 12 + 6
    assert sum(int(row["params"]) for row in found if row["net"] == "Aux") == 204
    assert found[1]["output"] == "4x4x4"
    assert [row["path"] for row in found if row["aux"] == "true"][-1] == "head.fc"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00 k"),
        (61_706, "61.7 k"),
        (25_557_032, "25.6 M"),
        (724_406_816, "724 M"),
        (4_089_184_256, "4.09 G"),
        (999_999_999, "1.00 G"),
    ],
)
def test_short(value: int, text: str) -> None:
    assert short(value) == text


def test_size() -> None:
    assert size(768) == "768 bytes"
    assert size(9_633_792) == "9,633,792 bytes (9.19 MiB)"
