"""Whom a hub lets in, in one short line, for a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.access.guard import DENY_ALL, SAME_NAMESPACE

if TYPE_CHECKING:
    from simulator.access.guard import Guard, Policy

_MOST = 3  # policies, and subjects of each
_LETS_IN = {
    SAME_NAMESPACE: "lets accounts of its namespace in",
    DENY_ALL: "lets nobody in",
}


def guard_text(guard: Guard) -> str:
    """Say whom a guard lets in; empty where that is everybody with a token."""
    if not guard.policies:
        return _LETS_IN.get(guard.mode, "")
    said = [_policy(each) for each in guard.policies[:_MOST]]
    more = ["…"] if len(guard.policies) > _MOST else []
    return f"lets in {', '.join([*said, *more])}"


def _policy(policy: Policy) -> str:
    subjects = [
        each.rpartition("serviceaccount:")[2] for each in policy.subjects[:_MOST]
    ]
    subjects += ["…"] if len(policy.subjects) > _MOST else []
    filtered = ", filtered" if policy.filter is not None else ""
    return f"{' '.join(subjects) or 'nobody'} ({policy.name}{filtered})"
