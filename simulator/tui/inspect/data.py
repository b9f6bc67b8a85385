"""The tab Data: an event's data as what it is, or what changed from the parent's."""

from __future__ import annotations

import json
import re
from difflib import unified_diff
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from simulator.event.text import is_json_like, media_type, sniff
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.page import BLANK, Lines, Look, TextLine, line
from simulator.tui.spelling import printable, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.event import Event
    from simulator.tui.inspect.context import Subject

MOST_BYTES = 256 * 1024
MOST_LINES = 2_000
_TEXTUAL = ("application/xml", "application/javascript", "application/yaml")
_BINARY = "application/octet-stream"
_WIDE = 74
_AROUND = 3


def data_lines(
    subject: Subject, look: Look, *, difference: bool = False
) -> list[TextLine]:
    """Write the tab Data of a record, or what changed from the event that it answers."""
    event = subject.record.event
    if difference:
        return [*_difference(subject, look)]
    return [*_head(event, look), BLANK, *body_lines(event, look)]


def body_lines(event: Event, look: Look) -> list[TextLine]:
    body = event.body
    if body is None:
        return [line(("no data", "$muted"))]
    lines = list(islice(_body(event, body[:MOST_BYTES], look), MOST_LINES + 1))
    if len(body) > MOST_BYTES or len(lines) > MOST_LINES:
        text = f"{GLYPHS.ellipsis} more of {size_text(len(body))} is not shown"
        lines = [*lines[:MOST_LINES], BLANK, line((text, "$o-retry"))]
    return lines


def _head(event: Event, look: Look) -> Lines:
    kind = event.attributes.get("datacontenttype", "")
    size = "" if event.body is None else size_text(len(event.body))
    name = look.cut(kind or "no content type", look.width - len(size) - 1)
    yield look.spread((name, "" if kind else "$muted"), right=(size, "$muted"))


def _body(event: Event, body: bytes, look: Look) -> Lines:
    kind = event.attributes.get("datacontenttype")
    whole = len(body) == len(event.body or b"")
    text = _text(body)
    if text is not None and is_json_like(kind):
        try:
            yield from list(json_lines(json.loads(text), look, MOST_LINES + 1))
        except RecursionError:
            yield from look.paragraph("nested too deeply to be laid out", "$muted", 0)
            yield from _plain(text, look)
        except ValueError as error:
            if whole:
                yield from _invalid(text, error, look)
            yield from _plain(text, look)
    elif text is not None and (_is_text(kind) or text.isprintable()):
        yield from _plain(text, look)
    else:
        yield from _hex(body, look)


def _text(body: bytes) -> str | None:
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


def _plain(text: str, look: Look) -> Lines:
    for row in text.splitlines():
        shown = printable(row.expandtabs(4))
        yield from look.wrapped(shown) if shown else (BLANK,)


