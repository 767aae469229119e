"""Sources that are long, full of errors, or no text at all."""

from __future__ import annotations

from tests.hostile.texts import Made, nested, net

LONG: dict[str, Made] = {
    "empty": lambda: "",
    "blank": lambda: " \n" * 100,
    "only_a_comment": lambda: "# nothing",
    "a_line_of_7_mb": lambda: net("relu") + "#" + "x" * 7_000_000,
    "a_line_of_10_mb": lambda: net("relu") + "#" + "x" * 10_000_000,
    "a_doc_of_7_mb": lambda: "##" + "x" * 7_000_000 + "\n" + net("relu"),
    "a_doc_of_a_million_lines": lambda: "## x\n" * 1_000_000 + net("relu"),
    "a_name_of_7_mb": lambda: net("x" * 7_000_000),
    "a_label_of_7_mb": lambda: net("x" * 7_000_000 + ": relu"),
    "a_string_of_7_mb": lambda: net('g: { "' + "x" * 7_000_000 + '": relu }'),
    "an_open_string_of_7_mb": lambda: net('g: { "' + "x" * 7_000_000),
    "an_error_in_7_mb": lambda: "net N { input 8x8x3 rellu " + " " * 7_000_000 + "conv() }",
    "errors_in_a_line": lambda: "net N { input 8x8x3 " + "rellu " * 50_000 + "}",
    "errors_in_lines": lambda: net("\n".join(["rellu"] * 50_000)),
    "errors_of_syntax": lambda: "net net }\n" * 100_000,
    "errors_of_tokens": lambda: "$?;" * 100_000,
    "errors_in_numbers": lambda: net("\n".join(["conv(1.2.3, 08, 3xx3)"] * 30_000)),
    "errors_of_values": lambda: net("\n".join(["conv(1/0, 3x3)"] * 10_000)),
    "errors_in_rounds": lambda: net("repeat 100000 { conv(1/0, 3x3) }"),
    "errors_in_lists": lambda: net("conv([" + "1/0, " * 20_000 + "], 3x3)"),
    "errors_in_blocks": lambda: net(
        "relu", "\n".join(f"block B{i} {{ nope{i} }}" for i in range(10_000))
    ),
    "names_twice": lambda: net("\n".join(["a: relu"] * 30_000)),
    "lets_twice": lambda: "let a = 1\n" * 50_000,
    "blocks_twice": lambda: "block A { relu }\n" * 30_000,
    "unused_lets": lambda: net("relu") + "".join(f"let aaaa{i} = 1\n" for i in range(100_000)),
    "unused_blocks": lambda: (
        net("relu") + "".join(f"block B{i} {{ relu }}\n" for i in range(50_000))
    ),
    "unused_labels": lambda: net("\n".join(f"a{i}: relu" for i in range(50_000))),
    "parameters": lambda: net(
        "relu", parameters="(" + ", ".join(f"a{i} = 1" for i in range(50_000)) + ")"
    ),
    "arguments": lambda: net("conv(8, 3x3, " + ", ".join(f"a{i} = 1" for i in range(20_000)) + ")"),
    "long_tuples": lambda: net("conv(8, (" + "3, " * 200_000 + "3))"),
    "long_lists": lambda: net("for a in [" + "3, " * 99_000 + "3] { relu }"),
    "imports": lambda: (
        "".join(f'import A{i} from "a{i}.arch"\n' for i in range(20_000)) + net("relu")
    ),
    "imports_of_itself": lambda: 'import N from "x.arch"\n' * 20_000 + net("relu"),
    "imported_names": lambda: (
        "import "
        + ", ".join(f"A{i}" for i in range(50_000))
        + ' from "std/resnet.arch"\n'
        + net("relu")
    ),
    "defaults": lambda: net("relu", "defaults {" + " conv(bias=false)" * 50_000 + "}"),
    "many_nets": lambda: "".join(f"net N{i} {{ input 8x8x3 relu }}\n" for i in range(2_000)),
    "near_misses": lambda: (
        "".join(f"block Bottleneck{i} {{ relu }}\n" for i in range(1_000))
        + net("\n".join(f"Botleneck{i}" for i in range(1_000)))
    ),
    "near_misses_long": lambda: (
        f"block {'ab' * 50_000} {{ relu }}\n" + net("\n".join(["ba" * 50_000] * 20))
    ),
    "near_misses_of_labels": lambda: net(
        "\n".join(f"a{i}: relu" for i in range(10_000))
        + "\n@b1 -> concat("
        + ", ".join(f"@b{i}" for i in range(1_000))
        + ")"
    ),
    "branches": lambda: net("concat {" + "| conv(1, 1x1) " * 3_000 + "}"),
    "branches_by_reference": lambda: net("a: relu -> concat(" + ", ".join(["@a"] * 3_000) + ")"),
    "branches_of_sums": lambda: net("a: relu -> add(" + ", ".join(["@a"] * 3_000) + ")"),
    "refs": lambda: net(
        "\n".join(f"a{i}: conv(3, 3x3) -> add(@a{max(0, i - 1)})" for i in range(3_000)).replace(
            "a0: conv(3, 3x3) -> add(@a0)", "a0: conv(3, 3x3)"
        )
    ),
    "outputs": lambda: net(
        "\n".join(f"a{i}: relu" for i in range(3_000))
        + "\noutput "
        + ", ".join(f"@a{i}" for i in range(3_000))
    ),
    "inputs": lambda: (
        "net N { "
        + "\n".join(f"input a{i}: 8x8x3" for i in range(3_000))
        + "\n@a0 -> concat("
        + ", ".join(f"@a{i}" for i in range(3_000))
        + ") }"
    ),
    "aux_heads": lambda: net(
        "\n".join(f"aux {{ a{i}: {{ flatten -> linear(3) }} }}" for i in range(1_000)) + " relu"
    ),
    "many_layers": lambda: net("\n".join(["conv(3, 3x3) -> bn -> relu"] * 1_000)),
    "many_rows": lambda: net(
        "for (c, k) in ["
        + ", ".join(f"({i % 7 + 1}, 3)" for i in range(2_000))
        + "] { conv(c, k) }"
    ),
    "many_instances": lambda: net(
        "repeat 1000 as i { B(i + 1) }",
        "block B(c) { residual { conv(c, 3x3) -> bn } shortcut { conv(c, 1x1) } }",
    ),
    "shadowing": lambda: net(nested("repeat 1 as i { ", "relu", " }", 90)),
}

