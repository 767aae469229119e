"""The options of every command with a net: the same names, the same ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archdsl.cli.group import cli

COMMANDS = (("check",), ("cost",), ("compile", "-t", "torch"), ("diagram", "-f", "dot"))
MORE = ["--net", "LeNet5"]


def archdsl(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("options", "status"),
    [
        ([*MORE, "--set", "classes=3", "--input", "28x28x1"], 1),  # `:: 14x14x6` doesn't hold
        ([*MORE, "--set", "classes=3"], 0),
        (["--net", "LeNet6"], 2),
        (["--set", "clases=3"], 2),
        ([*MORE, "--set", "clases=3"], 2),
        ([*MORE, "--set", "classes"], 2),
        ([*MORE, "--input", "nothing"], 2),
        ([*MORE, "--input", "left=32x32x1"], 2),
        (["--nets", "LeNet5"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_options_end_alike(command: tuple[str, ...], options: list[str], status: int) -> None:
    result = archdsl(*command, "lenet", *options)
    assert result.exit_code == status, result.output


def test_options_of_a_net_speak_of_one_file() -> None:
    result = archdsl("check", "lenet", "alexnet", "--net", "LeNet5")
    assert result.exit_code == 2
    assert "one file" in result.output


@pytest.mark.parametrize("command", COMMANDS[2:], ids=lambda words: words[0])
def test_a_folder_is_made_where_a_slash_asks_for_it(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert archdsl(*command, "lenet", *MORE, "-o", "made/").exit_code == 0
    assert archdsl(*command, "lenet", *MORE, "-o", "made/").exit_code == 0
    result = archdsl(*command, "lenet", *MORE, "-o", "above/made/")
    assert result.exit_code == 1
    assert "there is no folder above" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", ""), "the name of the file is empty"),
        (("check", "resnet:ResNet50"), "a net is named by an option: resnet --net ResNet50"),
        (("cost", "keras/resnet:KerasResNet50"), "keras/resnet --net KerasResNet50"),
        (("check", "keras"), "keras is a folder of specs: keras/efficientnet, "),
        (("compile", "lenet", "-t", "torch", "-o", ""), "'-o': it is empty"),
        (("diagram", "lenet", "-o", ""), "'-o': it is empty"),
        (("new", "Net", "-o", ""), "'-o': it is empty"),
        (("weights", "convert", "lenet", "a.pth", "-o", ""), "'-o': it is empty"),
    ],
)
def test_names_that_name_nothing(arguments: tuple[str, ...], said: str) -> None:
    result = archdsl(*arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_a_file_of_its_own_comes_before_a_folder_of_specs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert archdsl("list", "recipes").stdout.count("recipes/flowers") == 3
    assert archdsl("list", "std/recipes/").stdout.count("recipes/flowers") == 3
    (tmp_path / "recipes").mkdir()
    assert "recipes is a folder" in archdsl("list", "recipes").output
