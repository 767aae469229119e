"""Sources that want to take all time and all memory, or to overflow a stack."""

from __future__ import annotations

from collections.abc import Callable

Made = Callable[[], "str | bytes"]

DEEP = 20_000


def net(body: str, before: str = "", parameters: str = "") -> str:
    return f"{before}\nnet N{parameters} {{\n  input 8x8x3\n  {body}\n}}\n"


def doubling(start: str, step: str, times: int = 60) -> str:
    """`let a0 = start`, `let a1 = a0 + a0`, and so on."""
    lines = [f"let a0 = {start}"]
    lines += [f"let a{i + 1} = {step.replace('_', f'a{i}')}" for i in range(times)]
    return net(f"conv(len([a{times}]), 3x3)", "\n".join(lines))


def chain_of_blocks(times: int, uses: int = 2, end: str = "relu") -> str:
    """Blocks that each use the next one twice: 2**times layers."""
    blocks = [f"block B{i} {{ {f'B{i + 1} ' * uses}}}" for i in range(times)]
    return net("B0", "\n".join([*blocks, f"block B{times} {{ {end} }}"]))


def nested(opening: str, inner: str, closing: str, deep: int = DEEP) -> str:
    return opening * deep + inner + closing * deep


NUMBERS: dict[str, Made] = {
    "repeat_a_billion": lambda: net("repeat 1000000000 { relu }"),
    "repeat_a_billion_lets": lambda: net("relu repeat 1000000000 { let a = 1 }"),
    "repeat_a_billion_skips": lambda: net("repeat 1000000000 { skip }"),
    "repeat_a_billion_untaken": lambda: net("relu repeat 1000000000 { if false { relu } }"),
    "repeat_a_billion_blocks": lambda: net("repeat 10**9 { B }", "block B { conv(3, 3x3) }"),
    "repeat_within_repeat": lambda: net("repeat 30000 { repeat 30000 { relu } }"),
    "repeat_empty_within": lambda: net("relu repeat 30000 { repeat 0 { relu } repeat 0 { relu } }"),
    "repeat_googol": lambda: net("repeat 10**100 { relu }"),
    "repeat_labels": lambda: net("repeat 10**9 as i { layer{i}: relu }"),
    "a_billion_expects": lambda: net("relu repeat 10**9 { expect params == 0 }"),
    "range": lambda: net("for i in range(10**12) { relu }"),
    "range_back": lambda: net("for i in range(10**12, 0, -1) { relu }"),
    "range_squared": lambda: net("for i in range(90000) { for j in range(90000) { relu } }"),
    "comprehensions": lambda: net(
        f"conv({'sum(' * 1}[{'sum([' * 6}1{' for i in range(90000)])' * 6} for i in range(90000)]), 1)"
    ),
    "comprehension_of_nothing": lambda: net(
        "conv(len([0 * len([0 for j in range(90000)]) for i in range(90000)]), 1)"
    ),
    "comprehension_of_long_lists": lambda: net(
        "conv(sum([sum(a) for i in range(90000)]), 1)", "let a = range(90000)"
    ),
    "comparison_of_long_lists": lambda: net(
        "conv(len([a == b for i in range(90000)]), 1)",
        "let a = range(90000)\nlet b = range(90000)",
    ),
    "slices": lambda: net("conv(len([a[1:] for i in range(90000)]), 1)", "let a = range(90000)"),
    "a_billion_channels": lambda: net("conv(1000000000, 3x3) -> conv(1000000000, 3x3)"),
    "trillions": lambda: net("conv(10**18, 3x3) -> flatten -> linear(10**18)"),
    "a_huge_input": lambda: "net N { input 1000000000x1000000000x1000000000\n conv(8, 3x3) }",
    "a_huge_kernel": lambda: net("conv(8, 1000000001x1000000001)"),
    "a_huge_stride": lambda: net("conv(8, 3x3, /1000000000000)"),
    "a_huge_pad": lambda: net("conv(8, 3x3, pad=10**15) -> zero_pad(10**18)"),
    "a_huge_dilation": lambda: net("conv(8, 3x3, dilation=10**15)"),
    "a_huge_upsample": lambda: net("upsample(10**15) -> deconv(8, 3x3, /1000000000)"),
    "a_huge_shuffle": lambda: net("channel_shuffle(10**15)"),
    "towers": lambda: net("conv(10**10**10, 3x3)"),
    "towers_of_floats": lambda: net("conv(10.5**10.5**10.5, 3x3)"),
    "power_of_ten_digits": lambda: net("conv((10**1000)**(10**1000), 3x3)"),
    "small_powers": lambda: net("conv(0.1**(10**9), 3x3) -> conv(2**-(10**9), 1)"),
    "powers_of_one": lambda: net("conv(1**(10**10), 3x3) -> dropout((0-1)**(10**15+1))"),
    "factorial": lambda: net(
        "conv(a60, 3x3)",
        "\n".join(["let a0 = 99999"] + [f"let a{i + 1} = a{i} * a{i}" for i in range(60)]),
    ),
    "denominators": lambda: net(
        "dropout(a3000)",
        "\n".join(["let a0 = 1"] + [f"let a{i + 1} = a{i} + 1 / {2 * i + 3}" for i in range(3000)]),
    ),
    "roots": lambda: net("dropout(2 ** 0.5 ** 0.5) -> dropout((10**1200) ** 0.5)"),
    "roots_of_little": lambda: net("dropout((10**-1200) ** 0.5) -> dropout(1e-300 ** 1.5)"),
    "floats_of_1e300": lambda: net("bn(eps=1e300) -> dropout(1e300) -> conv(1e300, 3x3)"),
    "floats_of_1e400": lambda: net("bn(eps=1e400)"),
    "rescale_1e400": lambda: net("rescale(1e400, 1e400) -> rescale(1e-400, 10**400)"),
    "slope_1e400": lambda: net("leaky_relu(10**400) -> elu(10**400)"),
    "literal_1e999999999": lambda: net("bn(eps=1e999999999)"),
    "literal_1e-999999999": lambda: net("bn(eps=1e-999999999)"),
    "literal_decimals": lambda: net(f"bn(eps=0.{'0' * 100_000}1)"),
    "nan": lambda: net("bn(eps=nan) -> dropout(NaN)"),
    "inf": lambda: net("bn(eps=inf) -> dropout(-Infinity) -> leaky_relu(1e999)"),
    "a_million_digits": lambda: net(f"conv({'9' * 1_000_000}, 3x3)"),
    "a_million_digits_size": lambda: net(f"conv(8, {'9' * 1_000_000}x3)"),
    "a_million_sizes": lambda: net(f"conv(8, {'x'.join(['3'] * 1_000_000)})"),
    "digits_with_k": lambda: net("conv(999999999999999999999G, 3x3)"),
    "negative": lambda: net("conv(-1, 3x3) -> conv(8, -3) -> conv(0, 0x0, /0)"),
    "round_to_much": lambda: net(
        "conv(round_to(10**1000, 7), 3) -> conv(round_to(1, 10**1000), 3)"
    ),
    "doubling_lists": lambda: doubling("[1]", "_ + _"),
    "doubling_in_lists": lambda: doubling("[1]", "[_, _]"),
    "doubling_tuples": lambda: doubling("(1, 2)", "(_, _)"),
    "doubling_products": lambda: doubling("[1]", "_ * 2"),
    "doubling_numbers": lambda: doubling("3", "_ * _"),
    "doubling_strings": lambda: doubling('"ab"', "_ + _"),
    "doubling_nested_shown": lambda: doubling("[1]", "[_, _]").replace("len([a60])", "a60"),
    "doubling_compared": lambda: doubling("[1]", "[_, _]").replace(
        "len([a60])", "1 if a60 == [a59, a59] else 2"
    ),
    "doubling_indexed_by": lambda: doubling("[1]", "[_, _]").replace("len([a60])", "a1[a60]"),
    "doubling_in_parameter": lambda: (
        doubling("[1]", "[_, _]").replace("conv(len([a60]), 3x3)", "B(a60)") + "block B(c) { relu }"
    ),
    "doubling_net_parameter": lambda: doubling("[1]", "[_, _]").replace("net N", "net N(c = a60)"),
    "doubling_variant": lambda: (
        doubling("[1]", "[_, _]").replace("net N", "net M(c)") + "\nnet N = M(a60) {}"
    ),
    "doubling_for": lambda: doubling("[1]", "[_, _]").replace(
        "conv(len([a60]), 3x3)", "for r in a60 { relu }"
    ),
    "doubling_label": lambda: doubling("[1]", "[_, _]").replace(
        "conv(len([a60]), 3x3)", "for r in a60 { layer{r}: relu }"
    ),
    "doubling_in_block": lambda: net(
        "B",
        "block B {\n"
        + "\n".join(["let a0 = [1]"] + [f"let a{i + 1} = [a{i}, a{i}]" for i in range(60)])
        + "\nfor t in a60 { conv(3, 3x3) } }",
    ),
    "doubling_ops": lambda: doubling("conv(8, 3x3)", "[_, _]"),
    "doubling_defaults": lambda: net(
        "B",
        "block B(a0 = [1], "
        + ", ".join(f"a{i + 1} = [a{i}, a{i}]" for i in range(60))
        + ") { conv(3, 3x3) }",
    ),
    "doubling_defaults_recursive": lambda: net(
        "B",
        "block B(a0 = 1, "
        + ", ".join(f"a{i + 1} = a{i} + a{i}" for i in range(60))
        + ") { conv(3, 3x3) }",
    ),
    "blocks_40": lambda: chain_of_blocks(40),
    "blocks_of_lets": lambda: chain_of_blocks(40, end="let a = 1\n relu"),
    "blocks_unused_40": lambda: chain_of_blocks(40).replace("B0\n}", "relu\n}"),
    "blocks_60_deep": lambda: chain_of_blocks(60, uses=1),
    "blocks_5000_deep": lambda: chain_of_blocks(5000, uses=1),
    "blocks_ten_ways": lambda: chain_of_blocks(10, uses=10),
    "blocks_emptied": lambda: net(
        "relu B0",
        "\n".join(
            [f"block B{i} {{ B{i + 1} B{i + 1} }}" for i in range(40)]
            + ["block B40 { if false { relu } }"]
        ),
    ),
    "blocks_as_arguments": lambda: net("P(P(P(P(relu))))", "block P(b) { b b b b b b b b b b }"),
    "expects_of_blocks": lambda: net(
        "relu",
        "\n".join(
            f"block B{i} {{ B{i + 1} expect macs(B{i + 1}, 8x8x3) >= 0 expect macs(B{i + 1}, 8x8x3) >= 0 }}"
            for i in range(40)
        )
        + "\nblock B40 { relu }\n",
    ).replace("  relu\n}", "  B0\n}"),
    "variants_of_variants": lambda: (
        net("relu", parameters="(a = 1)")
        + "\n".join(f"net N{i} = N{i - 1 if i else ''}(a = {i}) {{}}" for i in range(5000))
    ),
}

