"""A real terminal: keys go in, rows come out, and it is left as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.tui.main.theatre import PIPELINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TMUX = shutil.which("tmux") or ""
MOST_S = 30
PROMPT = "back-at-the-shell"

pytestmark = pytest.mark.skipif(not TMUX, reason="needs tmux")


class Terminal:
    """A pane of a tmux server of its own, with a shell in it."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self._socket = str(folder / "tmux")
        (folder / "profile").write_text(f"PS1='{PROMPT} '\n")
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "ENV": str(folder / "profile"),
            "XDG_STATE_HOME": str(folder),
        }
        across, down = map(str, size)
        self.tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", across, "-y", down, "sh"
        )

    def tmux(self, *words: str) -> str:
        """Give tmux a command."""
        done = subprocess.run(  # noqa: S603 - our own words
            [TMUX, "-S", self._socket, *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=MOST_S,
        )
        return done.stdout

    def type(self, *keys: str) -> None:
        """Press keys, as tmux names them."""
        self.tmux("send-keys", *keys)

    @property
    def screen(self) -> str:
        """What is on the screen."""
        return self.tmux("capture-pane", "-p")

    def until(self, done: Callable[[str], bool]) -> str:
        """Wait until the screen shows something."""
        end = time.monotonic() + MOST_S
        while not done(shown := self.screen):
            assert time.monotonic() < end, shown
            time.sleep(0.05)
        return shown

    def is_taken(self) -> bool:
        """Whether a program has taken the whole screen."""
        return self.tmux("display", "-p", "#{alternate_on}").strip() == "1"


@pytest.fixture(params=[(80, 24), (160, 45)], ids=["80x24", "160x45"])
def terminal(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """A shell's prompt in a terminal of a size."""
    terminal = Terminal(tmp_path, request.param)
    yield terminal
    terminal.tmux("kill-server")


def test_keys_work_and_the_terminal_is_left_as_it_was(terminal: Terminal) -> None:
    terminal.until(lambda shown: PROMPT in shown)

    terminal.type(f"{sys.executable} -m simulator ui {PIPELINE}", "Enter")
    shown = terminal.until(lambda shown: "PAUSED" in shown)
    assert "pipeline.yaml" in shown.splitlines()[0]
    assert terminal.is_taken()

    terminal.type("+", "+", "+", "+", "Space")
    shown = terminal.until(
        lambda shown: "LIVE" in shown and "service.deployed" in shown
    )
    terminal.type("?")
    terminal.until(lambda shown: "kn-sim run prints" in shown)
    terminal.type("Escape")
    terminal.until(lambda shown: "kn-sim run prints" not in shown)

    terminal.type("q")

    shown = terminal.until(lambda shown: shown.rstrip().endswith(PROMPT))
    assert not terminal.is_taken()
    assert "LIVE" not in shown
    terminal.type("echo still-$((40 + 2))", "Enter")
    terminal.until(lambda shown: "still-42" in shown)