BYTES: dict[str, Made] = {
    "nul": lambda: net("relu\0relu"),
    "nul_late": lambda: b"#" + b" " * 5000 + b"\0" * 5000,
    "nuls": lambda: b"\0" * 1_000_000,
    "binary": lambda: bytes(range(256)) * 1000,
    "binary_late": lambda: net("relu").encode() + b"# " + bytes(range(128, 256)) * 1000,
    "png": lambda: b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" * 1000,
    "gzip": lambda: b"\x1f\x8b\x08" + bytes(range(256)) * 100,
    "utf16": lambda: net("relu").encode("utf-16"),
    "utf16_le": lambda: net("relu").encode("utf-16-le"),
    "utf16_be": lambda: net("relu").encode("utf-16-be"),
    "utf32": lambda: net("relu").encode("utf-32"),
    "bom": lambda: b"\xef\xbb\xbf" + net("relu").encode(),
    "latin1": lambda: ("# caf\xe9\n" + net("relu")).encode("latin-1"),
    "surrogates": lambda: b"# \xed\xa0\x80\xed\xb0\x80\n" + net("relu").encode(),
    "overlong": lambda: b"# \xc0\xaf\xe0\x80\xaf\n",
    "beyond_unicode": lambda: b"# \xf4\x90\x80\x80\n",
    "crlf": lambda: net("relu").replace("\n", "\r\n"),
    "crlf_with_an_error": lambda: net("relu\nrellu").replace("\n", "\r\n"),
    "cr": lambda: net("relu").replace("\n", "\r"),
    "cr_with_an_error": lambda: net("relu\nrellu").replace("\n", "\r"),
    "tabs": lambda: net("\trelu\t->\trellu"),
    "tabs_by_thousands": lambda: net("\t" * 100_000 + "rellu"),
    "form_feeds": lambda: net("relu\frelu\vrelu"),
    "line_separators": lambda: net("relu\u2028relu\u2029relu\u0085relu"),
    "no_break_spaces": lambda: net("relu\u00a0->\u00a0relu"),
    "zero_width": lambda: net("re\u200blu -> relu\ufeff"),
    "right_to_left": lambda: net("\u202erelu\u202c # \u2066"),
    "combining": lambda: net("relu" + "\u0301" * 100_000),
    "wide": lambda: net("網路網路 -> rellu"),
    "cyrillic": lambda: net("r\u0435lu -> \u0441onv(8, 3x3)"),
    "full_width": lambda: net("conv(\uff18, 3x3) -> c\uff4fnv(8, 3x3)"),
    "other_digits": lambda: net("conv(\u0663, 3x3)"),
    "escapes": lambda: net("relu \x1b[31m\x1b]0;title\x07 rellu\x1b[2J"),
    "control": lambda: "".join(map(chr, range(1, 32))) * 100,
    "end_of_file_sign": lambda: net("relu") + "\x1a",
    "fifty_mb": lambda: b"relu\n" * 10_000_000,
}