NESTING: dict[str, Made] = {
    "parentheses": lambda: net(f"conv({nested('(', '1', ')')}, 3x3)"),
    "lists": lambda: net(f"conv({nested('[', '1', ']')}, 3x3)"),
    "groups": lambda: net(nested("{ ", "relu", " }")),
    "residuals": lambda: net(nested("residual { ", "relu", " }")),
    "gates": lambda: net(nested("gate { ", "relu", " }")),
    "concats": lambda: net(nested("concat { | ", "relu", " | skip }")),
    "concats_on_lines": lambda: net(nested("concat {\n | ", "relu", " | skip }\n")),
    "repeats": lambda: net(nested("repeat 2 { ", "relu", " }")),
    "repeats_90": lambda: net(nested("repeat 2 { ", "relu", " }", 90)),
    "empty_repeats_90": lambda: net("relu " + nested("repeat 2 { ", "if false { relu }", " }", 90)),
    "adds_90": lambda: net(nested("add { | skip | ", "relu", " }", 90)),
    "ifs": lambda: net(nested("if true { ", "relu", " }")),
    "else_ifs": lambda: net("if false { relu } " + "else if false { relu } " * DEEP),
    "else_ifs_150": lambda: net("relu if false { relu } " + "else if false { relu } " * 150),
    "aux": lambda: net(nested("aux { ", "relu", " }")),
    "calls": lambda: net(nested("conv(", "1", ")")),
    "blocks": lambda: nested("block A { ", "relu", " }"),
    "opened_braces": lambda: "net N { input 8x8x3\n" + "{ " * DEEP,
    "opened_parentheses": lambda: "let a = " + "(" * DEEP,
    "opened_lists": lambda: "let a = " + "[" * DEEP,
    "opened_mixed": lambda: "let a = " + "([{" * DEEP,
    "closed": lambda: "}" * DEEP + ")" * DEEP + "]" * DEEP,
    "a_million_opened": lambda: "(" * 1_000_000,
    "a_million_closed": lambda: "}" * 1_000_000,
    "minuses": lambda: net(f"conv({'-' * DEEP}1, 3x3)"),
    "spaced_minuses": lambda: net(f"conv({'- ' * DEEP}1, 3x3)"),
    "nots": lambda: net(f"if {'not ' * DEEP}true {{ relu }}"),
    "plusses": lambda: net(f"conv({'1 + ' * DEEP}1, 3x3)"),
    "powers": lambda: net(f"conv({'1 ** ' * DEEP}1, 3x3)"),
    "ands": lambda: net(f"if {'true and ' * DEEP}true {{ relu }}"),
    "comparisons": lambda: net(f"if {'1 < ' * DEEP}2 {{ relu }}"),
    "ternaries": lambda: net(f"conv(({'1 if true else ' * DEEP}2), 3x3)"),
    "indices": lambda: net(f"conv(a{'[0]' * DEEP}, 3x3)", "let a = [1]"),
    "attributes": lambda: net(f"conv(in{'.c' * DEEP}, 3x3)"),
    "arrows": lambda: net(" -> ".join(["relu"] * 150_000)),
    "asserted": lambda: net("relu " + ":: 8x8x3 " * DEEP),
    "labels": lambda: net("a: " * DEEP + "relu"),
    "templates": lambda: net("repeat 2 as i { " + "layer" + "{i}" * DEEP + ": relu }"),
    "template_nesting": lambda: net("repeat 2 as i { layer" + nested("{", "i", "}") + ": relu }"),
    "string_templates": lambda: net('g: { "' + "{" * DEEP + '": relu }'),
    "shape_templates": lambda: "net N { input " + nested("{", "8", "}") + "x8x3 relu }",
    "at_labels": lambda: net("@a" * DEEP),
    "comprehension_nesting": lambda: net(f"conv({nested('[', '1', ' for i in [1]]')}, 3x3)"),
    "comprehension_clauses": lambda: net(f"conv([1 {'for i in [1] ' * DEEP}], 3x3)"),
    "partial_ops": lambda: net(nested("B(", "relu", ")"), "block B(b) { b }"),
    "tuple_targets": lambda: net(f"for ({'a, ' * DEEP}b) in [1] {{ relu }}"),
    "depth_199": lambda: net(f"conv({'1 + ' * 195}1, 3x3)"),
    "nesting_95_of_depth_190": lambda: net(
        nested("if true { ", f"conv({'1 + ' * 180}1, 3x3)", " }", 90)
    ),
    "nested_groups_90": lambda: net(nested("{ ", "relu", " }", 90)),
    "nested_residuals_90": lambda: net(nested("residual { ", "conv(3, 3x3)", " }", 90)),
    "nested_blocks_and_groups": lambda: net(
        "B0",
        "\n".join(f"block B{i} {{ {nested('{ ', f'B{i + 1}', ' }', 90)} }}" for i in range(60))
        + "\nblock B60 { relu }",
    ),
}
