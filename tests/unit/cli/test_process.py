"""What only a process of its own shows: imports, environment, encodings, signals."""

import json
import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from simulator.cli import main

ROOT = Path(__file__).parents[3]
HEAVY = ("textual", "networkx", "anyio", "lark", "quickjs", "asyncio", "http.server")
PLACED = ["run", "shop.yaml", "--send", "type=order.placed"]


LOUD = """topology: loud
brokers: {default: {}}
triggers: {a: {subscriber: s}}
services: {s: {handler: "loud.py:loud"}}
sources: {t: {at: 1s, event: {type: a}, sink: broker/default}}
tests: {it: {expect: {received: s}}}
"""


def kn_sim(
    workspace: Path, *words: str, before: str = "", **environ: str
) -> subprocess.CompletedProcess[bytes]:
    code = (
        f"import sys; from simulator.cli import main; c = main(); {before}sys.exit(c)"
    )
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", code, *words],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        check=False,
    )


def test_a_run_loads_no_heavy_library(workspace: Path) -> None:
    loaded = f"print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr); "

    done = kn_sim(workspace, *PLACED, before=loaded)

    assert (done.returncode, done.stderr) == (0, b"[]\n")


def test_the_code_of_a_process_is_frozen(workspace: Path) -> None:
    count = "import gc; print(gc.get_freeze_count() > 10_000, file=sys.stderr); "

    done = kn_sim(workspace, *PLACED, before=count)

    assert (done.returncode, done.stderr) == (0, b"True\n")


@pytest.mark.parametrize("name", ["run", "explain", "check"])
def test_describing_a_subcommand_loads_nothing_of_the_engine(
    name: str, workspace: Path
) -> None:
    loaded = (
        "print([m for m in sys.modules if m.startswith('simulator.') "
        "and not m.startswith(('simulator.cli', 'simulator.errors', 'simulator.value', "
        "'simulator.implementations'))],"
        " file=sys.stderr); "
    )

    done = kn_sim(workspace, name, "--help", before=loaded)

    assert (done.returncode, done.stderr) == (0, b"[]\n")


def test_the_same_seed_gives_the_same_bytes_whatever_the_hash_seed(
    workspace: Path,
) -> None:
    words = [
        "run",
        "trouble.yaml",
        "--handlers",
        "h.py",
        "--for",
        "3m",
        "--format",
        "json",
    ]

    outputs = [
        kn_sim(
            workspace, *words, "--trace", f"{seed}.jsonl", PYTHONHASHSEED=seed
        ).stdout
        for seed in ("0", "1", "4711")
    ]

    traces = [(workspace / f"{s}.jsonl").read_bytes() for s in ("0", "1", "4711")]
    assert outputs[0] == outputs[1] == outputs[2]
    assert traces[0] == traces[1] == traces[2]


def test_force_color_colours_a_pipe_and_no_color_wins(workspace: Path) -> None:
    forced = kn_sim(workspace, *PLACED, FORCE_COLOR="1").stdout
    both = kn_sim(workspace, *PLACED, FORCE_COLOR="1", NO_COLOR="1").stdout

    assert b"\x1b[" in forced
    assert b"\x1b[" not in both


def test_ascii_is_enough(workspace: Path) -> None:
    done = kn_sim(workspace, *PLACED, PYTHONIOENCODING="ascii")

    lines = done.stdout.decode("ascii").splitlines()
    assert done.returncode == 0
    assert lines[:2] == [
        "+0s       > order.placed event-1 -> broker/default  1 trigger matches",
        "+0s         + trigger/price -> service/pricing     200",
    ]


def test_a_closed_pipe_leaves_no_trace_of_python(workspace: Path) -> None:
    command = f"{sys.executable} -m simulator run mess.yaml --send type=a --for 1h | head -n 1"

    done = subprocess.run(  # noqa: S602 - a pipe is what is tried
        command,
        shell=True,
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )

    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("words", "code"), [("run shop.yaml", 0), ("--help", 0), ("check -", 1), ("ui", 2)]
)
def test_a_stream_that_is_closed_is_no_reason_to_crash(
    workspace: Path, words: str, code: int, closed: str
) -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        ["/bin/sh", "-c", f"{sys.executable} -m simulator {words} {closed}"],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )

    assert b"Traceback" not in done.stderr
    assert done.returncode == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("check shop.yaml --cdevents", 0),
        ("run none.yaml", 2),
        ("run --nope", 2),
    ],
)
@pytest.mark.parametrize("nobody", [">/dev/full", ">/dev/null | head -n 0"])
def test_what_nobody_can_be_told_changes_no_exit_code(
    workspace: Path, words: str, code: int, nobody: str
) -> None:
    ran = f"{sys.executable} -m simulator {words} >/dev/null; echo $? >code"
    command = f"{{ {ran}; }} 2>&1 {nobody}"

    subprocess.run(  # noqa: S603 - our own command
        ["/bin/sh", "-c", command],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )

    assert int((workspace / "code").read_text()) == code


