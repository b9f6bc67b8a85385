"""Names as people write them: whole, in the namespace given, or bare where unique."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import UnknownAddressError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


def resolve(name: str, nodes: Iterable[str], namespace: str | None = None) -> str:
    """Find the one node that a name stands for.

    Args:
        name: ``trigger/payments/fraud``, ``payments/fraud``, ``trigger/fraud``,
            ``fraud``.
        namespace: Where a bare name is looked for first; ``default`` unless given.

    Raises:
        UnknownAddressError: None has it; the message has the nearest.
        UsageError: Several have it; the message names them.
    """
    if not isinstance(name, str):
        raise UsageError(f"expected a name such as 'trigger/ship', found {name!r}")
    known = list(nodes)
    found = named(name, known, namespace)
    if not found:
        if "/" in name:
            raise UnknownAddressError(name, known)
        rests = [node.partition("/")[2] or node for node in known]
        bare = [rest.rpartition("/")[2] for rest in rests]
        shown = [
            b if bare.count(b) == 1 else r for b, r in zip(bare, rests, strict=True)
        ]
        raise UnknownAddressError(name, dict.fromkeys(shown))
    if len(found) > 1:
        raise UsageError(f"{name!r} may be {_either(found)}; say which")
    return found[0]


def named(name: str, nodes: Collection[str], namespace: str | None = None) -> list[str]:
    """List the nodes that a name may stand for: the most exact kind of match only."""
    if name in nodes:
        kind, _, rest = name.partition("/")
        here = f"{kind}/{namespace}/{rest}" if namespace else ""
        return [here if "/" not in rest and here in nodes else name]
    kinds_and_rests = [(node, *node.partition("/")[::2]) for node in nodes]
    tries = [
        [node for node, _, rest in kinds_and_rests if rest == wanted]
        for wanted in (f"{namespace}/{name}", name)
        if namespace or wanted == name
    ]
    kind, slash, short = name.partition("/")
    tries.append(
        [
            node
            for node, of, rest in kinds_and_rests
            if rest.rpartition("/")[2] == (short if slash else name)
            and (of == kind if slash else True)
        ]
    )
    return next((found for found in tries if found), [])


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"
