"""What is typed: events, addresses, choices, times, on any command."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tests.fuzz import scalars
from tests.fuzz.texts import mangled_text
from tests.fuzz.trying import commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from random import Random

FILES = ("commands.txt",)
_TOPOLOGIES = tuple(
    f"topologies/{name}.yaml"
    for name in (
        "quickstart",
        "orders",
        "channels",
        "filters",
        "cesql",
        "sequence",
        "pipeline",
    )
)
_TYPES = (
    "a",
    "order.placed",
    "shop.order.placed",
    "dev.knative.sources.ping",
    "é",
    "dev.cdevents.service.deployed.0.3.0",
    "cd.artifact.packaged.v1",
    "sh.keptn.event.deployment.finished",
)
_TARGETS = (
    "broker/default",
    "broker/shop",
    "channel/audit",
    "service/x",
    "default",
    "broker/x",
)
_NO_WORD = re.compile(r"[\x00\ud800-\udc7f\udd00-\udfff]")
_EVENTS: tuple[dict[str, Any], ...] = (
    {"type": "a"},
    {
        "specversion": "1.0",
        "id": "1",
        "source": "/x",
        "type": "order.placed",
        "data": {"n": 1},
    },
    {
        "specversion": "0.3",
        "id": "1",
        "source": "x",
        "type": "a",
        "schemaurl": "http://x",
    },
    {"type": "a", "data_base64": "aGk=", "datacontenttype": "application/octet-stream"},
    {
        "type": "a",
        "datacontenttype": "application/xml",
        "data": "<a/>",
        "dataschema": "x:y",
    },
    {
        "type": "a",
        "time": "2026-01-01T00:00:00Z",
        "subject": "s",
        "knativeerrorcode": "500",
    },
)
_CHOICES: tuple[dict[str, Any], ...] = (
    {"fault/1#1": 1},
    {"latency/service/x#1": "250ms"},
    {"id/x#1": "a"},
    {},
)


def event(random: Random) -> str:
    """Make an event as it is typed, often none."""
    match random.randrange(10):
        case 0 | 1 | 2 | 3:
            pairs = {
                "type": random.choice(_TYPES),
                random.choice(("x", "amount", "data")): "1",
            }
            found = ",".join(f"{name}={value}" for name, value in pairs.items())
            return found if random.random() < 0.6 else mangled_text(found, random)
        case 4 | 5:
            name = random.choice(
                ("type", "source", "id", "time", "x", "data", "specversion")
            )
            return f"type=a,{name}={scalars.text(random)}"
        case 6 | 7 | 8:
            members = dict(random.choice(_EVENTS))
            for _ in range(random.randrange(3)):
                name = random.choice(
                    (*members, "x", "data", "data_base64", scalars.text(random))
                )
                members[name] = scalars.value(random)
            found = json.dumps(members)
            return found if random.random() < 0.7 else mangled_text(found, random)
        case _:
            return scalars.text(random)


def target(random: Random) -> str:
    """Make an address as it is typed, often none."""
    found = random.choice((*_TARGETS, *_TARGETS, random.choice(scalars.ADDRESSES)))
    return mangled_text(found, random) if random.random() < 0.2 else found


def command_lines(commands: Iterable[Sequence[str]]) -> str:
    """Write commands, one a line as JSON; a word has no NUL and no half of a character."""
    return "\n".join(
        json.dumps([_NO_WORD.sub("", word) for word in words]) for words in commands
    )


def make(random: Random) -> tuple[str]:
    """Make a few command lines."""
    file = random.choice(_TOPOLOGIES)
    lines = []
    for _ in range(random.randint(1, 3)):
        command, options = random.choice(_COMMANDS)
        words = [command, file]
        for name in random.sample(sorted(options), random.randrange(len(options) + 1)):
            said = options[name](random)
            words += [name, said] if random.random() < 0.5 else [f"{name}={said}"]
        if command == "run":
            words += ["--limit", "1000"]
        lines.append(words)
    return (command_lines(lines),)


def attempt(parts: tuple[str, ...]) -> None:
    """Try them."""
    commands(parts[0].splitlines(), b"")


def _choices(random: Random) -> str:
    said = {**random.choice(_CHOICES), scalars.text(random): scalars.value(random)}
    text = json.dumps(said)
    if random.random() < 0.1:
        return "@" + random.choice(
            ("", ".", "/dev/null", "/dev/zero", "topologies/quickstart.yaml")
        )
    return mangled_text(text, random) if random.random() < 0.4 else text


def _text(random: Random) -> str:
    return scalars.text(random)


def _duration(random: Random) -> str:
    found = random.choice(scalars.DURATIONS)
    return mangled_text(found, random) if random.random() < 0.3 else found


def _decision(random: Random) -> str:
    name = random.choice(("approval-gate", "builder", "default/approval-gate", "é", ""))
    return f"{name}={_duration(random)}" if random.random() < 0.5 else name


def _knob(random: Random) -> str:
    return mangled_text(random.choice(("a.b=c", "builder.x=1", "a.b.c=")), random)


def _by(random: Random) -> str:
    return "chain" if random.random() < 0.8 else _text(random)


def _time(random: Random) -> str:
    found = random.choice(
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5+01:00", _text(random))
    )
    return mangled_text(found, random) if random.random() < 0.5 else found


def _number(random: Random) -> str:
    return str(random.choice(scalars.NUMBERS))


_Drawn = "Callable[[Random], str]"
_SETTINGS: dict[str, Callable[[Random], str]] = {
    "--seed": _number, "--start": _time, "--max-ttl": _number, "--profile": _text,
}  # fmt: skip
_COMMANDS: tuple[tuple[str, dict[str, Callable[[Random], str]]], ...] = (
    ("run", {"--send": event, "--to": target, "--for": _duration, "--choices": _choices, **_SETTINGS}),
    ("run", {"--send": event, "--to": target, "--choices": _choices}),
    ("run", {"--send": event, "--for": _duration, "--by": _by}),
    ("run", {"--approve": _decision, "--reject": _decision, "--set": _knob, "--for": _duration}),
    ("explain", {"--send": event, "--to": target, **_SETTINGS}),
    ("explain", {"--send": event, "--trigger": target}),
    ("timetable", {"--at": _time, "--status": _number, "--profile": _text}),
    ("check", {**_SETTINGS, "--format": _text}),
    ("graph", {"--format": _text, "--profile": _text}),
)  # fmt: skip
