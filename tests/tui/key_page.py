"""The page of all keys, made of the table of keys; run as a module, it is written.

A test compares, so that the page cannot be out of date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.command import SECTIONS
from simulator.tui.commands import COMMANDS
from simulator.tui.filters.language import help_lines
from simulator.tui.key_bar import key_name
from tests.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "docs" / "reference" / "keys.md"
_OPENING = """\
# Keys and filters of the terminal UI

`?` shows all of this on the screen, the keys of the focused pane first. Each key is yours to change: the right column is its name for
[`tui.toml`](../how-to/set-up-the-ui.md#keys). Letters are letters again while a field has the focus.
"""
_TITLES = {
    "playback": "Playback",
    "panes": "Panes",
    "graph": "Graph",
    "events": "Events",
    "inspector": "Inspector",
    "do": "Do",
}
_FILTERS = """\
## Filters

`/` takes one, and a click on a counter at the top, such as that of retries, sets one. An event has to match all of its words. The graph
dims what has no hit, and steps go over what is shown. `H` on a box writes `-node:` and its name, or takes it away: the box is muted. A filter that begins with a second `/` hides nothing: it finds, and `n` and `N` go
from hit to hit. `esc` clears it.
"""


def page() -> str:
    """Give the page."""
    return "\n".join((_OPENING, *_sections(), _FILTERS, *_filters(), ""))


def _sections() -> Iterator[str]:
    for section in SECTIONS:
        yield f"## {_TITLES[section]}\n"
        yield "| key | what it does | name |"
        yield "|---|---|---|"
        for key in COMMANDS:
            if key.section == section:
                names = " ".join(_code(key_name(each)) for each in key.keys.split(","))
                yield f"| {names} | {_cell(key.help)} | `{key.id}` |"
        yield ""


def _filters() -> Iterator[str]:
    yield "| filter | what it finds |"
    yield "|---|---|"
    for example, meaning in help_lines():
        yield f"| {_code(example)} | {_cell(meaning)} |"


def _code(text: str) -> str:
    return f"`{_cell(text)}`"


def _cell(text: str) -> str:
    # Also in code, a bar would end the cell.
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
