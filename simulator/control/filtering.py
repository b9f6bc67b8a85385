"""The filter that is in force, and what can be said of it before any event comes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.control.faults import Fault, generic, invalid, invalid_key, via
from simulator.filters import compile_filters
from simulator.profiles.profile import Reading
from simulator.resource import mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted, Findings
    from simulator.control.go_types import Fields
    from simulator.filters import Filter
    from simulator.profiles import Profile
    from simulator.profiles.profile import Filtering


def filter_in_force(
    spec: Mapping[str, object], profile: Profile, cluster: Cluster
) -> Filter:
    """Compile, and so judge, a filter once for all triggers that spell it the same."""
    filtering = profile.filtering
    filters = spec.get("filters") if filtering.dialects else None
    written = repr((filtering.reading, filters, spec.get("filter")))
    compiled = cluster.filters.get(written)
    if compiled is None:
        compiled = compiled_filter(spec, filtering)
        cluster.filters[written] = compiled
    return compiled


def compiled_filter(spec: Mapping[str, object], filtering: Filtering) -> Filter:
    compile_ = compile_filters
    if filtering.reading is Reading.HEADERS_EXCHANGE:
        from simulator.filters.others import compile_for_exchange

        compile_ = compile_for_exchange
    elif filtering.reading is Reading.JAVA:
        from simulator.filters.others import compile_for_java

        compile_ = compile_for_java
    filters = spec.get("filters") if filtering.dialects else None
    attributes = mapping(spec.get("filter")).get("attributes")
    return compile_(
        filters if isinstance(filters, list) else None,
        attributes if isinstance(attributes, dict) else None,
    )


def advise_on_filter(
    owner: Admitted, judged: Filter | None, findings: Findings
) -> None:
    """Source: knative-resources 12.5."""
    filters = owner.spec.get("filters")
    path = "spec.filters" if filters else "spec.filter"
    if judged is None:
        return
    for doubt in judged.doubts:
        findings.warn(owner, "hopeless-filter", doubt, path)
    if not filters:
        return
    if judged.always or (not judged.reads and not judged.may_panic):
        if judged.always or judged.verdict({}).delivers:
            nothing = "it is TRUE whatever the event is"
            if not judged.reads:
                nothing = "there is nothing in it to judge by"
            every = f"every event passes: {nothing}"
            findings.warn(owner, "catch-all", every, path)
        elif not judged.doubts:
            findings.warn(owner, "hopeless-filter", "no event passes", path)
    elif isinstance(filters, list) and _may_contradict(filters):
        from simulator.filters.condition import contradictions  # few filters

        for contradiction in contradictions(filters):
            findings.warn(owner, "hopeless-filter", contradiction, path)


def _may_contradict(filters: list[Any]) -> bool:
    return len(filters) > 1 or any(name in filters[0] for name in ("all", "cesql"))


_ATTRIBUTE_NAME = re.compile(r"[a-z][a-z0-9]*")
_NAME_RULE = (
    "Attribute name must start with a letter "
    "and can only contain lowercase alphanumeric"
)


def check_attributes(attributes: Mapping[str, str]) -> list[Fault]:
    """Source: knative-resources 5.3; trigger_validation.go, ValidateAttributesNames."""
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
    faults: list[Fault] = []
    if sum(_is_set(each, dialect) for dialect in each) > 1:
        text = "multiple dialects found, filters can have only one dialect set"
        faults.append(generic(text, place=""))
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
    found = each.get(dialect)
    return found is not None if dialect == "not" else bool(found)


def check_expression(text: str) -> Iterable[Fault]:
    # The grammar is built only for a topology that has an expression.
    from simulator.cesql import ParseError, compile_expression
    from simulator.cesql.sdk_go import SDK_GO

    try:
        compile_expression(text, SDK_GO)
    except ParseError as error:
        return [invalid(text, "", str(error))]
    return []
