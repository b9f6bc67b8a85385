"""Which rules are told: ids, their beginnings, or names, as `ruff` takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import nearest
from simulator.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

ALL = "ALL"
# A name says more than an id, which may be that of several.
_OF_A_NAME = len("KN000") + 1


class UnknownRuleError(ValueError):
    """A word is neither an id, nor the beginning of one, nor a name."""

    def __init__(self, word: str) -> None:
        ids = dict.fromkeys(rule.id for rule in RULES.values())
        upper = word.upper()
        begins = (
            [upper] if upper and any(each.startswith(upper) for each in ids) else ()
        )
        near = nearest(upper, begins or ids) or nearest(word, RULES)
        shown = "" if near else " (kn-sim rule --all lists them)"
        super().__init__(f"there is no rule {word!r}{near}{shown}")


def named(word: str) -> frozenset[str]:
    """Give the names of the rules that a word stands for; UnknownRuleError for none."""
    if word == ALL:
        return frozenset(RULES)
    found = [n for n, rule in RULES.items() if word == n or rule.id.startswith(word)]
    if not word or not found:
        raise UnknownRuleError(word)
    return frozenset(found)


def told(select: Collection[str], ignore: Iterable[str]) -> frozenset[str]:
    """Give the names of the rules that are told; the word that says most decides.

    Args:
        select: Known words; none stands for all that are not to be asked for.
        ignore: Likewise; it decides where both say as much.
    """
    wanted = {} if select else {n: 0 for n, r in RULES.items() if not r.asked}
    for word in select:
        _note(wanted, word)
    unwanted: dict[str, int] = {}
    for word in ignore:
        _note(unwanted, word)
    return frozenset(n for n, much in wanted.items() if much > unwanted.get(n, -1))


def _note(found: dict[str, int], word: str) -> None:
    for name in named(word):
        much = 0 if word == ALL else _OF_A_NAME if word == name else len(word)
        found[name] = max(much, found.get(name, 0))
