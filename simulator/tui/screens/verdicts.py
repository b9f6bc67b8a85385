"""What the filters say to an event that is being written, in a line or in full; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from simulator.filters import Verdict
from simulator.tui.glyphs import GLYPHS
from simulator.tui.widgets.cutting import cut_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.session.why import Why
    from simulator.tui.screens.draft import Checked

LABEL = 13  # cells of the label before a line
_OK = "$o-ok"
_NO = "$o-nomatch"
_MUTED = "$muted"
_BAD = "bold $error"
_ODD = "$warning"
# What fails stands out, so that it is found among what passes.
_TONES = {
    Verdict.PASS: _MUTED,
    Verdict.NO_FILTER: _MUTED,
    Verdict.FAIL: "$error",
    Verdict.PANIC: _BAD,
    None: _MUTED,
}

# The dialects that compare a whole value.
_BY_NAME = ("exact", "attributes")

Piece = tuple[str, str]


def types_of_filters(whys: Iterable[Why]) -> tuple[str, ...]:
    """Give the event types that filters ask for by name, each once, in their order."""
    wanted = [
        leaf.wanted
        for why in whys
        for leaf in why.explanation.leaves()
        if leaf.attribute == "type" and leaf.dialect in _BY_NAME and leaf.wanted
    ]
    return tuple(dict.fromkeys(wanted))


def would_match(whys: Sequence[Why], width: int, *, nowhere: bool = False) -> Content:
    """Write the routes that take an event, and count the others.

    Args:
        whys: Of the hub that it is sent to.
        width: Of the line; names that do not fit are counted.
        nowhere: Whether nothing has the address that it is sent to.
    """
    label = ("would match".ljust(LABEL), _MUTED)
    if nowhere:
        return Content.assemble(label, ("nothing: it leads nowhere", _MUTED))
    if not whys:
        return Content.assemble(label, ("no filter stands in its way", _MUTED))
    taking = [_name(why) for why in whys if why.matches]
    broken = sum(why.verdict is Verdict.PANIC for why in whys)
    missing = len(whys) - len(taking) - broken
    rest = _counted(missing, "others" if taking else "none of", GLYPHS.no, _NO)
    rest += _counted(broken, "panic", "!", _BAD) if broken else []
    room = width - LABEL - sum(cell_len(text) for text, _ in rest)
    return Content.assemble(label, *_names(taking, room), *rest)


def validity(checked: Checked, width: int) -> Content:
    """Write whether a draft makes a valid event, or what is wrong first."""
    label = ("event".ljust(LABEL), _MUTED)
    wrong = [(field, text, _BAD) for field, text in checked.faults.items()]
    wrong += [(field, text, _ODD) for field, text in checked.doubts.items()]
    if not wrong:
        version = checked.event.attributes["specversion"]
        return Content.assemble(
            label, (f"{GLYPHS.yes} valid CloudEvent {version}", _OK)
        )
    field, text, tone = wrong[0]
    more = f"  (+{len(wrong) - 1})" if len(wrong) > 1 else ""
    name = field.replace("_", " ")
    room = max(1, width - LABEL - len(more))
    line = cut_end(f"{GLYPHS.no} {name}: {text}", room)
    return Content.assemble(label, (line, tone), (more, _MUTED))


def in_full(whys: Sequence[Why]) -> Content:
    """Write every verdict with the parts of its filter, those that match first.

    Args:
        whys: With the nearest misses before the others.
    """
    if not whys:
        return Content.styled("nothing filters there: every event goes through", _MUTED)
    pieces: list[Piece] = []
    for why in whys:
        mark = GLYPHS.yes if why.matches else GLYPHS.no
        pieces.append((f"{mark} {_name(why)}\n", f"bold {_OK if why.matches else _NO}"))
        pieces += [
            (f"    {row.line()}\n", _MUTED if why.matches else _TONES[row.verdict])
            for row in why.rows()
        ]
    return Content.assemble(*pieces)


def _name(why: Why) -> str:
    return why.trigger.partition("/")[2]


def _counted(count: int, word: str, mark: str, tone: str) -> list[Piece]:
    if not count:
        return []
    text = f"{word} {count}" if word == "none of" else f"{count} {word}"
    if word == "others" and count == 1:
        text = "1 other"
    return [(f"  {mark} {text}", tone)]


def _names(names: Sequence[str], room: int) -> list[Piece]:
    """Write as many names as fit, and how many more there are."""
    pieces: list[Piece] = []
    for at, name in enumerate(names):
        text = f"{GLYPHS.yes} {name} "
        left = len(names) - at - 1
        more = f"+{left + 1} "
        if cell_len(text) + (cell_len(more) if left else 0) > room and at:
            pieces.append((more, _OK))
            break
        room -= cell_len(text)
        pieces.append((text, f"bold {_OK}"))
    return pieces
