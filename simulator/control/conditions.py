"""How `status.conditions` of a Knative resource come about, `Ready` included."""

from __future__ import annotations

from functools import lru_cache

from simulator.wiring import Condition, Truth

READY = "Ready"

OIDC_DISABLED = "authentication-oidc feature disabled"
POLICIES_REASON = "OIDCDisabled"
POLICIES_MESSAGE = (
    'Feature "authentication-oidc" must be enabled to support Authorization'
)
NO_DEAD_LETTER_REASON = "DeadLetterSinkNotConfigured"
NO_DEAD_LETTER_MESSAGE = "No dead letter sink is configured."
_TRUE = Truth.TRUE  # looking up a member costs as much as comparing with it


class ConditionSet:
    """The conditions of one resource while it is reconciled.

    Args:
        dependents: The types that `Ready` depends on; Unknown until marked.
        informational: Types that `Ready` does not depend on.

    Source: knative-resources 1.3; knative.dev/pkg apis/condition_set.go.
    """

    __slots__ = ("_dependents", "_marked", "_types")

    def __init__(
        self, dependents: tuple[str, ...], informational: tuple[str, ...] = ()
    ) -> None:
        self._dependents = dependents
        self._types = dependents + informational
        self._marked: dict[str, Condition] = {}

    def true(self, *types: str, reason: str = "", message: str = "") -> None:
        for type_ in types:
            self._mark(_holding(type_, reason, message))

    def false(self, type_: str, reason: str, message: str = "") -> None:
        self._mark(_condition(type_, Truth.FALSE, reason, message))

    def unknown(self, type_: str, reason: str, message: str = "") -> None:
        self._mark(_condition(type_, Truth.UNKNOWN, reason, message))

    def copy(self, type_: str, other: Condition) -> None:
        """Mark it as another resource's; a True one loses its reason, as in Go."""
        if other.status is Truth.TRUE:
            self.true(type_)
        else:
            self._mark(_condition(type_, other.status, other.reason, other.message))

    def no_dead_letter_sink(self) -> None:
        self.true(
            "DeadLetterSinkResolved",
            reason=NO_DEAD_LETTER_REASON,
            message=NO_DEAD_LETTER_MESSAGE,
        )

    @property
    def ready(self) -> Condition:
        """The top condition: False beats Unknown, the last mark beats earlier ones."""
        failing = [
            each
            for each in reversed(self._marked.values())
            if each.status is not _TRUE and each.type in self._dependents
        ]
        if failing:
            worst = min(failing, key=lambda each: each.status is Truth.UNKNOWN)
            return _condition(READY, worst.status, worst.reason, worst.message)
        if all(type_ in self._marked for type_ in self._dependents):
            return _holding(READY)
        return _condition(READY, Truth.UNKNOWN)

    @property
    def is_ready(self) -> bool:
        return self.ready.status is Truth.TRUE

    def finished(self) -> tuple[Condition, ...]:
        unknown = (
            self._marked.get(type_) or _condition(type_, Truth.UNKNOWN)
            for type_ in self._types
        )
        return tuple(sorted((self.ready, *unknown), key=lambda each: each.type))

    def _mark(self, condition: Condition) -> None:
        self._marked.pop(condition.type, None)  # a new mark counts as the latest
        self._marked[condition.type] = condition


def _condition(
    type_: str, status: Truth, reason: str = "", message: str = ""
) -> Condition:
    return Condition(type=type_, status=status, reason=reason, message=message)


@lru_cache(maxsize=64)  # one and the same for thousands of triggers
def _holding(type_: str, reason: str = "", message: str = "") -> Condition:
    return _condition(type_, _TRUE, reason, message)
