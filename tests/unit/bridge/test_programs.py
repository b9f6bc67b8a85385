"""Programs are started with what Knative tells them, and ended with all that they start."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from simulator import Simulation, Topology
from simulator.bridge.programs import Programs
from simulator.subscribers.parse import parse_simulation

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.bridge.live import Live
    from simulator.subscribers.source_spec import SourceSpec

if sys.platform == "win32":
    pytest.skip("there are no groups of processes", allow_module_level=True)

PYTHON = f"{sys.executable} -S"
SERVER = "import http.server as h, os; h.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), h.SimpleHTTPRequestHandler).serve_forever()"


class Stage:
    """A live run as far as programs know it, which notes what they do."""

    authority = "127.0.0.1:8780"

    def __init__(self, topology: str, folder: Path) -> None:
        self.topology = Topology.parse(topology)
        self.simulation = Simulation(self.topology)
        self.folder = folder
        self.places: dict[str, str] = {}
        self.lines: list[str] = []
        self._told = asyncio.Condition()
        (document,) = self.topology.of_kind("Simulation")
        self.spec, _ = parse_simulation(document.manifest)
        services, sources = self.spec.services.items(), self.spec.sources.items()
        programs = {f"service/{n}": s.real.program for n, s in services if s.real}
        programs |= {f"source/{n}": s.program for n, s in sources}
        self.programs = {n: each for n, each in programs.items() if each}

    def url_of(self, url: str) -> str:
        return f"http://here/{url.rpartition('/')[2]}"

    def folder_of(self, _node: str) -> str:
        return str(self.folder)

    def source_spec(self, node: str) -> SourceSpec | None:
        return self.spec.sources.get(node.partition("/")[2])

    def up(self, node: str, url: str) -> None:
        self.places[node] = url

    def down(self, node: str) -> None:
        self.places.pop(node, None)

    def log(self, node: str, line: str) -> None:
        self.lines.append(f"{node} │ {line}")

    async def until(self, holds: Callable[[], Any]) -> None:
        """Let time pass until something holds."""
        async with asyncio.timeout(10):
            while not holds():  # noqa: ASYNC110 - processes tell nobody
                await asyncio.sleep(0.005)

    def said(self, text: str) -> bool:
        return any(text in line for line in self.lines)


def played(
    stage: Stage, then: Callable[[Programs], Any], patience_s: float = 5
) -> None:
    """Start the programs of a topology, do something, and end them."""

    async def play() -> None:
        programs = Programs(patience_s)
        try:
            await programs.apply(cast("Live", stage), stage.programs)
            await then(programs)
        finally:
            await programs.stop()

    asyncio.run(play())


async def nothing(_programs: Programs) -> None:
    return


def script(folder: Path, name: str, text: str, *, serves: bool = False) -> str:
    """Write a program, which listens at the end of it, and give what runs it."""
    (folder / name).write_text(textwrap.dedent(text) + f"\n{SERVER}" * serves)
    return f"{PYTHON} {name}"


def test_a_service_is_told_its_port_and_its_names_and_is_asked_once_it_listens(
    tmp_path: Path,
) -> None:
    run = script(
        tmp_path,
        "web.py",
        """
        import os
        for name in ("K_SERVICE", "K_REVISION", "K_CONFIGURATION", "HTTP_PROXY", "LEVEL"):
            print(name, os.environ[name])
        print(os.environ["LISTEN_ADDRESS"] == "127.0.0.1:" + os.environ["PORT"])
        """,
        serves=True,
    )
    stage = Stage(
        f"topology: t\nservices: {{web: {{run: '{run}', env: {{LEVEL: debug}}}}}}",
        tmp_path,
    )
    found: dict[str, str] = {}

    async def look(_programs: Programs) -> None:
        found.update(stage.places)

    played(stage, look)

    assert stage.lines[:6] == [
        "service/web │ K_SERVICE web",
        "service/web │ K_REVISION web-00001",
        "service/web │ K_CONFIGURATION web",
        "service/web │ HTTP_PROXY http://127.0.0.1:8780",
        "service/web │ LEVEL debug",
        "service/web │ True",
    ]
    assert stage.lines[-1] == f"service/web │ listens at {found['service/web']}"
    assert stage.places == {}


def test_a_source_is_told_its_sink_and_its_overrides(tmp_path: Path) -> None:
    run = script(
        tmp_path,
        "send.py",
        "import os; print(os.environ['K_SINK'], os.environ['K_CE_OVERRIDES'])",
    )
    stage = Stage(
        f"topology: t\nbrokers: {{default: {{}}}}\nsources: {{p: {{run: '{run}', "
        "sink: broker/default, overrides: {extensions: {region: eu}}}}",
        tmp_path,
    )

    async def wait(_programs: Programs) -> None:
        await stage.until(lambda: stage.said("exited"))

    played(stage, wait)

    told = 'http://here/default {"extensions":{"region":"eu"}}'
    assert stage.lines == [
        f"source/p │ {told}",
        f"source/p │ exited with 0: {told}",
    ]


def test_what_a_sink_binding_binds_is_told_its_sink_and_its_own_variables(
    tmp_path: Path,
) -> None:
    run = script(
        tmp_path,
        "app.py",
        "import os; print(os.environ['K_SINK'], os.environ['POD_NAME'])",
    )
    stage = Stage(
        f"""
