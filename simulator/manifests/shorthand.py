"""Each compact notation of the short form, both ways: references, durations, filters.

A notation writes a value compactly only if reading gives that value back; otherwise the
value stays as Knative writes it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.errors import nearest
from simulator.manifests.sections import Cursor
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.manifests.scalars import Plain, PlainMapping
    from simulator.manifests.sections import Notation, ShortForm

FORMS = (
    "a service's name, KIND/NAME, KIND/NAMESPACE/NAME, an absolute URI "
    "or a mapping as Knative has it"
)

_SENDERS = "system:serviceaccount:NAMESPACE:NAME, KIND/NAME or KIND/NAMESPACE/NAME"


class Reference(Value):
    """A ``KReference``: ``broker/default``, ``channel/team/audit``, or a bare name."""

    bare: str

    def read(self, value: Plain, cursor: Cursor) -> Plain:
        if not isinstance(value, str):
            return cursor.written_mapping(value, FORMS)
        word, slash, rest = value.partition("/")
        if not slash:
            word, rest = self.bare, value
        namespace, _, name = rest.rpartition("/")
        target = cursor.form.target(word)
        if target is None:
            hint = nearest(word, cursor.form.words)
            cursor.fault(f"unknown kind {word!r} in {value!r}{hint}")
            return {}
        if not name or "/" in namespace:
            cursor.fault(f"{value!r} is no reference; write {FORMS}")
            return {}
        api_version, kind = target
        ref: PlainMapping = {"apiVersion": api_version, "kind": kind, "name": name}
        if namespace:
            ref["namespace"] = namespace
        return ref

    def write(self, value: Plain, form: ShortForm) -> Plain:
        """Write ``KIND/NAME``, or the name alone where the kind is the usual one."""
        if not isinstance(value, dict):
            return value
        word = form.word_for((value.get("apiVersion"), value.get("kind")))
        parts = [word, value.get("namespace"), value.get("name")]
        compact = "/".join(str(part) for part in parts if part is not None)
        if word == self.bare and "namespace" not in value:
            compact = str(value.get("name"))
        return _if_same(self, compact, value, form)


class Destination(Value):
    ref: Reference = Reference(bare="service")

    def read(self, value: Plain, cursor: Cursor) -> Plain:
        """Read the compact form; ``ref`` within a mapping may be compact, too."""
        if isinstance(value, str):
            if "://" in value:
                return {"uri": value}
            return {"ref": self.ref.read(value, cursor)}
        value = cursor.written_mapping(value, FORMS)
        if isinstance(value.get("ref"), str):
            ref = self.ref.read(value["ref"], cursor.into("ref"))
            return {**value, "ref": ref}
        return value

    def write(self, value: Plain, form: ShortForm) -> Plain:
        """Write a string where nothing but ``ref`` or ``uri`` is there."""
        if not isinstance(value, dict):
            return value
        compact: Plain = value
        if "ref" in value:
            ref = self.ref.write(value["ref"], form)
            compact = ref if len(value) == 1 else {**value, "ref": ref}
        elif len(value) == 1:
            compact = value.get("uri")
        return _if_same(self, compact, value, form)


class Sender(Value):
    """Who may send: a reference, or a subject, which has a colon or an asterisk."""

    ref: Reference = Reference(bare="")

    def read(self, value: Plain, cursor: Cursor) -> Plain:
        if not isinstance(value, str):
            return cursor.written_mapping(value, _SENDERS)
        if ":" in value or "*" in value:
            return {"sub": value}
        if "/" not in value:
            cursor.fault(
                f"{value!r} is neither a subject nor a reference; write {_SENDERS}"
            )
            return {}
        return {"ref": self.ref.read(value, cursor)}

    def write(self, value: Plain, form: ShortForm) -> Plain:
        if not isinstance(value, dict) or len(value) != 1:
            return value
        compact = value.get("sub")
        if "ref" in value:
            compact = self.ref.write(value["ref"], form)
        return _if_same(self, compact, value, form)


class Duration(Value):
    """An ISO 8601 duration; ``500ms``, ``2s``, ``1h30m`` are read as well."""

    def read(self, value: Plain, cursor: Cursor) -> Plain:
        return iso_duration(value) if isinstance(value, str) else value

    def write(self, value: Plain, form: ShortForm) -> Plain:
        """Leave ISO 8601, which everything shows."""
        return value


class Filter(Value):
    """A Trigger's ``filter``: its attributes without the key ``attributes``."""

    def read(self, value: Plain, cursor: Cursor) -> Plain:
        value = cursor.written_mapping(value)
        attributes = value.get("attributes", "")
        if not value or isinstance(attributes, dict | None):
            return value
        return {"attributes": value}

    def write(self, value: Plain, form: ShortForm) -> Plain:
        compact = value.get("attributes") if isinstance(value, dict) else value
        return _if_same(self, compact, value, form)


