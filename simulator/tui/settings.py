"""What outlives a session: the user's ``tui.toml``, and what the UI keeps for the next one.

Looks, keys and speed only: nothing in them changes what a run does. A kept file that is
none of ours is as good as none.
"""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from simulator.errors import UsageError, nearest
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

T = TypeVar("T")

_GLYPHS = ("unicode", "ascii")
_FASTEST = 120


class Settings(Value):
    """How the UI looks and what its keys are.

    Args:
        theme: The name of a theme; empty for the default.
        fps: Frames a second; 0 lets the UI choose by what the machine can do.
        follow_files: Whether a changed topology file is applied at once.
        keys: Id of a key -> Textual's names of keys, separated by commas.
    """

    theme: str = ""
    glyphs: str = "unicode"
    motion: bool = True
    fps: int = 0
    follow_files: bool = True
    keys: Mapping[str, str] = made(default_factory=dict)


def config_path(environ: Mapping[str, str] = os.environ) -> Path:
    folder = environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder, "kn-sim", "tui.toml")


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    folder = environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(folder, "kn-sim")


def read_settings(path: Path, ids: Sequence[str]) -> Settings:
    """Read the settings; a missing file means the defaults.

    Args:
        ids: Of the commands whose keys can be set.

    Raises:
        UsageError: It is no TOML, or says what cannot be; every fault is named.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: {error}") from None
    faults = [_wrong(name, value) for name, value in data.items()]
    keys = data.get("keys")
    if isinstance(keys, dict):
        faults += [f"keys.{fault}" for fault in _key_faults(keys, ids)]
    told = [f"{path}: {fault}" for fault in faults if fault]
    if told:
        raise UsageError("\n".join(told))
    return Settings(**data)


_EXPECTED = {name: type(getattr(Settings(), name)) for name in Settings._fields}
_WORDS = {str: "a text", bool: "true or false", int: "a number", dict: "a table"}


def _wrong(name: str, value: object) -> str:
    """Say what is wrong with a setting; empty where nothing is."""
    expected = _EXPECTED.get(name)
    if expected is None:
        return f"unknown setting {name!r}{nearest(name, list(_EXPECTED))}"
    wanted = near = ""
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        wanted = _WORDS[expected]
    elif name == "glyphs" and value not in _GLYPHS:
        wanted, near = " or ".join(_GLYPHS), nearest(str(value), _GLYPHS)
    elif name == "fps" and not 0 <= int(str(value)) <= _FASTEST:
        wanted = f"0 to {_FASTEST} frames a second"
    return f"{name}: expected {wanted}, found {value!r}{near}" if wanted else ""


def _key_faults(keys: Mapping[str, Any], ids: Sequence[str]) -> Iterator[str]:
    for id_, value in keys.items():
        if id_ not in ids:
            yield f"{id_}: there is no such key{nearest(id_, ids)}"
        elif not isinstance(value, str) or not value:
            yield f"{id_}: expected a key such as 'ctrl+g', found {value!r}"


_WIDEST, _NARROWEST = 100, 24
_HIGHEST, _LOWEST = 40, 4


def read_kept(path: Path | None, make: Callable[[str, Any], T]) -> dict[str, T]:
    """Make what each name of a file stands for; nothing where it is none of ours."""
    try:
        text = "{}" if path is None else path.read_text(encoding="utf-8")
        return {name: make(name, each) for name, each in json.loads(text).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_kept(path: Path | None, data: object) -> None:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data, indent=2, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")


class Split(NamedTuple):
    """The width of the inspector and the height of the events, frames included.

    In cells; 0 is as designed.
    """

    inspector: int = 0
    events: int = 0


class Sizes:
    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / "splits.json"
        self._splits = read_kept(self._path, _split)

    def split(self, size_class: str) -> Split:
        return self._splits.get(size_class, Split())

    def move(self, size_class: str, inspector: int, events: int) -> Split:
        """Move a split, as far as it may; give where it is then."""
        split = Split(
            max(_NARROWEST, min(_WIDEST, inspector)),
            max(_LOWEST, min(_HIGHEST, events)),
        )
        self._splits[size_class] = split
        return split

    def keep(self) -> None:
        if self._splits:
            write_kept(self._path, self._splits)


def _split(_: str, both: tuple[object, object]) -> Split:
    inspector, events = both
    return Split(int(str(inspector)), int(str(events)))
