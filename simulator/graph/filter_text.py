"""The filter of a trigger in one short line, for a picture."""

from __future__ import annotations

from typing import Any

_LONGEST = 60
_FORMS = {"exact": "{}={}", "prefix": "{}={}*", "suffix": "{}=*{}"}
_JOINTS = {"all": " and ", "any": " or "}


def filter_text(spec: Any) -> str:
    """Write the filter of a trigger in one short line; empty when all passes.

    Filters that are joined by ``any`` stand in parentheses, CESQL as it is written.
    """
    filters = spec.get("filters")
    if filters:
        text = ", ".join(_dialects(each) for each in filters)
    else:
        legacy = (spec.get("filter") or {}).get("attributes") or {}
        text = _attributes("exact", legacy)
    return f"{text[: _LONGEST - 1]}…" if len(text) > _LONGEST else text


def _dialects(filter_: Any) -> str:
    return ", ".join(_dialect(name, value) for name, value in filter_.items())


def _dialect(name: str, value: Any) -> str:
    if name in _FORMS:
        return _attributes(name, value)
    if name in _JOINTS:
        joined = _JOINTS[name].join(_dialects(each) for each in value)
        return f"({joined})" if len(value) > 1 else joined
    if name == "not":
        return f"not ({_dialects(value)})"
    return str(value)


def _attributes(dialect: str, wanted: Any) -> str:
    form = _FORMS[dialect]
    return ", ".join(form.format(name, value) for name, value in wanted.items())
