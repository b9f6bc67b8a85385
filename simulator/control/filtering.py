"""The filter that is in force, and what can be said of it before any event comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.filters import compile_filters
from simulator.profiles.profile import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.findings import Findings
    from simulator.control.given import Admitted
    from simulator.filters import Filter
    from simulator.profiles import Profile
    from simulator.profiles.profile import Filtering


def filter_in_force(
    spec: Mapping[str, object], profile: Profile, cluster: Cluster
) -> Filter:
    """Compile a filter once, and give it to all triggers that spell it the same.

    It is judged once for them, too, by the router.
    """
    filtering = profile.filtering
    written = repr(
        (
            filtering.reading,
            spec.get("filters") if filtering.dialects else None,
            spec.get("filter"),
        )
    )
    compiled = cluster.filters.get(written)
    if compiled is None:
        compiled = compiled_filter(spec, filtering)
        cluster.filters[written] = compiled
    return compiled


def compiled_filter(spec: Mapping[str, object], filtering: Filtering) -> Filter:
    """Compile the filter that is in force.

    Args:
        spec: Of the trigger.
        filtering: Of its broker's implementation.
    """
    compile_ = compile_filters
    if filtering.reading is Reading.HEADERS_EXCHANGE:
        from simulator.filters.others import compile_for_exchange

        compile_ = compile_for_exchange
    elif filtering.reading is Reading.JAVA:
        from simulator.filters.others import compile_for_java

        compile_ = compile_for_java
    filters = spec.get("filters") if filtering.dialects else None
    legacy = spec.get("filter")
    attributes = legacy.get("attributes") if isinstance(legacy, dict) else None
    return compile_(
        filters if isinstance(filters, list) else None,
        attributes if isinstance(attributes, dict) else None,
    )


def advise_on_filter(
    owner: Admitted, judged: Filter | None, findings: Findings
) -> None:
    """Say what of a filter can never be right, whatever the event is.

    Source: knative-resources 12.5.
    """
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
        from simulator.filters.contradictions import contradictions  # few filters

        for contradiction in contradictions(filters):
            findings.warn(owner, "hopeless-filter", contradiction, path)


def _may_contradict(filters: list[Any]) -> bool:
    """Say whether more than one condition has to hold."""
    return len(filters) > 1 or any(name in filters[0] for name in ("all", "cesql"))
