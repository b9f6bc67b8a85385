"""Topologies for the UI's pictures: as text, as large as is asked for."""

from __future__ import annotations

import json

_TEAMS = ("shop", "billing", "shipping", "stock", "returns", "support")
_STEPS = ("placed", "checked", "priced", "packed", "sent", "billed", "closed", "rated")


def town(
    namespaces: int, triggers: int, *, stride: int = 1, numbered: bool = False
) -> str:
    """Give namespaces of which each sends to another.

    Args:
        namespaces: How many.
        triggers: Of each.
        stride: To which one each sends: 1 is the next.
        numbered: Name them ``team-01`` and so on; else they have names of their own.
    """
    names = [
        f"team-{number + 1:02}" if numbered else _TEAMS[number]
        for number in range(namespaces)
    ]
    said: dict[str, dict[str, object]] = {
        "sources": {}, "brokers": {}, "triggers": {}, "services": {},
    }  # fmt: skip
    for at, name in enumerate(names):
        after = names[at + stride] if at + stride < namespaces else ""
        _team(said, at, name, after, triggers)
    return json.dumps({"topology": "town", "seed": 1, **said})


def _team(
    said: dict[str, dict[str, object]], at: int, name: str, after: str, triggers: int
) -> None:
    hub = f"broker/{name}/default"
    said["brokers"][f"{name}/default"] = {"delivery": {"retry": 2, "backoffDelay": "1s", "backoffPolicy": "linear"}}  # fmt: skip
    said["sources"][f"{name}-desk"] = {
        "namespace": name,
        "every": f"{3 + at % 5}s",
        "event": {"type": f"{name}.{_STEPS[0]}", "subject": name},
        "sink": hub,
    }
    for step in range(triggers):
        word = _STEPS[step % len(_STEPS)]
        trigger, service = f"{name}/on-{word}", f"{name}/{word}-desk"
        said["triggers"][trigger] = {
            "broker": "default",
            "filters": [_wanted(name, step, word)],
            "subscriber": f"service/{service}",
        }
        following = f"{name}.{_STEPS[(step + 1) % len(_STEPS)]}"
        last = step == triggers - 1
        said["services"][service] = {
            "latency": f"{200 + 90 * ((at + step) % 7)}ms",
            **({} if last else {"reply": {"type": following}}),
            **({"responses": [503, 200, 200]} if (at + step) % 5 == 2 else {}),
        }
    if after:
        said["triggers"][f"{name}/to-{after}"] = {
            "broker": "default",
            "filters": [{"exact": {"type": f"{name}.{_STEPS[0]}"}}],
            "subscriber": f"broker/{after}/default",
        }


def _wanted(name: str, step: int, word: str) -> dict[str, object]:
    """Give the filter of a step: the first one takes also what others send."""
    return (
        {"exact": {"type": f"{name}.{word}"}}
        if step
        else {"suffix": {"type": f".{word}"}}
    )
