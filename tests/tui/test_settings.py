"""What tui.toml may say."""

from pathlib import Path

import pytest

from simulator.errors import UsageError
from simulator.tui.settings import (
    Settings,
    config_path,
    read_settings,
    state_folder,
)

IDS = ("do.send", "play.toggle")


def written(folder: Path, text: str) -> Path:
    path = folder / "tui.toml"
    path.write_text(text)
    return path


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "tui.toml", IDS) == Settings()


def test_every_setting_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'theme = "nord"\nglyphs = "ascii"\nmotion = false\nfps = 30\n'
        'follow_files = false\n[keys]\n"do.send" = "ctrl+n"\n',
    )

    settings = read_settings(path, IDS)

    assert settings == Settings(
        theme="nord",
        glyphs="ascii",
        motion=False,
        fps=30,
        follow_files=False,
        keys={"do.send": "ctrl+n"},
    )


def test_all_faults_are_named_at_once_with_the_nearest_name(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'them = "nord"\nglyphs = "asci"\nmotion = 1\nfps = 500\n'
        '[keys]\n"do.sent" = "x"\n"do.send" = 3\n',
    )

    with pytest.raises(UsageError) as refused:
        read_settings(path, IDS)

    assert str(refused.value).splitlines() == [
        f"{path}: unknown setting 'them'; did you mean 'theme'?",
        f"{path}: glyphs: expected unicode or ascii, found 'asci'; did you mean 'ascii'?",
        f"{path}: motion: expected true or false, found 1",
        f"{path}: fps: expected 0 to 120 frames a second, found 500",
        f"{path}: keys.do.sent: there is no such key; did you mean 'do.send'?",
        f"{path}: keys.do.send: expected a key such as 'ctrl+g', found 3",
    ]


def test_true_is_no_number_of_frames(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="fps: expected a number, found True"):
        read_settings(written(tmp_path, "fps = true"), IDS)


def test_what_is_no_toml_is_said_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at line 1"):
        read_settings(written(tmp_path, "theme = x\nfps = 3"), IDS)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "tui.toml"
    path.write_bytes(b'theme = "\xff"')

    with pytest.raises(UsageError, match="cannot be read"):
        read_settings(path, IDS)


def test_the_folders_follow_the_environment() -> None:
    environ = {"XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"}

    assert config_path(environ) == Path("/c/kn-sim/tui.toml")
    assert state_folder(environ) == Path("/s/kn-sim")
    assert config_path({}) == Path.home() / ".config/kn-sim/tui.toml"
    assert state_folder({}) == Path.home() / ".local/state/kn-sim"
