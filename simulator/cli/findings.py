"""Faults and findings: as lines for people, JSON objects, and annotations in GitHub."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from simulator.cli.output import os_text, say
from simulator.cli.style import harmless
from simulator.errors import (
    EventError,
    Fault,
    HandlerError,
    TopologyError,
    UnknownAddressError,
    UsageError,
)
from simulator.nodes import Role, name_of, role_of
from simulator.resource import counted
from simulator.wiring import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulator.cli.style import Style
    from simulator.errors import SimulatorError
    from simulator.resource import ResourceKey
    from simulator.wiring import Condition, Finding, Wiring

_COLOURS = {Severity.FAULT: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}
NOT_SIMULATED = "not-simulated"
_STUB, _READING = "stub", "reading"
_KINDS = 6  # that are counted in one line
_OTHER_PROFILE = ("no-profile", "channel-kind")
_TITLES = (
    (Severity.FAULT, "faults"),
    (Severity.WARNING, "warnings"),
    (Severity.NOTE, "notes"),
)


class FaultyError(UsageError):
    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, findings)))


def stub_names(wiring: Wiring) -> list[str]:
    return list(dict.fromkeys(name_of(e.node) for e in wiring.endpoints if e.stub))


def real_names(wiring: Wiring) -> list[str]:
    """List those of them that are described as real: `kn-sim serve` asks them."""
    stubs = (e for e in wiring.endpoints if e.stub and e.described and not e.private)
    return list(dict.fromkeys(name_of(each.node) for each in stubs))


def refuse_faults(wiring: Wiring) -> None:
    """Raise a FaultyError that names all that `kn-sim check` calls a fault, if any."""
    faults = [f for f in wiring.findings if f.severity is Severity.FAULT]
    if faults:
        raise FaultyError(faults)


def warn_of_profiles(wiring: Wiring) -> None:
    for finding in wiring.findings:
        if finding.code in _OTHER_PROFILE:
            say(f"kn-sim: {finding}")


def finding_lines(
    wiring: Wiring,
    style: Style,
    *,
    with_stubs: bool = False,
    each_absent: bool = True,
    reasons: bool = False,
) -> Iterator[str]:
    """Give the findings by severity, and then what is not simulated.

    Args:
        with_stubs: Whether to say of each reference that a stub answers.
        each_absent: Whether to name each resource that is not simulated, or is played by
            what was read and not recorded, or count them.
        reasons: Whether to say of each why it matters, and what ends it.
    """
    for severity, title in _TITLES:
        shown = [
            finding
            for finding in wiring.findings
            if finding.severity is severity
            and finding.code != NOT_SIMULATED
            and (with_stubs or finding.code != _STUB)
            and (each_absent or finding.code != _READING)
        ]
        yield from _titled(title, shown, style, _COLOURS[severity], reasons=reasons)
    absent = [f for f in wiring.findings if f.code == NOT_SIMULATED]
    if each_absent:
        yield from _titled("not simulated", absent, style, "blue")
        return
    read = [f for f in wiring.findings if f.code == _READING]
    hubs = {h.profile.name for h in wiring.hubs if h.profile.known_from == "read"}
    by = f" ({', '.join(sorted(hubs))})" if hubs else ""
    for title, found in (
        (f"played by a reading{by}, not a recording", read),
        ("not simulated", absent),
    ):
        if found:
            painted = style.paint(title, "bold", "blue")
            yield f"{painted}: {style.symbols(_counted(found))} (kn-sim check lists them)"


def serious_lines(wiring: Wiring, style: Style) -> Iterator[str]:
    for severity, title in _TITLES:
        if severity is not Severity.NOTE:
            shown = [each for each in wiring.findings if each.severity is severity]
            yield from _titled(title, shown, style, _COLOURS[severity])


def _counted(findings: list[Finding]) -> str:
    """Count by kind, most first: ``2 Deployments, 1 Secret``."""
    counts: dict[str, int] = {}
    for finding in findings:
        kind = finding.subject.partition(" ")[0]
        counts[kind] = counts.get(kind, 0) + 1
    shown = sorted(counts.items(), key=lambda pair: -pair[1])
    texts = [counted(count, kind) for kind, count in shown]
    more = len(texts) - _KINDS
    return ", ".join(texts[:_KINDS]) + (f", and {more} more kinds" if more > 0 else "")


def _titled(
    title: str,
    findings: list[Finding],
    style: Style,
    colour: str,
    *,
    reasons: bool = False,
) -> Iterator[str]:
    if findings:
        yield style.paint(f"{title} ({len(findings)})", "bold", colour)
        for finding in findings:
            yield f"  {style.symbols(str(finding))}"
            if reasons:
                why, fix = _reasons(finding)
                yield f"      why: {style.symbols(why)}"
                yield f"      fix: {style.symbols(fix)}"


def _reasons(finding: Finding) -> tuple[str, str]:
    from simulator.rules import RULES

    rule = RULES[finding.code]
    return rule.why, finding.fix or rule.fix


ERROR_FORMAT = "kn-sim-error/1"
_PLACE = r"(?s)(.*):(\d+):(\d+)"
_CODES = (
    (UnknownAddressError, "unknown-address"),
    (EventError, "event"),
    (HandlerError, "handler"),
)


def finding_object(finding: Finding) -> dict[str, Any]:
    """Give a finding; places that are unknown are null."""
    return {
        "severity": finding.severity.value,
        "id": finding.id,
        "code": finding.code,
        "subject": finding.subject,
        "message": finding.message,
        **_place(finding.where),
        "path": finding.path,
    }


def reasoned_object(finding: Finding) -> dict[str, Any]:
    why, fix = _reasons(finding)
    return {
        **finding_object(finding),
        "possible": finding.possible,
        "why": why,
        "fix": fix,
        "also": [
            {**_place(where), "message": what} for where, what in finding.also if where
        ],
    }


def _place(where: str) -> dict[str, Any]:
    found = re.fullmatch(_PLACE, where)
    return {
        "file": found[1] if found else where or None,
        "line": int(found[2]) if found else None,
        "column": int(found[3]) if found else None,
    }


def fault_object(fault: str, code: str = "fault") -> dict[str, Any]:
    """Give a fault likewise; it has no id, and perhaps no subject."""
    place = fault.position if isinstance(fault, Fault) else None
    return {
        "severity": "fault",
        "id": None,
        "code": code,
        "subject": (fault.subject or None) if isinstance(fault, Fault) else None,
        "message": fault.reason if isinstance(fault, Fault) else fault,
        "file": place.file if place else None,
        "line": (place.line or None) if place else None,
        "column": (place.column or None) if place else None,
        "path": fault.path if isinstance(fault, Fault) else "",
    }


def print_error(error: SimulatorError | OSError, command: str) -> None:
    """Write to stdout why a command was not carried out, for programs."""
    from simulator.cli.output import json_text

    found = {
        "format": ERROR_FORMAT,
        "command": command,
        "ok": False,
        "faults": list(_objects(error)),
    }
    sys.stdout.write(json_text(found) + "\n")
    sys.stdout.flush()  # before stderr says it to people


def _objects(error: SimulatorError | OSError) -> Iterator[dict[str, Any]]:
    if isinstance(error, OSError):
        yield fault_object(os_text(error), "file")
    elif isinstance(error, TopologyError):
        yield from map(fault_object, error.faults)
    elif isinstance(error, FaultyError):
        yield from map(finding_object, error.findings)
    else:
        code = next((code for of, code in _CODES if isinstance(error, of)), "usage")
        for line in str(error).splitlines():
            yield fault_object(line, code)


_LEVELS = {"fault": "error", "warning": "warning", "note": "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def annotation_lines(found: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Give a line for each fault or finding, in GitHub's form.

    Source: GitHub's documentation, "Workflow commands for GitHub Actions", and
        actions/toolkit, packages/core/src/command.ts (escapes).
    """
    for each in found:
        title = " ".join(filter(None, (each["id"], each["subject"])))
        properties = {
            "file": each["file"],
            "line": each["line"],
            "col": each["column"],
            "title": title or "kn-sim",
        }
        shown = ",".join(
            f"{name}={_escaped(value, _PROPERTY)}"
            for name, value in properties.items()
            if value is not None
        )
        path = f"{each['path']}: " if each["id"] and each["path"] else ""
        message = _escaped(f"{path}{each['message']}", _DATA)
        yield f"::{_LEVELS[each['severity']]} {shown}::{message}"


