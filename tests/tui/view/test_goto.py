"""Where to go, as the user writes it."""

from __future__ import annotations

import pytest

from simulator.errors import UsageError
from simulator.tui.view.playhead import Place, read_goto

S = 1_000_000_000


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1:03", Place(at_ns=63 * S)),
        ("1:02:03.5", Place(at_ns=3723 * S + S // 2)),
        (" 90 ", Place(at_ns=90 * S)),
        ("500ms", Place(at_ns=S // 2)),
        ("PT1M", Place(at_ns=60 * S)),
        ("+5s", Place(at_ns=15 * S)),
        ("-3", Place(at_ns=7 * S)),
        ("-1:00", Place(at_ns=0)),
        ("50%", Place(part=0.5)),
        ("250%", Place(part=1.0)),
        ("#329", Place(serial=329)),
    ],
)
def test_places_are_read(text: str, place: Place) -> None:
    assert read_goto(text, 10 * S) == place


@pytest.mark.parametrize("text", ["", "soon", "1:xx", "#x", "%", "+"])
def test_other_texts_are_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(UsageError, match="expected a time such as 1:03"):
        read_goto(text, 0)