topology: t
brokers: {{default: {{}}}}
sinkbindings: {{b: {{subject: {{apiVersion: apps/v1, kind: Deployment, name: app}}, sink: broker/default}}}}
sources: {{p: {{for: Deployment/app, run: '{run}'}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app}}
spec:
  template:
    spec:
      containers:
      - env: [{{name: POD_NAME, valueFrom: {{fieldRef: {{fieldPath: metadata.name}}}}}}]
""",
        tmp_path,
    )

    async def wait(_programs: Programs) -> None:
        await stage.until(lambda: stage.said("exited"))

    played(stage, wait)

    assert stage.lines[0] == "source/p │ http://here/default app"


@pytest.mark.parametrize(
    ("run", "line"),
    [
        ("./nothing", "not started: there is no program './nothing' in {folder}"),
        (
            "kn-sim-nothing",
            "not started: there is no program 'kn-sim-nothing' on the PATH",
        ),
        ("./text", "not started: ./text is not executable"),
        (f"{PYTHON} bad.py", "exited with 3: no database"),
    ],
)
def test_a_program_that_does_not_come_up_says_why_once(
    run: str, line: str, tmp_path: Path
) -> None:
    script(tmp_path, "bad.py", "import sys; print('no database'); sys.exit(3)")
    (tmp_path / "text").touch()
    stage = Stage(f"topology: t\nservices: {{s: {{run: '{run}'}}}}", tmp_path)

    played(stage, nothing)

    expected = f"service/s │ {line.format(folder=tmp_path)}"
    assert [each for each in stage.lines if each == expected] == [expected]
    assert stage.places == {}


def test_a_program_that_does_not_listen_in_time_is_asked_once_it_does(
    tmp_path: Path,
) -> None:
    run = script(
        tmp_path,
        "slow.py",
        """
        import os, time
        while not os.path.exists("go"):
            time.sleep(0.01)
        """,
        serves=True,
    )
    stage = Stage(
        f"topology: t\nservices: {{s: {{run: '{run}', ready: {{within: 100ms}}}}}}",
        tmp_path,
    )

    async def let_it(_programs: Programs) -> None:
        assert stage.places == {}
        (tmp_path / "go").touch()
        await stage.until(lambda: stage.places)

    played(stage, let_it)

    first, last = stage.lines
    assert "not ready within 0.1s: nothing listens at port " in first
    assert "listens at http://127.0.0.1:" in last


def test_a_port_that_somebody_has_is_said_and_nothing_is_started(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        stage = Stage(
            f"topology: t\nservices: {{s: {{run: 'true', env: {{PORT: {port}}}}}}}",
            tmp_path,
        )

        played(stage, nothing)

    (line,) = stage.lines
    assert line.startswith(f"service/s │ not started: port {port} is taken")


def test_a_program_that_is_killed_is_down_and_says_by_what(tmp_path: Path) -> None:
    run = script(tmp_path, "web.py", "import os; print(os.getpid())", serves=True)
    stage = Stage(f"topology: t\nservices: {{s: {{run: '{run}'}}}}", tmp_path)

    async def kill(_programs: Programs) -> None:
        os.kill(int(stage.lines[0].rpartition(" ")[2]), signal.SIGKILL)
        await stage.until(lambda: not stage.places)

    played(stage, kill)

    assert any("was ended by SIGKILL" in line for line in stage.lines)


def test_who_does_not_go_and_what_it_started_is_killed(tmp_path: Path) -> None:
    child = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1); time.sleep(60)"
    run = script(
        tmp_path,
        "stubborn.py",
        f"""
        import subprocess, sys
        child = subprocess.Popen([sys.executable, "-c", {child!r}])
        print("child", child.pid)
        {child}
        """,
    )
    stage = Stage(
        f"topology: t\nbrokers: {{b: {{}}}}\nsources: {{s: {{run: '{run}', sink: broker/b}}}}",
        tmp_path,
    )

    async def wait(_programs: Programs) -> None:
        await stage.until(lambda: stage.lines.count("source/s │ 1") == 2)

    played(stage, wait, patience_s=0.1)

    pid = next(int(line.rpartition(" ")[2]) for line in stage.lines if "child" in line)
    assert is_gone(pid)


def test_a_program_is_started_anew_when_a_file_that_is_watched_changes(
    tmp_path: Path,
) -> None:
    run = script(tmp_path, "web.py", "print('one')", serves=True)
    stage = Stage(
        f"topology: t\nservices: {{s: {{run: '{run}', watch: '*.py'}}}}", tmp_path
    )

    async def change(_programs: Programs) -> None:
        script(tmp_path, "web.py", "print('another')", serves=True)
        await stage.until(lambda: stage.said("another") and stage.places)

    played(stage, change)

    lines = [line.partition(" │ ")[2] for line in stage.lines]
    assert [line for line in lines if "listens" not in line] == [
        "one",
        "web.py has changed: it is started anew",
        "another",
    ]


def test_over_a_reload_only_what_changed_is_started_anew(tmp_path: Path) -> None:
    run = script(
        tmp_path, "web.py", "import os; print(os.environ.get('A'))", serves=True
    )
    stage = Stage(
        f"topology: t\nservices: {{a: {{run: '{run}'}}, b: {{run: '{run}'}}}}", tmp_path
    )

    async def reload(programs: Programs) -> None:
        before = dict(stage.places)
        other = Stage(
            f"topology: t\nservices: {{a: {{run: '{run}'}}, b: {{run: '{run}', env: {{A: x}}}}}}",
            tmp_path,
        )
        await programs.apply(cast("Live", stage), other.programs)
        assert stage.places["service/a"] == before["service/a"]
        assert stage.places["service/b"] != before["service/b"]

    played(stage, reload)

    assert sorted(line for line in stage.lines if "listens" not in line) == [
        "service/a │ None", "service/b │ None", "service/b │ x",
    ]  # fmt: skip


def test_what_a_file_names_only_later_is_not_started_but_said_once(
    tmp_path: Path,
) -> None:
    run = script(tmp_path, "web.py", "print('here')", serves=True)
    stage = Stage(f"topology: t\nservices: {{a: {{run: '{run}'}}}}", tmp_path)
    both = f"topology: t\nservices: {{a: {{run: '{run}'}}, b: {{run: '{run}'}}}}"

    async def reload(programs: Programs) -> None:
        for _ in range(2):
            other = Stage(both, tmp_path)
            await programs.apply(cast("Live", stage), other.programs)
        assert list(stage.places) == ["service/a"]

    played(stage, reload)

    assert [line for line in stage.lines if "listens" not in line] == [
        "service/a │ here",
        "service/b │ not started: a changed file names it; restart kn-sim to start it",
    ]


def test_what_is_named_only_later_is_said_in_the_order_of_the_file(
    tmp_path: Path,
) -> None:
    run = script(tmp_path, "web.py", "print('here')", serves=True)
    stage = Stage("topology: t\nservices: {z: {}}", tmp_path)
    later = ", ".join(f"{name}: {{run: '{run}'}}" for name in "hgfedcba")

    async def reload(programs: Programs) -> None:
        other = Stage(f"topology: t\nservices: {{{later}}}", tmp_path)
        await programs.apply(cast("Live", stage), other.programs)

    played(stage, reload)

    assert [line.partition(" ")[0] for line in stage.lines] == [
        f"service/{name}" for name in "hgfedcba"
    ]


def test_programs_end_when_kn_sim_is_killed(tmp_path: Path) -> None:
    """Whatever they started ends, too."""
    run = script(
        tmp_path, "sleeping.py", "import os, time; print(os.getpid()); time.sleep(60)"
    )
    parent = f"""
import asyncio, sys
from pathlib import Path
from tests.unit.bridge.test_programs import Programs, Stage

class Loud(Stage):
    def log(self, node, line):
        print(line, flush=True)

async def main():
    stage = Loud("topology: t\\nbrokers: {{b: {{}}}}\\nsources: {{s: {{run: '{run}', sink: broker/b}}}}", Path({str(tmp_path)!r}))
    await Programs().apply(stage, stage.programs)
    await asyncio.sleep(60)

asyncio.run(main())
"""

    async def killed() -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", parent, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        pid = int(await process.stdout.readline())
        process.kill()
        await process.wait()
        async with asyncio.timeout(10):
            while not is_gone(pid):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.005)
        return pid

    pid = asyncio.run(killed())

    assert is_gone(pid)


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended; init may not have taken note of it yet."""
    try:
        os.kill(pid, 0)
        return " Z " in Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return True
