"""What a webhook objects to, said and merged as Knative's `FieldError` does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.quoting import go_quote
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

ERROR = "Error"
WARNING = "Warning"
MISSING = "missing field(s)"
_LATER = re.compile(r"(?:\[\d+\])+(?=\[\d+\])")
_BRANCH = re.compile(r"^spec\.branches\.(\w+)(\[\d+\])")
_OTHERWISE = {
    "spec.namespace": "spec.brokerRef.namespace",
    "spec.correlationattribute": "spec.correlationAttribute",
    "spec.replyattribute": "spec.replyAttribute",
}


class Fault(Value):
    """One objection, about one field or several.

    Args:
        details: More of them, in a line of their own.
        ours: What there is to say besides, in our words.
        place: The field that it is about, where Knative names none.

    Source: knative-resources 1.2; knative/pkg apis/field_error.go, FieldError.
    """

    message: str
    details: str = ""
    level: str = ERROR
    paths: tuple[str, ...] = ()
    ours: str = ""
    place: str | None = None

    @property
    def text(self) -> str:
        """What the API server shows: ``missing field(s): spec.broker``."""
        line = f"{self.message}: {', '.join(self.paths)}"
        return f"{line}\n{self.details}" if self.details else line

    @property
    def is_of_absence(self) -> bool:
        return self.message == MISSING or self.message.endswith(("neither", "none"))


def missing(*fields: str, details: str = "") -> Fault:
    return Fault(message=MISSING, paths=fields, details=details)


def disallowed(*fields: str, details: str = "") -> Fault:
    return Fault(message="must not set the field(s)", paths=fields, details=details)


def invalid(value: object, field: str, details: str = "", *, ours: str = "") -> Fault:
    return Fault(
        message=f"invalid value: {value}", paths=(field,), details=details, ours=ours
    )


def invalid_key(key: str, field: str, details: str) -> Fault:
    return Fault(
        message=f"invalid key name {go_quote(key)}", paths=(field,), details=details
    )


def neither_of(*fields: str) -> Fault:
    return Fault(message="expected exactly one, got neither", paths=fields)


def both_of(*fields: str) -> Fault:
    return Fault(message="expected exactly one, got both", paths=fields)


def generic(
    message: str, *fields: str, details: str = "", place: str | None = None
) -> Fault:
    return Fault(message=message, paths=fields, details=details, place=place)


def via(faults: Iterable[Fault], *prefix: str) -> list[Fault]:
    """Say that the faults were found below a field, an index or key: ``[0]``."""
    return [
        fault.replace(
            paths=tuple(_flatten((*prefix, path)) for path in fault.paths),
            place=None if fault.place is None else _flatten((*prefix, fault.place)),
        )
        for fault in faults
    ]


def _flatten(path: tuple[str, ...]) -> str:
    # A dot inside a key is a dot like any other: [a.b] is no index.
    parts: list[str] = []
    for component in path:
        for part in component.split("."):
            if not part:
                continue
            if parts and part.startswith("[") and part.endswith("]"):
                parts[-1] += part
            else:
                parts.append(part)
    return ".".join(parts)


def as_written(path: str) -> str:
    """Give the path in the manifest that one of a fault stands for.

    Filters have the indices of all later ones in front of their own, branches theirs
    behind the field; containers lack `template`, the namespace of a `brokerRef` lacks
    that, and attributes of a RequestReply are all in lower case.

    Source: knative-resources 5.3, 6.2 (brokerRef), 6.6, 6.11, 6.14 [quirks].
    """
    if path in _OTHERWISE:
        return _OTHERWISE[path]
    if path.startswith("spec.containers"):
        return path.replace("spec.", "spec.template.spec.", 1)
    return _BRANCH.sub(r"spec.branches\2.\1", _LATER.sub("", path))


def merged(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Source: knative/pkg apis/field_error.go, merge."""
    paths: dict[tuple[str, str, str], list[str]] = {}
    first: dict[tuple[str, str, str], Fault] = {}
    for fault in faults:
        key = fault.message, fault.details, fault.level
        first.setdefault(key, fault)
        known = paths.setdefault(key, [])
        known.extend(path for path in fault.paths if path not in known)
    return tuple(
        first[key].replace(paths=tuple(sorted(found)))
        for key, found in sorted(paths.items())
    )
