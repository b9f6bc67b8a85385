"""Boxes whose rows are hidden by a word of the filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.tui.actions.runs import look_at_files
from simulator.tui.main.listing import Listing
from tests.tui.main.theatre import PIPELINE, opened, played
from tests.tui.main.topologies import DESK, TWO_NAMESPACES

if TYPE_CHECKING:
    from tests.tui.main.conftest import Write
    from tests.tui.main.theatre import Theatre

TWICE = """\
topology: twice
brokers: {default: {}}
triggers: {audit: {subscriber: audit}}
services: {audit: {}}
"""


def listing_of(path: str, text: str = "") -> tuple[Listing, frozenset[str]]:
    """Give what the list shows of a file, and the names of its boxes."""
    branch = opened(path).current
    listing = Listing(branch, lambda id_: id_)
    listing.ask(text)
    return listing, frozenset(box.name for box in branch.view.diagram.boxes)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", "-node:builder"),
        ("is:retry", "is:retry -node:builder"),
        ('-node:audit "two  words"', '-node:audit "two  words" -node:builder'),
        ("/is:retry", "-node:builder"),
        ("-node:builder", ""),
        ("is:retry -node:builder to:audit", "is:retry to:audit"),
    ],
)
def test_a_box_is_muted_and_heard_again(text: str, after: str) -> None:
    listing, _ = listing_of(PIPELINE, text)

    assert listing.mute(opened(PIPELINE).view, "service/builder") == after


def test_of_two_boxes_of_one_name_only_one_is_muted(write: Write) -> None:
    path = write(TWICE)
    view = opened(path).view
    listing, names = listing_of(path)

    listing.ask(listing.mute(view, "trigger/audit"))

    assert listing.text == "-node:trigger/audit"
    assert listing.lit(view, 0) == names - {"trigger/audit"}


def test_a_namespace_that_is_one_box_is_muted_whole(write: Write) -> None:
    path = write(TWO_NAMESPACES)
    view = opened(path).view
    listing, names = listing_of(path)

    listing.ask(listing.mute(view, "namespace/ship"))

    assert listing.text == "-node:ship/*"
    assert listing.lit(view, 0) == names - {name for name in names if "/ship/" in name}
    assert listing.mute(view, "namespace/ship") == ""


def test_the_default_namespace_is_muted_as_any_other() -> None:
    stage = played(PIPELINE)
    listing = Listing(stage.current, lambda id_: id_)
    listing.ask("-node:default/*")

    listing.renew(stage.current)

    assert len(stage.view)
    assert not len(listing.rows)


def test_only_the_muted_box_is_dimmed_also_before_anything_has_happened() -> None:
    listing, names = listing_of(PIPELINE, "-node:all-events")

    lit = listing.lit(opened(PIPELINE).view, 0)

    assert lit == names - {"trigger/all-events"}


def test_beside_other_words_a_box_without_a_hit_is_dimmed_too() -> None:
    stage = played(PIPELINE)
    listing = Listing(stage.current, lambda id_: id_)
    listing.ask("is:dead -node:all-events")

    lit = listing.lit(stage.view, stage.player.shown)

    assert lit is not None
    assert "service/dead-letters" in lit
    assert not lit & {"trigger/all-events", "source/registry"}


def test_a_muted_box_stays_so_when_the_file_changes(
    theatre: Theatre, write: Write
) -> None:
    show = theatre.show(opened(write(DESK)))
    show.call(show.main.selection.choose_node, "service/audit")
    show.press("H")
    write(DESK + "  more: {}\n")

    show.call(look_at_files, show.main)

    assert show.main.listing.text == "-node:audit"
    assert "-node:audit" in show.text


def test_where_a_namespace_is_one_box_that_box_is_muted(
    theatre: Theatre, write: Write
) -> None:
    show = theatre.show(opened(write(TWO_NAMESPACES)))
    show.call(show.main.selection.choose_node, "broker/ship/default")
    show.press("c", "H")

    assert show.main.listing.text == "-node:ship/*"
    assert "nothing yet" in show.text or "No sources" in show.text
