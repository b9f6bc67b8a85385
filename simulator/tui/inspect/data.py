"""The tab Data: an event's data as what it is, or what changed from the parent's."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from simulator.event.text import is_json_like, media_type, sniff
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.difference import json_difference, text_difference
from simulator.tui.inspect.json_text import json_lines
from simulator.tui.inspect.page import paragraph
from simulator.tui.inspect.text_line import BLANK, Look, Span, TextLine, line, wrapped
from simulator.tui.spelling import size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.event import Event
    from simulator.tui.inspect.subject import Subject

MOST_BYTES = 256 * 1024
MOST_LINES = 2_000
_TEXTUAL = ("application/xml", "application/javascript", "application/yaml")
_BINARY = "application/octet-stream"
_WIDE = 74
_AROUND = 3


def data_lines(
    subject: Subject, look: Look, *, difference: bool = False
) -> list[TextLine]:
    """Write the tab Data of a record.

    Args:
        subject: The record.
        look: What the lines are made for.
        difference: Show what changed from the event that this one answers.
    """
    event = subject.record.event
    if difference:
        return [*_difference(subject, look)]
    return [*_head(event, look), BLANK, *body_lines(event, look)]


def body_lines(event: Event, look: Look) -> list[TextLine]:
    """Write the data of an event, at most `MOST_LINES` lines."""
    body = event.body
    if body is None:
        return [line(Span("no data", "muted"))]
    lines = list(islice(_body(event, body[:MOST_BYTES], look), MOST_LINES + 1))
    cut = len(body) > MOST_BYTES or len(lines) > MOST_LINES
    if cut:
        text = f"{GLYPHS.ellipsis} more of {size_text(len(body))} is not shown"
        lines = [*lines[:MOST_LINES], BLANK, line(Span(text, "o-retry"))]
    return lines


def _head(event: Event, look: Look) -> Iterator[TextLine]:
    kind = event.attributes.get("datacontenttype", "")
    size = "" if event.body is None else size_text(len(event.body))
    name = look.cut(kind or "no content type", look.width - len(size) - 1)
    gap = " " * max(1, look.width - len(name) - len(size))
    yield line(Span(name, "" if kind else "muted"), gap, Span(size, "muted"))


def _body(event: Event, body: bytes, look: Look) -> Iterator[TextLine]:
    kind = event.attributes.get("datacontenttype")
    whole = len(body) == len(event.body or b"")
    text = _text(body)
    if text is not None and is_json_like(kind):
        try:
            value = json.loads(text)
        except RecursionError:
            yield from paragraph("nested too deeply to be laid out", look, "muted", 0)
            yield from _plain(text, look)
        except ValueError as error:
            if whole:
                yield from _invalid(text, error, look)
            yield from _plain(text, look)
        else:
            yield from json_lines(value, look, MOST_LINES + 1)
    elif text is not None and (_is_text(kind) or text.isprintable()):
        yield from _plain(text, look)
    else:
        yield from _hex(body, look)


def _text(body: bytes) -> str | None:
    """Read data as text; None for what is none."""
    if sniff(body) == _BINARY:
        return None
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        # The end may have been cut within a character.
        cut = error.start >= MOST_BYTES - _AROUND and error.end == len(body)
        return body[: error.start].decode() if cut else None


def _is_text(kind: str | None) -> bool:
    media = media_type(kind or "") or ""
    return media.startswith("text/") or media in _TEXTUAL or media.endswith("+xml")


def _plain(text: str, look: Look) -> Iterator[TextLine]:
    for row in text.splitlines():
        shown = look.shown(row.expandtabs(4))
        yield from wrapped([Span(shown)], look.width) if shown else (BLANK,)


def _invalid(text: str, error: ValueError, look: Look) -> Iterator[TextLine]:
    """Say what keeps a text from being JSON, and point at it."""
    message, position = str(error), 0
    if isinstance(error, json.JSONDecodeError):
        message, position = error.msg, error.pos
    row = text.count("\n", 0, position) + 1
    start = text.rfind("\n", 0, position) + 1
    column = position - start
    told = f"no JSON: {message} at {row}:{column + 1}"
    yield from paragraph(told, look, "o-dead bold", 0)
    shown = (text[start:].splitlines() or [""])[0]
    offset = max(0, column - look.width // 2)
    yield line(Span(look.cut(shown[offset:], look.width)))
    yield line(" " * (column - offset), Span("^", "o-dead bold"))
    yield BLANK


def _hex(body: bytes, look: Look) -> Iterator[TextLine]:
    """Give bytes as numbers and as characters, as many a line as fit."""
    yield line(Span(look.cut(f"binary, looks like {sniff(body)}", look.width), "muted"))
    count = 16 if look.width >= _WIDE else 8 if look.width >= _WIDE // 2 else 4
    digits = len(f"{len(body):04x}")
    for start in range(0, min(len(body), count * (MOST_LINES + 1)), count):
        row = body[start : start + count]
        numbers = " ".join(f"{byte:02x}" for byte in row)
        text = row.decode("ascii", "replace")
        letters = "".join(c if c.isascii() and c.isprintable() else "." for c in text)
        yield line(
            Span(f"{start:0{digits}x} ", "muted"),
            Span(f"{numbers:<{3 * count}}", "k-trigger"),
            Span(letters, "muted"),
        )


def _difference(subject: Subject, look: Look) -> Iterator[TextLine]:
    """Compare with the event that this one answers."""
    parent = subject.parent
    if parent is None:
        text = "nothing to compare with: no event caused this one"
        yield from paragraph(text, look, "muted", 0)
        return
    event, before = subject.record.event, parent.event
    title = look.cut(f"changes from {before.type} {before.id}", look.width)
    yield line(Span(title, "muted"), goal=parent.first.serial)
    yield BLANK
    found = list(_compared(before, event, look))
    yield from found or [line(Span("no change", "muted"))]


def _compared(before: Event, event: Event, look: Look) -> Iterator[TextLine]:
    old, new = before.body or b"", event.body or b""
    if max(len(old), len(new)) > MOST_BYTES:
        yield from paragraph("too large to be compared", look, "muted", 0)
        return
    was, now = _text(old), _text(new)
    if was is None or now is None:
        if old != new:
            text = f"{size_text(len(old))} {GLYPHS.to} {size_text(len(new))}"
            yield line(Span(text, "o-retry"))
        return
    try:
        found = json_difference(_value(before, was), _value(event, now), look)
    except (ValueError, RecursionError):
        found = text_difference(was, now, look)
    for count, row in enumerate(found):
        if count == MOST_LINES:
            return
        yield row


def _value(event: Event, text: str) -> object:
    """Read data as JSON; no data is null.

    Raises:
        ValueError: It is none.
    """
    if not text:
        return None
    if not is_json_like(event.attributes.get("datacontenttype")):
        raise ValueError("its content type is no JSON")
    return json.loads(text)
