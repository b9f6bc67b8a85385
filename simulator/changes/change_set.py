"""What becomes of each resource when files take the place of others."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.discovery import OF_NO_NAMESPACE
from simulator.manifests.goyaml import go_yaml
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulator.resource import Resource, ResourceKey
    from simulator.session.prepared import Changes

CLUSTER = "(cluster)"
_EXISTS, _NOOP = "kapp.k14s.io/exists", "kapp.k14s.io/noop"
_HIDDEN = "<-- value not shown (#{})"
_SECRET_FIELDS = ("data", "stringData")


class Op(StrEnum):
    """What is done to a resource, in kapp's words and in the order of its counts."""

    CREATE = "create"
    DELETE = "delete"
    UPDATE = "update"
    NOOP = "noop"
    EXISTS = "exists"


REPLACED = "fallback on replace"
# Annotation -> what kapp calls its values.
# Source: carvel-dev/kapp pkg/kapp/clusterapply/changes_view.go, applyStrategyCodeUI.
_STRATEGIES: Mapping[Op, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {
        Op.CREATE: (
            "kapp.k14s.io/create-strategy",
            {
                "fallback-on-update": "fallback on update",
                "fallback-on-update-or-noop": "fallback on update or noop",
            },
        ),
        Op.UPDATE: (
            "kapp.k14s.io/update-strategy",
            {
                "fallback-on-replace": REPLACED,
                "always-replace": "always replace",
                "skip": "skip",
            },
        ),
        Op.DELETE: ("kapp.k14s.io/delete-strategy", {"orphan": "orphan"}),
    }
)
_UNKNOWN_STRATEGY = "???"


class Change(Value):
    """What becomes of one resource.

    Args:
        resource: As it is written now, or as it was before it was deleted.
        old: As it was; None where it was not there.
        lines: Of both texts, normalised.
        reasons: Why it cannot be updated and is deleted and created anew, as its webhook
            says; empty where it can.
    """

    op: Op
    resource: Resource
    old: Resource | None
    lines: tuple[Line, ...]
    reasons: tuple[str, ...] = ()

    @property
    def namespace(self) -> str:
        """Its namespace; ``(cluster)`` where its kind has none."""
        return namespace_of(self.resource)

    @property
    def strategy(self) -> str:
        """How it is done, by its annotation; empty for as usual.

        What nobody may update is replaced, unless it says something else. A strategy
        that kapp does not know is ``???``, and ends `kapp deploy` with an error.
        """
        if self.op not in _STRATEGIES:
            return ""
        annotation, names = _STRATEGIES[self.op]
        said = str(self.resource.annotations.get(annotation) or "")
        if not said:
            return REPLACED if self.reasons else ""
        return names.get(said, _UNKNOWN_STRATEGY)

    @property
    def refused(self) -> tuple[str, ...]:
        """Why it is deleted and created anew; empty where no update is tried, too."""
        return self.reasons if self.strategy == REPLACED else ()

    @property
    def title(self) -> str:
        """What kapp calls it: ``trigger/price (eventing.knative.dev/v1) namespace: shop``."""
        return f"{self.op} {description(self.resource)}"


def is_config(resource: Resource) -> bool:
    """Tell what kapp itself is told, which is applied to no cluster."""
    return (resource.group, resource.kind) == ("kapp.k14s.io", "Config")


def namespace_of(resource: Resource) -> str:
    """Give the namespace of a resource; ``(cluster)`` where its kind has none."""
    return CLUSTER if resource.kind in OF_NO_NAMESPACE else resource.namespace


def description(resource: Resource) -> str:
    """Give what kapp calls a resource.

    Source: carvel-dev/kapp pkg/kapp/resources/resource.go, Description.
    """
    space = namespace_of(resource)
    where = " cluster" if space == CLUSTER else f" namespace: {space}"
    name = f"{resource.kind.lower()}/{resource.name}"
    return f"{name} ({resource.api_version}){where}"


def change_set(
    old: Iterable[Resource],
    new: Iterable[Resource],
    reasons: Mapping[ResourceKey, tuple[str, ...]],
) -> list[Change]:
    """Compare two versions: what is there now in its order, then what is deleted.

    Source: carvel-dev/kapp pkg/kapp/diff/change_set.go, Calculate: apart from the
        version of the API, which does not count, by group, kind, namespace and name.
    """
    hidden: dict[str, int] = {}
    there = {each.key: each for each in old if not is_config(each)}
    changes = []
    for resource in new:
        if is_config(resource):
            continue
        before = there.pop(resource.key, None)
        lines = difference(_text(before, hidden), _text(resource, hidden))
        changed = any(line.sort != COMMON for line in lines)
        op = _op(resource, there=before is not None, changed=changed)
        why = reasons.get(resource.key, ()) if op is Op.UPDATE else ()
        changes.append(
            Change(
                op=op, resource=resource, old=before, lines=tuple(lines), reasons=why
            )
        )
    for resource in there.values():
        lines = difference(_text(resource, hidden), [])
        changes.append(
            Change(op=Op.DELETE, resource=resource, old=resource, lines=tuple(lines))
        )
    return changes


def _op(resource: Resource, *, there: bool, changed: bool) -> Op:
    """Tell what is done to what is there now.

    Source: carvel-dev/kapp pkg/kapp/diff/change.go, op.
    """
    exists = _EXISTS in resource.annotations
    if _NOOP in resource.annotations or (there and (exists or not changed)):
        return Op.NOOP
    if there:
        return Op.UPDATE
    return Op.EXISTS if exists else Op.CREATE