class Expression(Value):
    """A JSONata expression without the key ``expression``."""

    def read(self, value: Plain, cursor: Cursor) -> Plain:
        if isinstance(value, str):
            return {"expression": value}
        return cursor.written_mapping(value, "JSONata as text, or a mapping")

    def write(self, value: Plain, form: ShortForm) -> Plain:
        compact = value.get("expression") if isinstance(value, dict) else value
        return _if_same(self, compact, value, form)


class Fields(Value):
    """A mapping in which some fields have notations; *whole* is one for the rest."""

    notations: Mapping[str, Notation]
    whole: Notation | None = None

    def read(self, value: Plain, cursor: Cursor) -> Plain:
        if self.whole is not None:
            value = self.whole.read(value, cursor)
        value = cursor.written_mapping(value)
        return {
            key: notation.read(item, cursor.into(key))
            if (notation := self.notations.get(key)) is not None
            else item
            for key, item in value.items()
        }

    def write(self, value: Plain, form: ShortForm) -> Plain:
        if not isinstance(value, dict):
            return value
        compact: Plain = {
            key: notation.write(item, form)
            if (notation := self.notations.get(key)) is not None
            else item
            for key, item in value.items()
        }
        return self.whole.write(compact, form) if self.whole is not None else compact


class ListOf(Value):
    item: Notation

    def read(self, value: Plain, cursor: Cursor) -> Plain:
        if not isinstance(value, list):
            cursor.expect("a list", value)
            return []
        return [self.item.read(v, cursor.into(i)) for i, v in enumerate(value)]

    def write(self, value: Plain, form: ShortForm) -> Plain:
        if not isinstance(value, list):
            return value
        return [self.item.write(item, form) for item in value]


class Job(Value):
    """A Job of one container, which is not started again: the image alone."""

    def read(self, value: Plain, cursor: Cursor) -> Plain:
        if not isinstance(value, str):
            return cursor.written_mapping(value, "an image, or a Job")
        container: Plain = {"name": "main", "image": value}
        pod: Plain = {"restartPolicy": "Never", "containers": [container]}
        return {"spec": {"template": {"spec": pod}}}

    def write(self, value: Plain, form: ShortForm) -> Plain:
        compact: Plain = value
        for step in ("spec", "template", "spec", "containers", 0, "image"):
            if isinstance(compact, dict) and isinstance(step, str):
                compact = compact.get(step)
            elif isinstance(compact, list) and compact and isinstance(step, int):
                compact = compact[step]
            else:
                return value
        return (
            _if_same(self, compact, value, form) if isinstance(compact, str) else value
        )


DELIVERY = Fields(
    notations={
        "deadLetterSink": Destination(),
        "timeout": Duration(),
        "backoffDelay": Duration(),
        "retryAfterMax": Duration(),
    }
)
DESTINATION = Destination()

_UNITS = {"h": "H", "m": "M", "s": "S"}
_DURATION = (
    r"(?a)(?:(?P<h>\d+(?:\.\d+)?)h)?(?:(?P<m>\d+(?:\.\d+)?)m(?!s))?"
    r"(?:(?P<s>\d+(?:\.\d+)?)s)?(?:(?P<ms>\d+(?:\.\d+)?)ms)?"
)


def iso_duration(text: str) -> str:
    """Give ISO 8601 for ``500ms``, ``2s``, ``1h30m``; any other text as it is."""
    number, unit = text[:-1], text[-1:]
    if unit in _UNITS and number.isascii() and number.isdigit():  # as most are
        return f"PT{number}{_UNITS[unit]}"
    match = re.fullmatch(_DURATION, text)
    if not text or match is None:
        return text
    amounts = {unit: match[unit] for unit in _UNITS}
    if match["ms"]:
        from decimal import Decimal  # few topologies need it

        seconds = Decimal(amounts["s"] or 0) + Decimal(match["ms"]) / 1000
        amounts["s"] = format(seconds.normalize(), "f")
    return "PT" + "".join(
        f"{amount}{_UNITS[unit]}" for unit, amount in amounts.items() if amount
    )


def _if_same(
    notation: Notation, compact: Plain, value: Plain, form: ShortForm
) -> Plain:
    """Give the compact form if reading it gives the value, else the value."""
    cursor = Cursor(form)
    same = notation.read(compact, cursor) == value and not cursor.faults
    return compact if same else value
