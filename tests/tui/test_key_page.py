"""The page of keys says what the table of keys says."""

from __future__ import annotations

from simulator.tui.commands import COMMANDS
from simulator.tui.filters.language import help_lines
from simulator.tui.settings import _EXPECTED
from tests.pages import ROOT
from tests.tui.key_page import PAGE, page

SETTINGS = ROOT / "docs" / "how-to" / "set-up-the-ui.md"


def test_the_page_of_keys_is_made_of_the_table_of_keys() -> None:
    made = page()

    assert PAGE.read_text(encoding="utf-8") == made, "python -m tests.tui.key_page"


def test_it_names_every_key_and_every_filter() -> None:
    lines = page().splitlines()

    assert [
        key.id for key in COMMANDS if not any(f"`{key.id}`" in li for li in lines)
    ] == []
    assert sum(line.startswith("| `") for line in lines) == len(COMMANDS) + len(
        help_lines()
    )


def test_the_page_about_settings_names_every_setting() -> None:
    text = SETTINGS.read_text(encoding="utf-8")

    assert [name for name in _EXPECTED if f"| `{name}` |" not in text] == []
