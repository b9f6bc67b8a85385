"""What is found, as one list for programs: a log of SARIF, or annotations."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from simulator import __version__
from simulator.cli.findings import ready_of, shown
from simulator.rules import RULES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.changes.gaps import Applied
    from simulator.rules import Rule
    from simulator.session import Simulation
    from simulator.wiring import Wiring

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"fault": "error", "warning": "warning", "note": "note"}
_FAULT = "fault"
_BASE = "SRCROOT"


def sarif_log(found: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Give the log of one run.

    Source: OASIS, SARIF 2.1.0: 3.19 (rules), 3.27 (results), 3.49.3 (ids with a slash for
        the cases of a rule).
    """
    told = [_result(each) for each in found]
    driver = {
        "name": "kn-sim",
        "version": __version__,
        "rules": [_fault_rule(), *map(_described, RULES.values())],
    }
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {
                    _BASE: {"description": {"text": "Where kn-sim was run."}}
                },
                "results": told,
            }
        ],
    }


_SHARED = {
    rule.id for rule in RULES.values() for other in RULES.values()
    if rule.id == other.id and rule.name != other.name
}  # fmt: skip


def _id(rule: Rule) -> str:
    return f"{rule.id}/{rule.name}" if rule.id in _SHARED else rule.id


_INDEX = {name: number for number, name in enumerate((_FAULT, *RULES))}


def _described(rule: Rule) -> dict[str, Any]:
    return {
        "id": _id(rule),
        "name": rule.name,
        "shortDescription": {"text": rule.what},
        "fullDescription": {"text": rule.why},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "help": {
            "text": f"{rule.why}. To end it: {rule.fix}. Source: {rule.source}.",
            "markdown": f"{rule.why}.\n\n**Fix**: {rule.fix}.\n\nSource: {rule.source}.",
        },
    }


def _fault_rule() -> dict[str, Any]:
    text = (
        "A cluster would refuse it, or it does not become Ready, or it cannot be read."
    )
    return {
        "id": _FAULT,
        "name": _FAULT,
        "shortDescription": {"text": text},
        "defaultConfiguration": {"level": "error"},
    }


def _result(found: Mapping[str, Any]) -> dict[str, Any]:
    named = found["code"] in RULES
    path = f"{found['path']}: " if named and found["path"] else ""
    subject = f"{found['subject']}: " if found["subject"] else ""
    if found["message"].startswith((subject, f"{found['subject']} ")):
        subject = ""  # faults say it themselves
    result = {
        "ruleId": _id(RULES[found["code"]]) if named else _FAULT,
        "ruleIndex": _INDEX[found["code"]] if named else _INDEX[_FAULT],
        "level": _LEVELS[found["severity"]],
        "message": {"text": f"{subject}{path}{found['message']}"},
        "locations": [_location(found)],
    }
    if "fix" in found:  # faults say what was expected
        result["properties"] = {"possible": found["possible"], "fix": found["fix"]}
    if found.get("ignored"):
        result["suppressions"] = [{"kind": "inSource"}]
    also = [
        {"id": number, **_location(each), "message": {"text": each["message"]}}
        for number, each in enumerate(found.get("also", ()), 1)
    ]
    return {**result, "relatedLocations": also} if also else result


def _location(found: Mapping[str, Any]) -> dict[str, Any]:
    return dict(_parts(found))


def _parts(found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if found["file"] and not found["file"].startswith("<"):  # what stdin is called
        place: dict[str, Any] = {"artifactLocation": _artifact(found["file"])}
        if found["line"]:
            region = {"startLine": found["line"], "startColumn": found["column"]}
            place["region"] = {name: n for name, n in region.items() if n}
        yield "physicalLocation", place
    if found.get("subject"):
        yield "logicalLocations", [{"fullyQualifiedName": found["subject"]}]


def _artifact(file: str) -> dict[str, str]:
    """Name a file by a URI: relative to where the command was run, or absolute."""
    from pathlib import Path
    from urllib.parse import quote

    path = Path(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": _BASE}


def print_list(form: str, found: Iterable[dict[str, Any]]) -> None:
    """Print faults and findings as *form* is: ``sarif``, or ``github`` for annotations."""
    if form == "sarif":
        from simulator.cli.output import json_text

        sys.stdout.write(json_text(sarif_log(found)) + "\n")
        return
    from simulator.cli.findings import annotation_lines

    for line in annotation_lines(found):
        print(line)


def found_objects(
    args: argparse.Namespace, sim: Simulation, wiring: Wiring, order: Applied | None
) -> Iterator[dict[str, Any]]:
    """Give what is not Ready, what is found, but for what is not simulated, what is lost."""
    from simulator.cli.findings import NOT_SIMULATED, reasoned_object

    yield from _not_ready(wiring)
    for each in wiring.findings:
        if each.code != NOT_SIMULATED:
            yield reasoned_object(each)
    for each in wiring.ignored:
        if args.format == "sarif":  # which can say that it is meant so
            yield {**reasoned_object(each), "ignored": True}
    if args.differences:
        from simulator.cli.differences import difference_note, differences

        for apart in differences(sim):
            yield difference_note(apart, sim.wiring)
    if order is not None:
        from simulator.cli.apply_order import order_notes

        yield from order_notes(order)


def _not_ready(wiring: Wiring) -> Iterator[dict[str, Any]]:
    from simulator.cli.findings import fault_object
    from simulator.errors import Fault
    from simulator.wiring import Truth

    for key, conditions in wiring.conditions.items():
        ready = ready_of(conditions)
        if ready is not None and ready.status is not Truth.TRUE:
            reason = f"{ready.reason}: {ready.message}".strip(": ")
            subject = shown(key)
            said = f"{subject}: Ready {ready.status.value}: {reason}"
            resource = wiring.resources.get(key)
            place = None if resource is None else resource.position()
            yield fault_object(Fault(said, place, subject=subject))
