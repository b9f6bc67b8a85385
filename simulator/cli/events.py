"""Events as they are spelled on the command line: a file, JSON, or attributes."""

from __future__ import annotations

import json
import os
import re
import sys
from math import isinf
from typing import TYPE_CHECKING, Any

from simulator.cli.inputs import STDIN, name_of
from simulator.errors import EventError, UsageError, closest
from simulator.event import Event, UnparsableEventError, faults, read_json, read_written
from simulator.event.http import is_second
from simulator.story.phrases import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PAIR = re.compile(r"([A-Za-z0-9_-]+)=")
_NEXT_PAIR = re.compile(r",\s*(?=[A-Za-z0-9_-]+=)")
_DECODER = json.JSONDecoder()
_DATA = ("data", "data_base64")
_SOURCE = "/kn-sim"
_SUFFIXES = (".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".txt")
_LARGEST = 64 * 1024 * 1024
_MOST_DIGITS = 4_300  # Python reads no more at once


def read_events(texts: Sequence[str]) -> list[Event]:
    """Read events as they are named on the command line, in order.

    Ids and sources that are missing are filled in: ``event-1``, ``event-2`` … by place, and
    ``/kn-sim``. JSON with a specversion is meant to be whole.

    Raises:
        EventError: Anything is no event; it names each one and all its faults.
        UsageError: A file is too large.
        OSError: A file cannot be read.
    """
    events: list[Event] = []
    wrong: list[str] = []
    for text in texts:
        may_lack = _is_pairs(text)
        _take(_members(text, wrong), events, wrong, may_lack=may_lack)
    if wrong:
        raise EventError("\n".join(wrong))
    return events


def events_to_send(texts: Sequence[str]) -> list[Event]:
    """Read events as `read_events` does; UsageError where all that is named holds none."""
    events = read_events(texts)
    if texts and not events:
        raise UsageError(f"--send {shortened(', '.join(texts), 40)}: holds no event")
    return events


def events_in(content: str, name: str) -> list[Event]:
    """Read a JSON value, an array's items, or one a line; an EventError names all faults."""
    events: list[Event] = []
    wrong: list[str] = []
    _take(_parsed(content, name, wrong), events, wrong, may_lack=False)
    if wrong:
        raise EventError("\n".join(wrong))
    return events


def _take(
    found: Iterator[tuple[str, object]],
    events: list[Event],
    wrong: list[str],
    *,
    may_lack: bool,
) -> None:
    for where, members in found:
        faulty, event = _event(members, len(events) + 1, may_lack=may_lack)
        if event is None:
            wrong.append(f"{where}: no valid CloudEvent: {'; '.join(faulty)}")
        else:
            events.append(event)


def _members(text: str, wrong: list[str]) -> Iterator[tuple[str, object]]:
    if text == STDIN:
        yield from _parsed(_content(text), name_of(text), wrong)
    elif text == "@":
        wrong.append("--send @: name a file")
    elif text.startswith("@"):
        yield from _parsed(_content(text[1:]), text[1:], wrong)
    elif text.lstrip()[:1] in ("{", "["):
        yield from _parsed(text, f"--send {shortened(text, 40)}", wrong)
    elif not text.strip():
        wrong.append("--send: expected an event, found an empty text")
    elif _is_pairs(text):
        yield from _attributes(text, wrong)
    else:
        yield from _parsed(_content(text), text, wrong)


def _is_pairs(text: str) -> bool:
    return _PAIR.match(text) is not None and not os.path.exists(text)


def _attributes(text: str, wrong: list[str]) -> Iterator[tuple[str, object]]:
    try:
        yield f"--send {text}", _pairs(text)
    except ValueError as error:
        wrong.append(f"--send {shortened(text, 40)}: {error}")


def _content(name: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if name == STDIN else _bytes(name)
        return raw.decode("utf-8-sig")
    except FileNotFoundError:
        is_path = "/" in name or name.endswith(_SUFFIXES)
        is_type = not is_path and "=" not in name
        hint = f"; for an event: --send type={name}" if is_type else ""
        raise UsageError(f"--send {name}: no such file{hint}") from None
    except UnicodeDecodeError as error:
        where = name_of(name)
        raise EventError(f"is not UTF-8: {error.reason}", where=where) from error


def _bytes(name: str) -> bytes:
    with open(name, "rb") as file:
        content = file.read(_LARGEST + 1)  # a device may never end
    if len(content) > _LARGEST:
        raise UsageError(f"{name}: is larger than {_LARGEST // 1024**2} MiB")
    return content


def _parsed(content: str, name: str, wrong: list[str]) -> Iterator[tuple[str, object]]:
    if not content.strip():
        wrong.append(f"{name}: is empty, expected an event")
        return
    try:
        whole = _json(content)
    except ValueError as error:
        lines = [(n, s) for n, s in enumerate(content.splitlines(), 1) if s.strip()]
        if len(lines) > 1 and _is_json(lines[0][1]):
            yield from _json_lines(lines, name, wrong)
        else:
            wrong.append(f"{name}: is no JSON: {error}")
        return
    if isinstance(whole, list):
        for number, item in enumerate(whole, 1):
            yield f"{name}, event {number}", item
    else:
        yield name, whole


def _json_lines(
    lines: list[tuple[int, str]], name: str, wrong: list[str]
) -> Iterator[tuple[str, object]]:
    for number, line in lines:
        try:
            yield f"{name}:{number}", _json(line)
        except ValueError as error:
            wrong.append(f"{name}:{number}: is no JSON: {error}")


def _json(text: str) -> object:
    try:
        return json.loads(
            text,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_integer,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


class _Doubled(dict[str, Any]):
    """An object in which members stand twice that an event has once."""

    twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    names = [name for name, _ in pairs]
    doubled = _Doubled(members)
    doubled.twice = tuple(n for i, n in enumerate(names) if is_second(n, names[:i]))
    return doubled


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError(f"{text} is too large a number")
    return number


def _integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(text)} digits is too large")
    return int(text)


def _no_constant(word: str) -> object:
    raise ValueError(f"{word} is no JSON value")


def _is_json(text: str) -> bool:
    try:
        _json(text)
    except ValueError:
        return False
    return True


def _pairs(text: str) -> dict[str, Any]:
    """Read ``type=a,data={"x": 1, "y": 2},subject=b``; ValueError for a name given twice.

    A value ends at a comma that ``name=`` follows; commas within JSON do not count. Of data in
    a file that cannot be read, it is an OSError.
    """
    members: dict[str, Any] = {}
    at = 0
    while match := _PAIR.match(text, at):
        name, start = match[1], match.end()
        if name in members:
            raise ValueError(f"{name} is given twice")
        end = _end_of_json(text, start) if name == "data" else None
        if end is not None:
            members[name] = _json(text[start:end])
            members.setdefault("datacontenttype", "application/json")
        else:
            end = _end_of_text(text, start)
            if text[start:end].endswith(","):
                part = "nothing stands between two commas, or behind the last one"
                raise ValueError(f"{name}: {part}; a comma at an end needs JSON")
            members[name] = text[start:end]
            if name == "data":
                _data_as_text(members)
        following = _NEXT_PAIR.match(text, end)
        at = following.end() if following else len(text)
    return members


def _data_as_text(members: dict[str, Any]) -> None:
    """Read the file of ``data=@FILE``; what is no JSON is text, else bytes."""
    given = members["data"]
    if not given.startswith("@"):
        members.setdefault("datacontenttype", "text/plain")
        return
    raw = sys.stdin.buffer.read() if given == "@-" else _bytes(given[1:])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        from base64 import b64encode  # rare

        del members["data"]
        members["data_base64"] = b64encode(raw).decode()
        members.setdefault("datacontenttype", "application/octet-stream")
        return
    try:
        members["data"] = _json(text)
    except ValueError:
        members["data"] = text
        members.setdefault("datacontenttype", "text/plain")
    else:
        members.setdefault("datacontenttype", "application/json")


def _end_of_text(text: str, start: int) -> int:
    following = _NEXT_PAIR.search(text, start)
    return following.start() if following else len(text)


def _end_of_json(text: str, start: int) -> int | None:
    """Find where a JSON value ends, None when none stands there."""
    try:
        _, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    rest = text[end:]
    return end if not rest or _NEXT_PAIR.match(rest) else None


def _event(
    members: object, number: int, *, may_lack: bool
) -> tuple[list[str], Event | None]:
    if not isinstance(members, dict):
        return ["expected a JSON object"], None
    missing = {"id": f"event-{number}", "source": _SOURCE}
    twice = members.twice if isinstance(members, _Doubled) else ()
    wrong = [f"{name}: is written twice, which Knative refuses" for name in twice]
    if "specversion" in members and not may_lack:
        lacking = " and no ".join(name for name in missing if name not in members)
        if lacking:
            wrong.append(f"it has no {lacking}: beside a specversion, none is made up")
    filled = {**missing, **members}
    good: dict[str, Any] = {}
    for name, value in filled.items():
        try:
            read_written({name: value})
        except UnparsableEventError as error:
            wrong.append(str(error))
        else:
            good[name] = value
    if "type" not in filled:
        wrong.append(f"it has no type{_meant(members)}")
    event = _whole(good, wrong)
    if event is not None:
        # What could not be read is named already.
        wrong += [f for f in faults(event) if f.partition(":")[0] in good]
    return wrong, None if wrong else event


def _whole(good: dict[str, Any], wrong: list[str]) -> Event | None:
    try:
        return read_json(good)
    except UnparsableEventError as error:
        wrong.append(str(error))
        return None


def _meant(members: dict[str, Any]) -> str:
    close = closest("type", [str(n) for n in members if n not in _DATA])
    return f"; did you mean type instead of {close}?" if close else ""
