"""Faults and findings as JSON objects, all of one shape; and what a command refuses."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from simulator.errors import (
    EventError,
    Fault,
    HandlerError,
    TopologyError,
    UnknownAddressError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.errors import SimulatorError
    from simulator.wiring import Finding

ERROR_FORMAT = "kn-sim-error/1"
_PLACE = re.compile(r"(.*):(\d+):(\d+)", re.DOTALL)
_CODES = (
    (UnknownAddressError, "unknown-address"),
    (EventError, "event"),
    (HandlerError, "handler"),
)


def finding_object(finding: Finding) -> dict[str, Any]:
    """Give a finding; places that are unknown are null."""
    found = _PLACE.fullmatch(finding.where)
    return {
        "severity": finding.severity.value,
        "id": finding.id,
        "code": finding.code,
        "subject": finding.subject,
        "message": finding.message,
        "file": found[1] if found else finding.where or None,
        "line": int(found[2]) if found else None,
        "column": int(found[3]) if found else None,
        "path": finding.path,
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


def print_error(error: SimulatorError, command: str) -> None:
    """Write to stdout why a command was not carried out, for programs."""
    from simulator.cli.json_lines import json_text

    found = {
        "format": ERROR_FORMAT,
        "command": command,
        "ok": False,
        "faults": list(_objects(error)),
    }
    sys.stdout.write(json_text(found) + "\n")
    sys.stdout.flush()  # before stderr says it to people


def _objects(error: SimulatorError) -> Iterator[dict[str, Any]]:
    from simulator.cli.findings import FaultyError

    if isinstance(error, TopologyError):
        yield from map(fault_object, error.faults)
    elif isinstance(error, FaultyError):
        yield from map(finding_object, error.findings)
    else:
        code = next((code for of, code in _CODES if isinstance(error, of)), "usage")
        for line in str(error).splitlines():
            yield fault_object(line, code)
