"""Recorded verdicts of Knative's filter handler, replayed.

    python -m tests.conformance.golden_filters FILE

prints one line for each case that we judge otherwise, and a summary. Exit codes: 0
no mismatch, 1 some, 2 the file cannot be used.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.cesql import ParseError, compile_expression
from simulator.control import ClusterConfig, admit
from simulator.errors import EventError
from simulator.event import UnparsableEventError, read_json, valid_event
from simulator.filters import Verdict, compile_filters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

RESULTS = ("pass", "fail", "noFilter", "error")


class UnusableFileError(Exception):
    """The file is no recording of filters."""


class Outcome(Enum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What came of one case; *text* says what differs."""

    outcome: Outcome
    text: str = ""


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Read the recorded cases.

    Raises:
        UnusableFileError: The file is not readable, or not of the form of
            ``filters.json``.
    """
    try:
        recording = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnusableFileError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise UnusableFileError(f"{path}: not JSON in UTF-8: {error}") from error
    cases = recording.get("cases") if isinstance(recording, dict) else None
    if not isinstance(cases, list):
        raise UnusableFileError(f'{path}: expected an object {{"cases": [...]}}')
    faults = [
        f"{path}: cases[{index}]: {fault}"
        for index, case in enumerate(cases)
        for fault in _faults(case)
    ]
    if faults:
        raise UnusableFileError("\n".join(faults))
    return cases


def _faults(case: object) -> Iterator[str]:
    if not isinstance(case, dict):
        yield f"expected an object, found {json.dumps(case)[:60]}"
        return
    if not isinstance(case.get("event"), dict):
        yield "'event' must be an object"
    if case.get("result") not in RESULTS:
        yield f"'result' must be one of {', '.join(RESULTS)}"
    elif case["result"] == "error" and not isinstance(case.get("error"), str):
        yield "'error' must be the text of the error"
    yield from _list_faults(case.get("filters"), "filters")
    legacy = case.get("filter") or {}
    if not isinstance(legacy, dict):
        yield "'filter' must be an object"
    else:
        yield from _texts_faults(legacy.get("attributes"), "filter.attributes")


def _list_faults(filters: object, path: str) -> Iterator[str]:
    if filters is None:
        return
    if not isinstance(filters, list):
        yield f"{path} must be a list"
        return
    for index, element in enumerate(filters):
        yield from _filter_faults(element, f"{path}[{index}]")


def _filter_faults(element: object, path: str) -> Iterator[str]:
    if not isinstance(element, dict):
        yield f"{path} must be an object"
        return
    for dialect in ("exact", "prefix", "suffix"):
        yield from _texts_faults(element.get(dialect), f"{path}.{dialect}")
    for dialect in ("all", "any"):
        yield from _list_faults(element.get(dialect), f"{path}.{dialect}")
    if element.get("not") is not None:
        yield from _filter_faults(element["not"], f"{path}.not")
    if not isinstance(element.get("cesql") or "", str):
        yield f"{path}.cesql must be a text"


def _texts_faults(texts: object, path: str) -> Iterator[str]:
    if texts is None:
        return
    if not isinstance(texts, dict):
        yield f"{path} must be an object"
    elif not all(isinstance(text, str) for text in texts.values()):
        yield f"{path} must have texts only"


def judge_case(case: Mapping[str, Any]) -> Finding:
    """Judge one case, and compare with what was recorded."""
    wanted = _recorded(case)
    try:
        event = valid_event(read_json(case["event"]))
    except (EventError, UnparsableEventError) as error:
        return _compare(wanted, "invalid event", f" ({error})")
    if wanted == "invalid event":
        return _compare(wanted, "a valid event")
    refused = case.get("admitted") is False
    if refused and wanted != "panic" and not _all_parse(case.get("filters") or ()):
        # Knative drops some that its parser refuses; the webhook admits none
        return Finding(outcome=Outcome.SKIPPED)
    spec_filter = case.get("filter") or {}
    judge = compile_filters(case.get("filters"), spec_filter.get("attributes"))
    attributes = {**event.attributes, **_untrimmed(case["event"])}
    verdict = judge.verdict(attributes)
    explanation = judge.explain(attributes)
    return _compare(wanted, _delivered(verdict), "\n" + str(explanation))


def _untrimmed(event: Mapping[str, Any]) -> dict[str, str]:
    """Give the texts that HTTP trims on its way; the recorder's headers saw no wire."""
    return {
        name.lower(): value
        for name, value in event.items()
        if isinstance(value, str) and value != value.strip(" \t") and name != "data"
    }


def judge_admission(case: Mapping[str, Any]) -> Finding:
    """Compare whether the webhook admits a Trigger with these filters."""
    if "admitted" not in case:
        return Finding(outcome=Outcome.SKIPPED)
    admission = admit(trigger(case), config=ClusterConfig())
    wanted = "admitted" if case["admitted"] else "refused"
    detail = "; ".join(fault.text for fault in admission.faults)
    return _compare(
        wanted, "admitted" if admission.valid else "refused", f" ({detail})"
    )


def trigger(case: Mapping[str, Any]) -> dict[str, Any]:
    """Build the Trigger that has these filters."""
    filters = {key: case[key] for key in ("filter", "filters") if key in case}
    return {
        "apiVersion": "eventing.knative.dev/v1",
        "kind": "Trigger",
        "metadata": {"name": "judged", "namespace": "default"},
        "spec": {
            "broker": "default",
            "subscriber": {"uri": "http://subscriber.example.com"},
            **filters,
        },
    }


def _recorded(case: Mapping[str, Any]) -> str:
    if case["result"] == "error":
        return "invalid event" if case["error"].startswith("event:") else "panic"
    return "blocked" if case["result"] == "fail" else "delivered"


def _delivered(verdict: Verdict) -> str:
    if verdict is Verdict.PANIC:
        return "panic"
    return "delivered" if verdict.delivers else "blocked"


def _compare(wanted: str, found: str, detail: str = "") -> Finding:
    if wanted == found:
        return Finding(outcome=Outcome.PASSED)
    return Finding(
        outcome=Outcome.FAILED, text=f"recorded {wanted}, found {found}{detail}"
    )


def _all_parse(filters: Sequence[Mapping[str, Any]]) -> bool:
    for element in filters:
        try:
            compile_expression(element.get("cesql") or "TRUE")
        except ParseError:
            return False
        inner = [*(element.get("all") or ()), *(element.get("any") or ())]
        if negated := element.get("not"):
            inner.append(negated)
        if not _all_parse(inner):
            return False
    return True


def main(arguments: Sequence[str]) -> int:
    """Replay one file; return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.conformance.golden_filters FILE\n")
        return 2
    try:
        cases = read_cases(Path(arguments[0]))
    except UnusableFileError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    write = sys.stdout.write
    count = dict.fromkeys(Outcome, 0)
    for index, case in enumerate(cases):
        finding = judge_case(case)
        admission = judge_admission(case)
        worst = admission if admission.outcome is Outcome.FAILED else finding
        count[worst.outcome] += 1
        name = case.get("name", f"cases[{index}]")
        texts = [x.text for x in (finding, admission) if x.outcome is Outcome.FAILED]
        if texts:
            lines = [line for text in texts for line in text.splitlines()]
            write(f"{name}: {' | '.join(lines)}\n")
    skipped = f", {count[Outcome.SKIPPED]} skipped" if count[Outcome.SKIPPED] else ""
    write(f"{count[Outcome.PASSED]} passed, {count[Outcome.FAILED]} failed{skipped}\n")
    return 1 if count[Outcome.FAILED] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
