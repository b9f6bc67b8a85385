"""Label selectors of Kubernetes: what they select, and how they are spelt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

IN: Final = "In"
_OPERATORS: Final = (IN, "NotIn", "Exists", "DoesNotExist")
_EQUALS: Final = "="  # of matchLabels; nobody writes it
_OF_VALUES: Final = (IN, "NotIn")


class SelectorError(ValueError):
    """What is written is no label selector."""


class Requirement(Value):
    """What a selector wants of a label; values are sorted, none if any will do."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def holds(self, labels: Mapping[str, str]) -> bool:
        value = labels.get(self.key)
        if self.operator == "Exists":
            return value is not None
        if self.operator == "DoesNotExist":
            return value is None
        is_one = value is not None and value in self.values
        return not is_one if self.operator == "NotIn" else is_one

    def __str__(self) -> str:
        values = ",".join(self.values)
        return {
            _EQUALS: f"{self.key}={values}",
            IN: f"{self.key} in ({values})",
            "NotIn": f"{self.key} notin ({values})",
            "Exists": self.key,
            "DoesNotExist": f"!{self.key}",
        }[self.operator]


class Selector(Value):
    """A label selector; all requirements hold, without any it selects everything.

    Source: k8s.io/apimachinery pkg/labels/selector.go.
    """

    requirements: tuple[Requirement, ...] = ()

    def selects(self, labels: Mapping[str, str]) -> bool:
        return all(each.holds(labels) for each in self.requirements)

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements))


def selector_of(written: Mapping[str, Any]) -> Selector:
    """Read a `LabelSelector`; an empty one selects everything.

    Raises:
        SelectorError: An operator is none, or has values where none may be, or none where
            it needs some. In Kubernetes' words.

    Source: k8s.io/apimachinery pkg/apis/meta/v1/helpers.go, LabelSelectorAsSelector.
    """
    found = [
        Requirement(key=key, operator=_EQUALS, values=(value,))
        for key, value in (written.get("matchLabels") or {}).items()
    ]
    for each in written.get("matchExpressions") or []:
        operator = each.get("operator") or ""
        values = tuple(sorted(dict.fromkeys(each.get("values") or ())))
        if operator not in _OPERATORS:
            raise SelectorError(f'"{operator}" is not a valid label selector operator')
        if operator in _OF_VALUES and not values:
            raise SelectorError(
                "for 'in', 'notin' operators, values set can't be empty"
            )
        if operator not in _OF_VALUES and values:
            raise SelectorError(
                "values set must be empty for exists and does not exist"
            )
        key = each.get("key") or ""
        found.append(Requirement(key=key, operator=operator, values=values))
    return Selector(requirements=tuple(sorted(found, key=lambda each: each.key)))