def _text(resource: Resource | None, hidden: dict[str, int]) -> list[str]:
    """Give the lines of a manifest as `kapp deploy` has it: in its namespace."""
    if resource is None:
        return []
    manifest: dict[str, Any] = dict(resource.manifest)
    space = namespace_of(resource)
    if space != CLUSTER and resource.metadata:
        manifest["metadata"] = {**resource.metadata, "namespace": space}
    if resource.kind == "Secret" and not resource.group:
        _hide(manifest, hidden)
    return go_yaml(manifest).split("\n")


def _hide(manifest: dict[str, Any], hidden: dict[str, int]) -> None:
    """Put numbers in the place of the values of a Secret, the same for the same value.

    Source: carvel-dev/kapp pkg/kapp/diff/masked_resource.go; config/default.go,
        diffMaskRules.
    """
    for field in _SECRET_FIELDS:
        values = manifest.get(field)
        if isinstance(values, dict):
            manifest[field] = {
                key: _HIDDEN.format(hidden.setdefault(str(value), len(hidden) + 1))
                for key, value in sorted(values.items())
            }


def counted_ops(changes: Iterable[Change]) -> str:
    """Count the changes of each sort; those that there are none of, too."""
    ops = [change.op for change in changes]
    return _counted({op: ops.count(op) for op in Op})


def reloaded(changes: Changes, total: int) -> str:
    """Say what a reload changed, as kapp describes a change of an app, and then how.

    Source: carvel-dev/kapp pkg/kapp/clusterapply/changes_view.go, ChangesCountsView.
    """
    created, updated = len(changes.added), len(changes.changed) + len(changes.replaced)
    count = {
        Op.CREATE: created,
        Op.DELETE: len(changes.removed),
        Op.UPDATE: updated,
        Op.NOOP: total - created - updated,
        Op.EXISTS: 0,
    }
    return f"Op: {_counted(count)}\n{changes}" if changes else str(changes)


def _counted(count: dict[Op, int]) -> str:
    return ", ".join(f"{number} {op}" for op, number in count.items())


COMMON, REMOVED, ADDED = " ", "-", "+"
GAP = "  ..."
# Of the table of common subsequences: two texts of 2,000 other lines each.
_MOST_CELLS = 4_000_000


class Line(NamedTuple):
    """One line of a difference, by its number in both texts, from 0; if added, the next."""

    sort: str
    text: str
    old: int
    new: int


def difference(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """Give the lines of both texts, those that stand in both once.

    Of texts with more lines than kapp's table can be made for in a second, all that
    differs is removed and added.

    Source: carvel-dev/kapp pkg/kapp/diff/text_diff_view.go; k14s/difflib (of
        aryann/difflib) difflib.go, Diff and compute.
    """
    start, end = _equal_ends(old, new)
    found = [Line(COMMON, old[at], at, at) for at in range(start)]
    found += _middle(old[start : len(old) - end], new[start : len(new) - end], start)
    lefts, rights = range(len(old) - end, len(old)), range(len(new) - end, len(new))
    ends = zip(lefts, rights, strict=True)
    return found + [Line(COMMON, old[left], left, right) for left, right in ends]


def _equal_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while min(len(old), len(new)) - 1 - end > start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def _middle(old: Sequence[str], new: Sequence[str], start: int) -> list[Line]:
    table = _common(old, new)
    left, right = len(old), len(new)
    found = []
    while left or right:
        at, to = len(old) - left, len(new) - right
        if left and table[left][right] == table[left - 1][right]:
            found.append(Line(REMOVED, old[at], start + at, start + to))
            left -= 1
        elif right and table[left][right] == table[left][right - 1]:
            found.append(Line(ADDED, new[to], start + at, start + to))
            right -= 1
        else:
            found.append(Line(COMMON, old[at], start + at, start + to))
            left, right = left - 1, right - 1
    return found


def _common(old: Sequence[str], new: Sequence[str]) -> list[list[int]]:
    empty = [0] * (len(new) + 1)
    if len(old) * len(new) > _MOST_CELLS:
        return [empty] * (len(old) + 1)
    table = [empty]
    backwards = new[::-1]
    for line in reversed(old):
        above, row = table[-1], [0]
        for at, other in enumerate(backwards):
            row.append(above[at] + 1 if line == other else max(above[at + 1], row[at]))
        table.append(row)
    return table


def shown(lines: Sequence[Line], context: int) -> Iterator[tuple[str, str]]:
    """Give the lines that are shown, each with its sort.

    Args:
        context: Of common lines: so many after a changed line, and one less before it;
            negative for all.
    """
    changed = [at for at, line in enumerate(lines) if line.sort != COMMON]
    near = {
        at for each in changed for at in range(each - context + 1, each + context + 1)
    }
    before = False
    for at, line in enumerate(lines):
        if line.sort == ADDED:
            yield ADDED, f"    {line.new:3} + {line.text}"
        elif line.sort == REMOVED:
            yield REMOVED, f"{line.old:3}     - {line.text}"
        else:
            inside = context < 0 or at in near
            if at and inside and not before:
                yield COMMON, GAP
            if inside:
                yield COMMON, f"{line.old:3},{line.new:3}   {line.text}"
            before = inside
