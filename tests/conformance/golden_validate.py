"""Compare admission with recorded answers of Knative's webhooks.

    python -m tests.conformance.golden_validate FILE

prints a line for each mismatch and ``N passed, M failed`` at the end.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.control import Admission, ClusterConfig, Fault, admit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SOMEBODY = "<name>"
EXIT_DONE, EXIT_MISMATCH, EXIT_BAD_FILE = 0, 1, 2


class BadFileError(ValueError):
    """The file is no recording."""


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Read the cases of a recording.

    Raises:
        BadFileError: It is not there, no JSON, or holds no cases.
    """
    try:
        recording = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadFileError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise BadFileError(f"{path}: no JSON: {error}") from error
    cases = recording.get("cases") if isinstance(recording, dict) else None
    if not isinstance(cases, list):
        raise BadFileError(f'{path}: expected an object with a list under "cases"')
    for index, case in enumerate(cases):
        if not isinstance(case, dict) or not {"input", "result"} <= set(case):
            raise BadFileError(
                f'{path}: cases[{index}]: expected an object with "input" and "result"'
            )
    return cases


def admit_case(case: Mapping[str, Any]) -> Admission:
    """Admit the manifest of a case under its config maps.

    The recorder's API server gave nobody a right.
    """
    given = case["input"]
    config = ClusterConfig.from_configmaps(case.get("configmaps") or {})
    new, old = (given["new"], given.get("old")) if "new" in given else (given, None)
    return admit(new, config=config, old=old, stranger=_SOMEBODY)


def mismatches(case: Mapping[str, Any]) -> list[str]:
    """Tell in which points the answer differs from the recorded one."""
    result, admission = case["result"], admit_case(case)
    recorded: dict[str, object] = {
        "valid": result["valid"],
        "stage": result.get("stage", ""),
        "errors": sorted(_recorded(each) for each in result.get("errors", [])),
    }
    answered: dict[str, object] = {
        "valid": admission.valid,
        "stage": admission.stage,
        "errors": sorted(_comparable(fault) for fault in admission.faults),
    }
    if "defaulted" in result:
        recorded["defaulted"] = result["defaulted"]
        answered["defaulted"] = admission.defaulted
    return [
        f"{name}: expected {_shown(recorded[name])}, got {_shown(answered[name])}"
        for name in recorded
        if recorded[name] != answered[name]
    ]


def _recorded(error: Mapping[str, Any]) -> tuple[str, tuple[str, ...], str]:
    return _comparable(
        Fault(
            message=error["message"],
            paths=tuple(error.get("paths") or ()),
            details=error.get("details", ""),
        )
    )


def _comparable(fault: Fault) -> tuple[str, tuple[str, ...], str]:
    # The details of immutability and of CESQL are Go's own text.
    own = fault.message.startswith("Immutable") or any(
        path.endswith("cesql") for path in fault.paths
    )
    details = "" if own else fault.details
    message = re.sub(
        "^user .* is not auth", f"user {_SOMEBODY} is not auth", fault.message
    )
    return message, tuple(sorted(fault.paths)), details


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def main(arguments: Sequence[str]) -> int:
    """Run the comparison; give the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.conformance.golden_validate FILE\n")
        return EXIT_BAD_FILE
    try:
        cases = read_cases(Path(arguments[0]))
    except BadFileError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_BAD_FILE
    failed = 0
    for index, case in enumerate(cases):
        found = mismatches(case)
        failed += bool(found)
        if found:
            name = case.get("name", f"cases[{index}]")
            sys.stdout.write(f"{name}: {'; '.join(found)}\n")
    sys.stdout.write(f"{len(cases) - failed} passed, {failed} failed\n")
    return EXIT_MISMATCH if failed else EXIT_DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
