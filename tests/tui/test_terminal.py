"""What the UI does to a terminal, and what a signal leaves of it."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from tests.pages import ROOT
from tests.terminal import INTERRUPTIBLE, Terminal

if TYPE_CHECKING:
    from pathlib import Path

UI = (*INTERRUPTIBLE, "ui", "topologies/pipeline.yaml")
# Source: xterm, "Control Sequences", DECSET: the alternate screen, the mouse, the cursor.
TAKEN = (b"\x1b[?1049h", b"\x1b[?1000h", b"\x1b[?25l")
GIVEN_BACK = (b"\x1b[?1049l", b"\x1b[?1000l", b"\x1b[?25h")


def opened(folder: Path, **env: str) -> Terminal:
    (folder / "topologies").symlink_to(ROOT / "topologies")
    own = {"XDG_STATE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    return Terminal(UI, folder, {"PYTHONPATH": str(ROOT), **own, **env})


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGQUIT"])
def test_a_signal_gives_the_terminal_back(tmp_path: Path, name: str) -> None:
    number = signal.Signals[name]
    with opened(tmp_path) as terminal:
        terminal.read_until(b"PAUSED")
        at = {mode: terminal.printed.rfind(mode) for mode in TAKEN}

        terminal.process.send_signal(number)

        assert terminal.read_to_the_end() == 128 + number
        assert all(
            terminal.printed.rfind(end) > at[begin] >= 0
            for begin, end in zip(TAKEN, GIVEN_BACK, strict=True)
        )
        assert terminal.modes_now() == terminal.modes


def test_a_terminal_that_goes_away_takes_the_ui_with_it(tmp_path: Path) -> None:
    with opened(tmp_path) as terminal:
        terminal.read_until(b"PAUSED")

        terminal.go_away()
        terminal.process.send_signal(signal.SIGHUP)

        assert terminal.process.wait(60) == 128 + signal.SIGHUP


def test_ctrl_z_gives_the_terminal_back_until_it_goes_on(tmp_path: Path) -> None:
    with opened(tmp_path) as terminal:
        terminal.read_until(b"PAUSED")

        terminal.press(b"\x1a")
        terminal.read_until(GIVEN_BACK[0])
        stopped = terminal.modes_now()
        begun = len(terminal.printed)
        os.waitpid(terminal.process.pid, os.WUNTRACED)  # it stands still now
        terminal.process.send_signal(signal.SIGCONT)
        terminal.read_until(TAKEN[0], after=begun)
        terminal.read_until(b"on-merged", after=begun)  # what has not changed, too
        terminal.press(b"q")

        assert stopped == terminal.modes
        assert terminal.read_to_the_end() == 0


@pytest.mark.parametrize(
    ("editor", "said"),
    [
        ("false", b"ended with 1"),
        ("/no/such/editor", b"cannot be started"),
        ("'", b"No closing"),
        # ctrl-C in an editor reaches everything in its terminal
        (f"{sys.executable} -c 'import os; os.kill(os.getppid(), 2)'", b""),
    ],
    ids=["fails", "is not there", "is no command", "is interrupted"],
)
def test_the_screen_is_back_however_the_editor_ends(
    tmp_path: Path, editor: str, said: bytes
) -> None:
    with opened(tmp_path, EDITOR=editor, VISUAL="") as terminal:
        terminal.read_until(b"PAUSED")
        begun = len(terminal.printed)
        terminal.press(b"\x0f")
        terminal.read_until(GIVEN_BACK[0], after=begun)
        left = terminal.printed.index(GIVEN_BACK[0], begun)

        terminal.read_until(TAKEN[0], after=left)
        terminal.read_until(said, after=left)
        terminal.press(b"?")
        terminal.read_until(b" help \x1b", after=left)  # it takes keys, too


@pytest.mark.parametrize("key", [b"", b"?"], ids=["main screen", "dialog"])
def test_a_terminal_of_any_size_is_drawn_again(tmp_path: Path, key: bytes) -> None:
    shown = b" help \x1b" if key else b"PAUSED"  # the title in its frame
    with opened(tmp_path) as terminal:
        terminal.read_until(b"space")
        terminal.press(key)
        terminal.read_until(shown)

        for columns, rows in ((120, 40), (20, 5), (1, 1), (300, 100)):
            terminal.resize(columns, rows)
            terminal.read_until_still()
        terminal.resize(20, 5)  # another comes before it is done with this one
        begun = len(terminal.printed)
        terminal.resize(100, 30)
        terminal.read_until_still()  # of the dialog, which hides what is below
        terminal.press(key and b"q")  # away with the dialog, to what is below
        terminal.read_until(b"PAUSED", after=begun)
        terminal.press(b"q")

        assert terminal.read_to_the_end() == 0


def test_a_locale_of_ascii_gets_a_screen_in_ascii(tmp_path: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with opened(tmp_path, **plain) as terminal:
        terminal.read_until(b"PAUSED")
        terminal.press(b"q")
        terminal.read_to_the_end()

        assert terminal.printed.isascii()
        assert b"\\u" not in terminal.printed


@pytest.mark.parametrize("term", ["dumb", "unknown", "DUMB"])
def test_a_terminal_that_cannot_draw_is_refused_in_a_line(
    tmp_path: Path, term: str
) -> None:
    with opened(tmp_path, TERM=term) as terminal:
        code = terminal.read_to_the_end()

        assert code == 2
        assert terminal.printed.decode() == (
            f"kn-sim: this terminal cannot draw (TERM={term}); "
            "kn-sim run prints the same facts as lines\r\n"
        )
