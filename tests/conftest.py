"""Options, fixtures, and what happens to a skipped parity test in CI.

Imports no framework: tests of the core must run where none is installed.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Generator
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.golden import Golden
from tests.support.parity import Parity, Recorder
from tests.support.torchvision_shim import import_torchvision

_PARITY_RUN = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("archdsl")
    group.addoption(
        "--update-golden", action="store_true", help="write the golden files, compare nothing"
    )
    group.addoption(
        "--require-parity",
        action="store_true",
        help="fail if a parity test is skipped (as in CI) or if none ran",
    )
    group.addoption(
        "--parity-record", type=Path, metavar="FILE", help="append what parity tests measured"
    )


def _parity_is_a_must(config: pytest.Config) -> bool:
    in_ci = os.environ.get("CI", "").lower() not in ("", "0", "false")
    return in_ci or bool(config.getoption("--require-parity"))


# Fixtures


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(name, text)`: text is what tests/golden/<name> holds."""
    return Golden(update=request.config.getoption("--update-golden"))


@pytest.fixture
def parity(request: pytest.FixtureRequest) -> Parity:
    """`parity(net, beside, outputs=1e-7)`: for the table of docs/parity.md."""
    return Parity(request.node.user_properties)


@pytest.fixture(scope="session")
def torchvision() -> ModuleType:
    """torchvision, importable beside any build of torch."""
    pytest.importorskip("torch")
    try:
        return import_torchvision()
    except ModuleNotFoundError as error:
        pytest.skip(str(error))


# Markers


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "golden" in getattr(item, "fixturenames", ()):
            item.add_marker("golden")


# Parity tests are not to be skipped in CI: nobody would see that nothing was compared.


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    # An expected failure is reported as skipped too, but says why.
    if (
        report.skipped
        and not hasattr(report, "wasxfail")
        and item.get_closest_marker("parity")
        and _parity_is_a_must(item.config)
    ):
        report.outcome = "failed"
        report.longrepr = f"a parity test was skipped: {_reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that is skipped as a whole, by `importorskip` at its top."""
    report = yield
    if (
        report.skipped
        and isinstance(collector, pytest.Module)
        and "parity" in collector.path.read_text(encoding="utf-8")
        and _parity_is_a_must(collector.config)
    ):
        report.outcome = "failed"
        report.longrepr = f"a module of parity tests was skipped: {_reason(report.longrepr)}"
    return report


def _reason(longrepr: object) -> str:
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


# With xdist only the process that gathers the reports knows what ran.


def _heed_ctrl_c() -> None:
    """In the background a shell has Ctrl-C ignored, and programs under test would inherit that."""
    here = threading.current_thread() is threading.main_thread()
    if here and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    _heed_ctrl_c()
    config.stash[_PARITY_RUN] = 0
    config.pluginmanager.register(_ParityCount(config), "archdsl-parity-count")
    file = config.getoption("--parity-record")
    if file is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(file), "archdsl-parity-record")


class _ParityCount:
    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and "parity" in report.keywords:
            self.config.stash[_PARITY_RUN] += 1

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._none_ran() and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.config.getoption("--require-parity"):
            return
        count = self.config.stash[_PARITY_RUN]
        if self._none_ran():
            terminalreporter.write_line("FAILED: no parity test ran", red=True)
        else:
            terminalreporter.write_line(f"{count} parity tests ran")

    def _none_ran(self) -> bool:
        is_worker = hasattr(self.config, "workerinput")
        return (
            bool(self.config.getoption("--require-parity"))
            and not is_worker
            and self.config.stash[_PARITY_RUN] == 0
        )