@pytest.mark.parametrize(
    "words",
    ["--help", "run --help", "--version", "schema", "run shop.yaml --send type=a"],
)
def test_a_result_that_does_not_fit_on_the_disk_is_wrong_use(
    workspace: Path, words: str
) -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        ["/bin/sh", "-c", f"{sys.executable} -m simulator {words} >/dev/full"],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr == b"kn-sim: No space left on device\n"


@pytest.mark.parametrize("option", ["send", "to", "choices", "seed", "for"])
def test_two_dashes_are_a_value_of_an_option_as_any_other(
    workspace: Path, option: str
) -> None:
    done = kn_sim(workspace, "run", "shop.yaml", f"--{option}=--")

    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"--" in done.stderr


@pytest.mark.parametrize(
    ("number", "told"), [(signal.SIGTERM, b"terminated"), (signal.SIGHUP, b"hung up")]
)
def test_a_run_that_a_signal_ends_says_what_it_came_to(
    workspace: Path, number: signal.Signals, told: bytes
) -> None:
    (workspace / "long.yaml").write_text(
        "topology: long\nbrokers: {default: {}}\n"
        "triggers: {all: {subscriber: x}}\n"
        "sources: {ticks: {every: 1ms, sink: broker, event: {type: tick}}}\n"
    )
    words = ["run", "long.yaml", "--for", "1000h", "--limit", "2000000000", "-q"]
    command = [sys.executable, "-m", "simulator", *words, "--trace", "-"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=workspace,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first, *_ = [process.stdout.readline() for _ in range(1000)]

        process.send_signal(number)
        rest, said = process.stdout.read(), process.stderr.read()

    assert process.returncode == 128 + number
    assert b"kn-sim: %b at 2026-" % told in said
    assert said.splitlines()[-1].endswith(b"; interrupted")
    assert first.startswith(b'{"format":"kn-sim-trace/')
    assert all(isinstance(json.loads(line), list | dict) for line in rest.splitlines())
    assert rest.endswith(b"\n")


def test_the_command_says_what_is_wrong_also_where_a_test_reports_a_run_beside_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    import_module("simulator.cli.show")  # what a failing test prints is made by it

    code = main(["rnu"])

    assert code == 2
    assert "did you mean 'run'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["run", "--format", "json"],
        ["run", "--format", "json", "--quiet"],
        ["run", "--trace", "-"],
        ["compare", "--format", "json"],
        ["explore", "--format", "json"],
        ["test", "--format", "json"],
        ["diff", "shop.yaml", "--format", "json", "--failing", "s"],
    ],
    ids=" ".join,
)
def test_what_a_handler_prints_stands_among_no_results_for_programs(
    words: list[str], workspace: Path
) -> None:
    (workspace / "loud.py").write_text("def loud(event):\n    print('hello')\n")
    (workspace / "loud.yaml").write_text(LOUD)
    command, *options = words
    sent = ["loud.yaml", "--handlers", "loud.py"]

    done = kn_sim(workspace, command, *sent, *options)

    whole = (
        json.loads
        if command != "run"
        else lambda text: list(map(json.loads, text.splitlines()))
    )
    assert whole(done.stdout)
    assert b"hello\n" in done.stderr


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (
            ("mutate", "loud.yaml", "-o", "json", "--", "kn-sim", "test", "loud.yaml"),
            b"{",
        ),
        (("trace", "test", "run.jsonl"), b"apiVersion: simulator/v1\n"),
    ],
    ids=["mutate", "trace test"],
)
def test_what_a_handler_prints_stands_in_no_document(
    words: tuple[str, ...], begins: bytes, workspace: Path
) -> None:
    (workspace / "loud.py").write_text("def loud(event):\n    print('hello')\n")
    (workspace / "loud.yaml").write_text(LOUD)
    loud = ("--handlers", "loud.py")
    assert not kn_sim(
        workspace, "run", "loud.yaml", *loud, "--trace", "run.jsonl"
    ).returncode

    done = kn_sim(workspace, *words, *loud)

    assert done.stdout.startswith(begins)
    assert b"hello" not in done.stdout
    assert b"hello\n" in done.stderr
