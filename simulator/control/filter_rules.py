"""What a Trigger's filters may say, with the paths Knative reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.control.faults import Fault, generic, invalid, invalid_key, via

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.control.go_types import Fields

_ATTRIBUTE_NAME = re.compile(r"[a-z][a-z0-9]*")
_NAME_RULE = (
    "Attribute name must start with a letter "
    "and can only contain lowercase alphanumeric"
)


def check_attributes(attributes: Mapping[str, str]) -> list[Fault]:
    """Check the attribute names of one filter.

    Source: knative-resources 5.3; trigger_validation.go, ValidateAttributesNames.
    """
    return [
        fault
        for name in attributes
        if not _ATTRIBUTE_NAME.fullmatch(name)
        for fault in via([invalid_key(name, "", _NAME_RULE)], f"[{name}]")
    ]


def check_filters(filters: Sequence[Fields]) -> list[Fault]:
    """Check a list of filters.

    Indices pile up as they do in Knative: the faults of element 0 get the indices
    of all later elements in front as well.

    Source: knative-resources 5.3 [quirk]; trigger_validation.go,
        ValidateSubscriptionAPIFiltersList.
    """
    faults: list[Fault] = []
    for index, each in enumerate(filters):
        faults = via([*faults, *check_filter(each)], f"[{index}]")
    return faults


def check_filter(each: Fields) -> list[Fault]:
    """Check one filter and those inside it."""
    faults: list[Fault] = []
    if sum(_is_set(each, dialect) for dialect in each) > 1:
        message = "multiple dialects found, filters can have only one dialect set"
        faults.append(generic(message))
    for dialect in ("exact", "prefix", "suffix"):
        faults += via(check_attributes(each.get(dialect) or {}), dialect)
    for dialect in ("all", "any"):
        faults += via(check_filters(each.get(dialect) or []), dialect)
    if each.get("not") is not None:
        faults += via(check_filter(each["not"]), "not")
    if each.get("cesql"):
        faults += via(check_expression(each["cesql"]), "cesql")
    return faults


def _is_set(each: Fields, dialect: str) -> bool:
    if dialect == "not":
        return each.get(dialect) is not None
    return bool(each.get(dialect))


def check_expression(text: str) -> Iterable[Fault]:
    """Check the syntax of a CESQL expression."""
    # The grammar is built only for a topology that has an expression.
    from simulator.cesql import ParseError, compile_expression
    from simulator.cesql.sdk_go import SDK_GO

    try:
        compile_expression(text, SDK_GO)
    except ParseError as error:
        return [invalid(text, "", str(error))]
    return []