def _escaped(value: object, escapes: Mapping[str, str]) -> str:
    return harmless("".join(escapes.get(letter, letter) for letter in str(value)))


_MADE_UP = "com.example.event"


def hint_lines(wiring: Wiring, files: Sequence[str], style: Style) -> Iterator[str]:
    """Say that nothing happens, what was found, and how to send an event."""
    names = " ".join(files)
    nodes = [h.node for h in wiring.hubs] + [
        r.node for h in wiring.hubs for r in h.routes
    ]
    kinds = [node.partition("/")[0] for node in nodes]
    counts = ", ".join(
        f"{kinds.count(kind)} {kind}{'s' * (kinds.count(kind) != 1)}"
        for kind in dict.fromkeys(kinds)
    )
    yield f"nothing sends events here ({counts or 'nothing takes any either'})"
    yield from finding_lines(wiring, style, with_stubs=True)
    if not wiring.addresses:
        yield "there is nothing to send to, either: name the files with the brokers, too"
        return
    to = _where(wiring)
    yield f"try: kn-sim run {names} --send type={example_type(wiring)}{to}"
    yield f"     kn-sim graph {names}"


def example_type(wiring: Wiring) -> str:
    """Find an event type that a trigger asks for; a made-up one if none does."""
    for hub in wiring.hubs:
        for route in hub.routes:
            resource = wiring.resources.get(route.resource)
            found = _type_of(resource.spec) if resource is not None else ""
            if found:
                return found
    return _MADE_UP


def _type_of(spec: Mapping[str, Any]) -> str:
    asked: list[Any] = []
    for each in spec.get("filters") or ():
        asked += [each.get("exact"), *(m.get("exact") for m in each.get("all") or ())]
        asked += [m.get("exact") for m in each.get("any") or ()]
    asked.append((spec.get("filter") or {}).get("attributes"))
    return next((str(a["type"]) for a in asked if a and a.get("type")), "")


def _where(wiring: Wiring) -> str:
    brokers = [name for name in wiring.addresses if role_of(name) is Role.BROKER]
    if len(brokers) == 1 or "broker/default" in brokers:
        return ""
    first = next(iter(brokers or wiring.addresses), "")
    return f" --to {first}" if first else ""


def ready_of(conditions: tuple[Condition, ...]) -> Condition | None:
    return next((each for each in conditions if each.type == "Ready"), None)


def shown(key: ResourceKey) -> str:
    """Name a resource: ``Trigger price``, ``Broker shop/default``."""
    namespace = "" if key.namespace == "default" else f"{key.namespace}/"
    return f"{key.kind} {namespace}{key.name}"
