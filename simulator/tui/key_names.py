"""The names of keys as people write them: footer, help, dialogs and docs ask here.

Textual calls a key ``question_mark``; people say ``?``.
"""

from __future__ import annotations

import unicodedata

_NAMES = {
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "delete": "del",
    "backspace": "bksp",
    "plus": "+",
    "minus": "-",
    "slash": "/",
    "backslash": "\\",
    "at": "@",
    "underscore": "_",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
}


def key_name(key: str) -> str:
    """Give the name of one key.

    Args:
        key: As Textual names it: ``ctrl+f``, ``full_stop``, ``B``.
    """
    *modifiers, last = key.split("+")
    name = _NAMES.get(last) or _symbol(last)
    if last[:1] == "f" and last[1:].isdigit():
        name = last.upper()
    return "".join(f"{each}+" for each in modifiers) + name


def key_names(keys: str, *, most: int = 0) -> str:
    """Give the names of keys that do the same, with a space between.

    Args:
        keys: Separated by commas, as in `Key.keys` and in ``tui.toml``.
        most: Give no more than these, the first ones; 0 gives all.
    """
    names = [part.strip() for part in keys.split(",")]
    shown = [key_name(name) for name in names if name]
    return " ".join(shown[:most] if most else shown)


def _symbol(name: str) -> str:
    """Give the character that Textual named after Unicode: ``?`` of ``question_mark``."""
    unicode_name = name.replace("_", " ").replace("than sign", "-than sign")
    try:
        found = unicodedata.lookup(unicode_name.replace(" -", "-").upper())
    except KeyError:
        return name
    return found if found.isprintable() and not found.isspace() else name
