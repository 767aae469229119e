"""Profiles: those that come with archdsl, and what is wrong with others."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

import archdsl
from archdsl.cli.group import cli
from archdsl.devices.reading import read_profile
from archdsl.devices.shipped import PROFILES
from archdsl.devices.telling import shown
from archdsl.diagnostics import Diagnostics, Source
from tests.devices.profiles import ROUND, device, problems

NAMES = PROFILES.names()


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_a_shipped_profile_has_a_source(name: str) -> None:
    data = tomllib.loads(PROFILES.text(name))
    sources = data.pop("sources")
    data.pop("title")
    data.pop("overlap")
    cache = data["bandwidth"].keys() & {"cache", "cache_size"}
    figures = {*data.keys() - {"bandwidth"}, "bandwidth.memory"}
    figures |= {"bandwidth.cache"} if cache else set()
    assert sources.keys() == figures
    assert all(len(text) > 10 for text in sources.values())


def test_classes_of_devices_are_there() -> None:
    assert {"server-gpu", "laptop-cpu", "phone", "microcontroller"} <= set(NAMES)


def test_faster_devices_are_faster() -> None:
    net = archdsl.load("resnet").net("ResNet50")
    order = ("server-gpu", "laptop-cpu", "phone", "microcontroller")
    times = [net.cost(batch=64, device=name).latency for name in order]
    assert times == sorted(times)


# Milliseconds of XNNPACK on one thread of a Pixel 2 (its README, 27 March 2020), and of a V100 in
# PyTorch (NVIDIA DeepLearningExamples, ResNet50 v1.5, inference): each type's by batch.
PIXEL = {"MobileNetV1": 86, "MobileNetV2": 53, "MobileNetV3Large": 42, "MobileNetV3Small": 14}
V100 = {
    "float32": {1: 10.37, 4: 10.46, 8: 11.5, 16: 16.07, 32: 29.37, 64: 55.4, 256: 214.48},
    "float16": {1: 12.78, 4: 13.41, 8: 13.65, 16: 14.0, 32: 15.84, 64: 23.18, 256: 84.14},
}


@pytest.mark.parametrize(("name", "published"), PIXEL.items())
def test_the_phone_is_as_fast_as_published(name: str, published: float) -> None:
    found = archdsl.load("mobilenet").net(name).cost(device="phone").latency / 1e6
    assert found == pytest.approx(published, rel=0.15)


@pytest.mark.parametrize(
    ("dtype", "batch", "published"),
    [(dtype, batch, time) for dtype, times in V100.items() for batch, time in times.items()],
)
def test_the_server_is_as_fast_as_published(dtype: str, batch: int, published: float) -> None:
    net = archdsl.load("resnet").net("ResNet50")
    found = net.cost(batch, dtype, device="server-gpu").latency / 1e6
    assert found == pytest.approx(published, rel=0.25)


def test_what_is_left_out_is_the_whole_rate() -> None:
    found = device("launch = 0\n[peak]\nfloat32 = 1\n[bandwidth]\nmemory = 2\n")
    assert (found.title, found.memory, found.overlap) == ("test", None, True)
    assert (found.bandwidth, found.cache, found.cache_size) == (2, 2, 0)
    assert found.rates("conv").compute == found.rates("conv").memory == 1


MEAGRE = "launch = 1e-6\n[peak]\nfloat32 = 1e9\n[bandwidth]\nmemory = 1e9\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["test.toml lacks [peak], [bandwidth], launch"]),
        (
            MEAGRE.replace("memory", "cache"),
            ["cache goes with cache_size, which isn't there", "test.toml lacks bandwidth.memory"],
        ),
        (MEAGRE.replace("[peak]", "[[peak]]"), ["peak is a table, [peak]"]),
        (MEAGRE.replace("1e-6", "2"), ["launch is 1 at most, got 2"]),
        (MEAGRE.replace("1e-6", "nan"), ["launch is a finite number, not nan"]),
        (MEAGRE.replace("1e9", "inf", 1), ["peak.float32 is a finite number, not inf"]),
        (MEAGRE.replace("1e9", "1" + "0" * 400, 1), ["peak.float32 is 1e+24 at most"]),
        (MEAGRE.replace("1e9", "true", 1), ["peak.float32 is a number"]),
        (
            MEAGRE + "cache = 5e8\ncache_size = 1\n",
            ["the cache is slower than the memory behind it"],
        ),
        (MEAGRE + "[layers]\nconv = 1\n", ["layers.conv is a table of figures"]),
        (MEAGRE + "[layers.conv]\ncompute = 0\n", ["layers.conv.compute is above 0, got 0"]),
        (MEAGRE + "[sources]\npeak = 3\n", ["sources.peak is a text"]),
        (MEAGRE.replace("1e-6", "9" * 5000), ["test.toml has a number that is too long"]),
        (MEAGRE + '[sources]\npeak = "\\u001b[31m"\n', ["sources.peak has signs"]),
        (MEAGRE + '[sources]\n"\\u001b" = "x"\n', ["a source has signs"]),
        (MEAGRE + '[layers]\n"\\u001b" = 1\n', ["[layers] has no '\\x1b'"]),
        ("a = " + "[" * 10_000, ["this is no TOML: nested too deeply"]),
    ],
)
def test_wrong_profiles(text: str, said: list[str]) -> None:
    found = problems(text)
    assert len(found) == len(said)
    for message, expected in zip(sorted(found), sorted(said), strict=True):
        assert message.startswith(expected)


VALUES = (
    *("true", "-1", "0", "1e400", "nan", "9" * 400, "''", "'x'", "[]", "[[]]", "['bn']"),
    *("{}", "{ a = 1 }", "2020-01-01", "'" + "x" * 300 + "'", "0x10", '"\\u0000"'),
)


@pytest.mark.parametrize("name", NAMES)
def test_whatever_stands_in_a_profile_is_taken_or_refused(name: str) -> None:
    text = PROFILES.text(name)
    lines = text.splitlines()
    for at, line in enumerate(lines):
        key, equals, _ = line.partition(" = ")
        for value in VALUES if equals else ():
            changed = "\n".join([*lines[:at], f"{key} = {value}", *lines[at + 1 :]])
            found = Diagnostics()
            made = read_profile("test", Source("test.toml", changed), found)
            assert (made is None) == found.failed
            assert all(len(item.message) < 200 for item in found)
            if made is not None:
                shown(made)


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(ROUND.format(overlap="true"), encoding="utf-8")
    done = CliRunner().invoke(cli, ["cost", "lenet", "--net", "LeNet5", "--device", str(path)])
    assert done.exit_code == 0, done.output
    assert done.stdout.rstrip().splitlines()[-1].endswith(" on mine")


def test_latency_in_every_format() -> None:
    args = ["cost", "lenet", "--net", "LeNet5", "--device", "phone", "--format"]
    made = {f: CliRunner().invoke(cli, [*args, f]).stdout for f in ("json", "csv", "md", "table")}
    (net,) = json.loads(made["json"])["nets"]
    assert net["device"] == "phone"
    total = net["totals"]["latency"]
    assert total == sum(row["latency"] for row in net["rows"]) > 0
    head, *rows = [line.split(",") for line in made["csv"].splitlines()]
    assert sum(int(row[head.index("latency")]) for row in rows) == total
    assert "latency" in made["md"]
    assert "latency" in made["table"]
    plain = CliRunner().invoke(cli, ["cost", "lenet", "--format", "json"]).stdout
    assert "latency" not in plain


@pytest.mark.parametrize(
    "args",
    [
        ["lenet", "--sort", "latency", "--top", "2"],
        ["lenet", "--columns", "latency"],
        ["lenet", "--device", "phone", "--convention", "fvcore"],
        ["--compare", "lenet:LeNet5", "lenet:LeNet5", "--device", "phone"],
    ],
)
def test_what_goes_without_a_device(args: list[str]) -> None:
    done = CliRunner().invoke(cli, ["cost", *args])
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_list_and_show() -> None:
    text = CliRunner().invoke(cli, ["device", "list"]).stdout
    assert all(name in text for name in NAMES)
    (first, *_) = json.loads(CliRunner().invoke(cli, ["device", "list", "-f", "json"]).stdout)[
        "devices"
    ]
    alone = json.loads(
        CliRunner().invoke(cli, ["device", "show", first["name"], "-f", "json"]).stdout
    )
    assert alone == {"version": 1, **first}