def _invalid(text: str, error: ValueError, look: Look) -> Lines:
    message, position = str(error), 0
    if isinstance(error, json.JSONDecodeError):
        message, position = error.msg, error.pos
    row = text.count("\n", 0, position) + 1
    start = text.rfind("\n", 0, position) + 1
    column = position - start
    told = f"no JSON: {message} at {row}:{column + 1}"
    yield from look.paragraph(told, "$o-dead bold", 0)
    shown = (text[start:].splitlines() or [""])[0]
    offset = max(0, column - look.width // 2)
    yield line(look.cut(shown[offset:], look.width))
    yield line(" " * (column - offset), ("^", "$o-dead bold"))
    yield BLANK


def _hex(body: bytes, look: Look) -> Lines:
    yield line((look.cut(f"binary, looks like {sniff(body)}", look.width), "$muted"))
    count = 16 if look.width >= _WIDE else 8 if look.width >= _WIDE // 2 else 4
    digits = len(f"{len(body):04x}")
    for start in range(0, min(len(body), count * (MOST_LINES + 1)), count):
        row = body[start : start + count]
        text = row.decode("ascii", "replace")
        letters = "".join(c if c.isascii() and c.isprintable() else "." for c in text)
        yield line(
            (f"{start:0{digits}x} ", "$muted"),
            (f"{row.hex(' '):<{3 * count}}", "$k-trigger"),
            (letters, "$muted"),
        )


def _difference(subject: Subject, look: Look) -> Lines:
    parent = subject.bearer.parent
    if parent is None:
        text = "nothing to compare with: no event caused this one"
        yield from look.paragraph(text, "$muted", 0)
        return
    event, before = subject.record.event, parent.event
    title = look.cut(f"changes from {before.type} {before.id}", look.width)
    yield line((title, "$muted"), goal=parent.first.serial)
    yield BLANK
    found = list(_compared(before, event, look))
    yield from found or [line(("no change", "$muted"))]


def _compared(before: Event, event: Event, look: Look) -> Lines:
    old, new = before.body or b"", event.body or b""
    if max(len(old), len(new)) > MOST_BYTES:
        yield from look.paragraph("too large to be compared", "$muted", 0)
        return
    was, now = _text(old), _text(new)
    if was is None or now is None:
        if old != new:
            text = f"{size_text(len(old))} {GLYPHS.to} {size_text(len(new))}"
            yield line((text, "$o-retry"))
        return
    try:
        found = json_difference(_value(before, was), _value(event, now), look)
    except (ValueError, RecursionError):
        found = text_difference(was, now, look)
    yield from islice(found, MOST_LINES)


def _value(event: Event, text: str) -> object:
    """Read data as JSON; no data is null. ValueError: it is none."""
    if not text:
        return None
    if not is_json_like(event.attributes.get("datacontenttype")):
        raise ValueError("its content type is no JSON")
    return json.loads(text)


_INDENT = 2
_DEEPEST = 16 * _INDENT
# Of a line of JSON laid out: indent, name, value or bracket, comma.
_LAID_OUT = re.compile(r'( *)("(?:[^"\\]|\\.)*")?(: )?(.*?)(,?)')


def json_lines(value: object, look: Look, most: int) -> Lines:
    """Write a JSON value, of *most* lines of JSON; RecursionError: nested too deeply."""
    rows = json.dumps(value, ensure_ascii=False, indent=_INDENT).split("\n")
    for row in rows[:most]:
        found = _LAID_OUT.fullmatch(row)
        assert found is not None, "any line is matched"
        indent, name, colon, rest, comma = found.groups("")
        if name and not colon:  # a text that stands alone
            name, rest = "", name
        pad, label = indent[:_DEEPEST], (_printable(name), "$k-source")
        tail = comma, "" if rest in ("}", "]") else "$muted"
        parts = pad, label, colon, _coloured(rest), tail
        yield from look.wrapped(*parts, indent=len(pad) + _INDENT)


def _coloured(text: str) -> tuple[str, str]:
    """Give a value, as JSON, in the colour of its type; brackets as they are."""
    if text[:1] == '"':
        return _printable(text), "$o-ok"
    if text in ("true", "false", "null"):
        return text, "$o-reply"
    return text, "" if text in ("{", "[", "}", "]") else "$k-trigger"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


ABSENT = object()
_LONGEST = 200
_CONTEXT = 2


class Changed(NamedTuple):
    """One difference: at ``items[0].price``; `ABSENT` where added, or taken away."""

    path: str
    old: object
    new: object


def changes(old: object, new: object) -> Iterator[Changed]:
    """List the differences of two JSON values, in the order of the new one.

    Items of arrays are compared by their place.
    """
    waiting: list[tuple[str, object, object]] = [("", old, new)]
    while waiting:
        path, was, now = waiting.pop()
        if isinstance(was, dict) and isinstance(now, dict):
            names = dict.fromkeys((*now, *was))
            under = f"{path}." if path else ""
            below = [
                (f"{under}{name}", was.get(name, ABSENT), now.get(name, ABSENT))
                for name in names
            ]
        elif isinstance(was, list) and isinstance(now, list):
            both = zip_longest(was, now, fillvalue=ABSENT)
            below = [(f"{path}[{at}]", *each) for at, each in enumerate(both)]
        else:
            # To JSON true is not 1, though to Python it is.
            if type(was) is not type(now) or was != now:
                yield Changed(path, was, now)
            continue
        waiting += reversed(below)


def json_difference(old: object, new: object, look: Look) -> Lines:
    for path, was, now in changes(old, new):
        sign, ink = ("+ ", "$o-ok bold") if was is ABSENT else ("~ ", "$o-retry bold")
        if now is ABSENT:
            sign, ink = "- ", "$o-dead bold"
        values = [_value_of(each, look) for each in (was, now) if each is not ABSENT]
        place = f"{printable(path or '(all)')} "
        parts = [(sign, ink), (place, "$k-source"), values[0]]
        if len(values) > 1:
            parts += [(f" {GLYPHS.to} ", "$muted"), values[1]]
        yield from look.wrapped(*parts, indent=4)


def text_difference(old: str, new: str, look: Look) -> Lines:
    found = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=_CONTEXT)
    for row in islice(found, len(("---", "+++")), None):
        ink = {"+": "$o-ok", "-": "$o-dead", "@": "$muted"}.get(row[:1], "")
        yield line((look.cut(row, look.width), ink))


def _value_of(value: object, look: Look) -> tuple[str, str]:
    text, ink = _coloured(json.dumps(value, ensure_ascii=False))
    return look.cut(text, _LONGEST), ink
