"""Kinds that the API server does not know, and that are almost one of Knative's."""

from __future__ import annotations

from simulator.control.naming import EVENTING, FLOWS, MESSAGING, SERVING, SINKS, SOURCES
from simulator.control.registry import names_in, versions_of
from simulator.errors import nearest

_ALMOST = 0.85
# Source: config/core/resources of knative/eventing, and its Kafka extension.
_EXTENSIONS = {
    MESSAGING: ("NatsJetStreamChannel",),
    SOURCES: ("RabbitmqSource",),
}
_KINDS = {
    group: (*names_in(group), *_EXTENSIONS.get(group, ()))
    for group in (EVENTING, MESSAGING, FLOWS, SOURCES, SINKS)
}
_HOMES = {kind: group for group, kinds in _KINDS.items() for kind in kinds}
# Of other groups, those that a topology has most; their kinds are all the group has.
_BESIDE = {group: names_in(group) for group in ("", SERVING)}
_GROUPS = (*_KINDS, *filter(None, _BESIDE))
# Groups that are not open to kinds of others. Knative's own are: NatssChannel.
_CLOSED = ("", "apps", "batch", SERVING)


def no_such_kind(api_version: str, kind: str) -> tuple[str, str] | None:
    """Say what is wrong with a kind that is almost one of Knative's.

    Almost, since others add kinds of their own to Knative's groups.

    Returns:
        The field, and what is wrong with it; None where there may be such a kind.
    """
    group = api_version.rpartition("/")[0]
    kinds = _KINDS.get(group) or _BESIDE.get(group, ())
    if kind in kinds:
        return None
    if group not in _GROUPS and group.lower() in _GROUPS:
        return "apiVersion", (
            f"groups are written in lower case: {group.lower()}, not {group}"
        )
    home = _HOMES.get(kind)
    if home is not None:
        if group not in _KINDS and group not in _CLOSED:
            return None  # somebody else's Trigger, or Channel
        right = " or ".join(versions_of(home, kind)) or f"{home}/…"
        return "apiVersion", f"{api_version} has no kind {kind}; expected {right}"
    same = [each for each in kinds if each.casefold() == kind.casefold()]
    close = f"; did you mean {same[0]!r}?" if same else nearest(kind, kinds, _ALMOST)
    whose = "Knative" if group else "Kubernetes"
    return ("kind", f"{whose} has no kind {kind!r}{close}") if close else None
