"""What an implementation made up, put back into the form of its recording.

``<time>``, ``<uuid>`` and ``<int>`` stand in a recording for a time, an id and a number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json = dict[str, Any]

_FORMS = {
    "<time>": re.compile(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
    ),
    "<uuid>": re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "<int>": re.compile(r"\d+"),
}
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
# What Go's client says of itself is nothing that a run knows.
_LEFT_OUT = ("user-agent",)


def of_headers(found: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[str]:
    """Say which headers of a request differ; any id and any time will do for made ones."""
    for name in sorted({*found, *wanted}.difference(_LEFT_OUT)):
        here, there = found.get(name), wanted.get(name)
        made = there == "<uuid>" or (there == "<time>" and _UTC.fullmatch(here or ""))
        if here != there and not (here and made):
            yield f"header {name}: {here!r}, recorded {there!r}"


def put_in(expected: list[Json], found: list[Json]) -> list[Json]:
    """Give the requests of a run, placeholders in the place of what they stand for.

    Each recorded request gives its own to the first that is left and else the same.
    """
    left = list(found)
    done: list[Json] = []
    for wanted in expected:
        for place, each in enumerate(left):
            masked = _masked(wanted, each)
            if _view(masked) == _view(wanted):
                done.append(masked)
                del left[place]
                break
    # Those that fit nowhere are masked by the recorded ones of their service alone.
    for each in left:
        masked = each
        for wanted in expected:
            if wanted["service"] == each["service"]:
                masked = _masked(wanted, masked)
        done.append(masked)
    return sorted(done, key=lambda each: each["place"])


def _view(request: Json) -> tuple[object, ...]:
    return (request["service"], request.get("path", "/"), request.get("ce", {}))


def _masked(wanted: Json, found: Json) -> Json:
    attributes = dict(found["ce"])
    for name, text in wanted.get("ce", {}).items():
        form = _FORMS.get(text) if isinstance(text, str) else None
        if form is not None and form.fullmatch(str(attributes.get(name))):
            attributes[name] = text
    return {**found, "ce": attributes}


def without_hanging(requests: list[Json]) -> list[Json]:
    """Take a service that never answers for one whose client goes away before it does.

    Some recorders tell the one, others the other.
    """
    gone = {"fault": "client gone before the answer"}
    return [
        {**each, "answer": gone}
        if each.get("answer", {}).get("fault") == "hang"
        else each
        for each in requests
    ]
