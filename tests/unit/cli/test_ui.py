"""What ``kn-sim ui`` takes, what it refuses, and what it starts."""

from __future__ import annotations

import gc
import io
import os
import socket
import sys
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from textual.app import App

from simulator.cli import main
from tests.unit.cli.test_style import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.tui.app import KnSimApp


class Keyboard(io.StringIO):
    """A stdin at which somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _own_folders(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's own settings and last trace out of it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(workspace / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(workspace / "state"))
    monkeypatch.delenv("TEXTUAL_ANIMATIONS", raising=False)
    monkeypatch.delenv("TEXTUAL_DRIVER", raising=False)


class Start(Protocol):
    """Start the UI at a terminal, where it ends at once; give what was started."""

    def __call__(self, *words: str) -> KnSimApp: ...


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    """Start the UI at a terminal, where it ends at once; give what was started."""

    def start(*words: str) -> KnSimApp:
        apps: list[KnSimApp] = []

        def run(app: KnSimApp) -> None:
            assert gc.isenabled(), "a session is long"
            apps.append(app)

        with monkeypatch.context() as patched:
            patched.setattr(App, "run", run)
            patched.setattr(sys, "stdin", Keyboard())
            patched.setattr(sys, "stdout", Terminal(io.BytesIO(), encoding="utf-8"))
            assert main(["ui", *words]) == 0
        (app,) = apps
        return app

    return start


def settings_file(workspace: Path, text: str) -> None:
    folder = workspace / "config" / "kn-sim"
    folder.mkdir(parents=True)
    (folder / "tui.toml").write_text(text)


SENT = '[0,"sent",0,0,"","broker/default"]'
WRONG = {
    "a theme that is none": (["--theme", "kn-sim-drak"], "kn-sim-dark"),
    "a file that is missing": (["gone.yaml"], "gone.yaml"),
    "a faulty topology": (["bad.yaml"], "filtr"),
    "a trace that is missing": (["--replay", "gone.jsonl"], "gone.jsonl"),
    "a trace that is none": (["--replay", "events.jsonl"], "events.jsonl:1"),
    "no last trace": (["--last"], "there is no last trace yet"),
    "two traces": (["--last", "--replay", "t.jsonl"], "give one of them"),
    "events into a replay": (
        ["--replay", "t.jsonl", "--send", "type=a"],
        "--send needs a run",
    ),
    "a place without an event": (
        ["shop.yaml", "--to", "broker/x"],
        "there is no --send",
    ),
    "an account without an event": (["shop.yaml", "--as", "app"], "there is no --send"),
    "a seed for a replay": (
        ["--replay", "t.jsonl", "--seed", "0"],
        "--replay: the trace decides, --seed is too much",
    ),
    "a profile for the last trace": (
        ["--last", "--profile", "kafka"],
        "--last: the trace decides, --profile is too much",
    ),
    "a port of a page that is none": (["shop.yaml", "--port", "80"], "goes with --web"),
    "a port that nothing serves": (
        ["shop.yaml", "--serve-port", "80"],
        "--serve-port goes with --serve",
    ),
    "programs that nobody calls": (["shop.yaml", "--run"], "--run goes with --serve"),
    "an event to nowhere": (
        ["shop.yaml", "--send", "type=a", "--to", "broker/defalt"],
        "broker/default",
    ),
    "the topology from the keyboard": (["-"], "give it a file"),
    "port 0": (["--port", "0"], "from 1 to 65535"),
    "a port that is none": (["--port", "http"], "'http'"),
    "a high port": (["--port", "65536"], "'65536'"),
    "no frames": (["--fps", "0"], "from 1 to 120"),
    "many frames": (["--fps", "121"], "from 1 to 120"),
    "an option that is none": (["--ascci"], "--ascii"),
    "code that nobody named": (["trouble.yaml"], "--handlers"),
    "a missing file in a browser": (["gone.yaml", "--web"], "gone.yaml"),
}


@pytest.mark.parametrize(("words", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_in_one_message(
    words: list[str], told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    code = main(["ui", *words])

    out, err = capfd.readouterr()
    assert code == 2
    assert out == ""
    assert told in err
    assert "Traceback" not in err


def test_without_a_terminal_it_says_what_to_use(
    capfd: pytest.CaptureFixture[str],
) -> None:
    code = main(["ui", "shop.yaml"])

    assert code == 2
    told = capfd.readouterr().err
    assert "needs a terminal" in told
    assert "kn-sim run" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('theme = "kn-sim-drak"\n', "kn-sim-dark"),
        ("themes = 1\n", "'themes'; did you mean 'theme'?"),
        ("fps = true\n", "fps"),
        ("[keys]\n'do.sned' = 'f9'\n", "do.send"),
        ("theme =\n", "tui.toml"),
    ],
    ids=["theme", "name", "kind", "key", "no toml"],
)
def test_what_is_wrong_with_the_settings_is_told_with_their_file(
    workspace: Path, text: str, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    settings_file(workspace, text)

    code = main(["ui", "shop.yaml"])

    err = capfd.readouterr().err
    assert code == 2
    assert told in err


def test_help_has_examples(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["ui", "--help"]) == 0

    told = capfd.readouterr().out
    assert "kn-sim ui topologies/pipeline.yaml" in told
    assert "--replay run.jsonl" in told
    assert "kn-sim run prints the same facts" in " ".join(told.split())


def test_it_starts_with_what_is_named(start: Start) -> None:
    app = start("shop.yaml", "--send", "type=order.placed", "--seed", "7")

    stage = app.main.stage
    assert stage.opening.title == "shop.yaml"
    assert stage.sim is not None
    stage.sim.run()
    stage.tell_player()
    assert stage.view.record(0).event.type == "order.placed"


def test_it_starts_with_nothing(start: Start) -> None:
    assert start().main.stage.sim is None


def test_looks_come_from_the_file_and_from_the_words(
    workspace: Path, start: Start
) -> None:
    settings_file(workspace, 'theme = "nord"\nfps = 30\n[keys]\n"do.send" = "f9"\n')

    app = start("shop.yaml", "--fps", "20", "--ascii", "--no-motion", "--play")

    settings = app.settings
    assert settings.theme == app.theme == "nord"
    assert settings.fps == 20
    assert settings.glyphs == "ascii"
    assert not settings.motion
    assert settings.keys == {"do.send": "f9"}


def test_a_theme_of_the_words_wins(start: Start) -> None:
    assert start("shop.yaml", "--theme", "kn-sim-light").theme == "kn-sim-light"


def test_animations_of_textual_off_mean_no_motion(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")

    assert not start("shop.yaml").settings.motion


def test_a_trace_is_replayed_with_and_without_its_topology(start: Start) -> None:
    run = ["run", "shop.yaml", "--send", "type=order.placed", "--quiet"]
    main([*run, "--trace", "t.jsonl"])

    bare = start("--replay", "t.jsonl").main.stage
    whole = start("shop.yaml", "--replay", "t.jsonl").main.stage

    assert bare.opening.title == "t.jsonl"
    assert bare.current.live
    assert whole.sim is not None
    assert len(bare.view) == len(whole.view) > 5
    assert not whole.current.live


def test_a_compressed_trace_is_replayed(start: Start) -> None:
    run = ["run", "shop.yaml", "--send", "type=order.placed", "--quiet"]
    main([*run, "--trace", "t.jsonl.zst"])

    assert len(start("--replay", "t.jsonl.zst").main.stage.view) > 5


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([SENT, '{"serial":7}', SENT], "record 0 is followed by 7; the UI needs all"),
        (['{"serial":900000000}', SENT], "begins with record 900000000; the UI shows"),
    ],
)
def test_a_trace_with_records_missing_is_for_another_command(
    lines: list[str], told: str, workspace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    head = ['{"format":"kn-sim-trace/2"}', '{"id":"1","type":"a"}']
    (workspace / "t.jsonl").write_text("\n".join([*head, *lines]))

    code = main(["ui", "--replay", "t.jsonl"])

    assert code == 2
    assert capfd.readouterr().err.startswith(f"kn-sim: t.jsonl: {told}")


def test_the_last_trace_is_shown_again(workspace: Path, start: Start) -> None:
    (workspace / "state" / "kn-sim").mkdir(parents=True)
    run = ["run", "shop.yaml", "--send", "type=order.placed", "--quiet"]
    main([*run, "--trace", "state/kn-sim/last.jsonl"])

    assert len(start("--last").main.stage.view) > 5


def test_a_restart_begins_with_the_same_events(start: Start) -> None:
    app = start("shop.yaml", "--send", "type=order.placed", "--seed", "7")
    stage = app.main.stage

    stage.restart()

    assert stage.sim is not None
    stage.sim.run()
    assert any(r.event.type == "order.placed" for r in stage.sim.trace)


def test_in_a_browser_the_same_words_are_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = pytest.importorskip("textual_serve.server")
    served: list[Any] = []
    monkeypatch.setattr(server.Server, "serve", lambda made, **_: served.append(made))
    words = ["ui", "shop.yaml", "--play", "--web", "--port", "8123"]
    monkeypatch.setattr(sys, "argv", ["kn-sim", *words])

    assert main(words) == 0

    (made,) = served
    assert (made.host, made.port) == ("127.0.0.1", 8123)
    assert made.command.endswith("-m simulator ui shop.yaml --play --port 8123")


def test_without_textual_serve_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)

    code = main(["ui", "shop.yaml", "--web"])

    assert code == 2
    assert "pip install 'kn-sim[web]'" in capfd.readouterr().err


def test_the_served_ui_needs_no_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    apps: list[Any] = []
    monkeypatch.setenv("TEXTUAL_DRIVER", "textual.drivers.web_driver:WebDriver")
    monkeypatch.setattr(App, "run", lambda app, **_: apps.append(app))

    assert main(["ui", "shop.yaml", "--port", "8123"]) == 0

    assert apps
    assert os.environ["TEXTUAL_DRIVER"]


def test_a_port_that_is_taken_is_told_before_the_screen_is(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    shop = workspace / "served.yaml"
    shop.write_text("topology: shop\nbrokers: {default: {}}\n")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        # when
        code = main(["ui", str(shop), "--serve", "--serve-port", str(port)])

    # then
    assert code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"kn-sim: 127.0.0.1:{port} is taken")
    assert said.endswith("; --serve-port names another\n")
