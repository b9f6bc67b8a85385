"""What exact, prefix, suffix and the legacy attributes share: texts compared by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.explanation import Explanation
from simulator.filters.filter import Filter, names_in_order
from simulator.filters.lookup import ZERO_TIME, actual, is_derived, read_names
from simulator.filters.verdict import Judge, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def comparison(
    dialect: str,
    wanted: Mapping[str, str],
    judge: Callable[[Mapping[str, str]], Judge],
    *,
    required: Mapping[str, str] | None = None,
) -> Filter:
    """Compile a dialect that compares texts; every entry must hold.

    Args:
        dialect: Its name.
        wanted: Attribute -> text, at least one.
        judge: Makes the function that judges an event by such a map.
        required: As `Filter.required`.

    Source: knative-runtime, "Filters": several keys in one exact, prefix or suffix:
        all must match.
    """
    entries = [(name, text, judge({name: text})) for name, text in wanted.items()]

    def explain(attributes: Mapping[str, str]) -> Explanation:
        leaves = tuple(
            _leaf(dialect, name, text, attributes, entry(attributes))
            for name, text, entry in entries
        )
        if len(leaves) == 1:
            return leaves[0]
        verdict = next((x.verdict for x in leaves if not x.passes), Verdict.PASS)
        return Explanation(dialect=dialect, verdict=verdict, children=leaves)

    return Filter(
        verdict=entries[0][2] if len(entries) == 1 else judge(wanted),
        explain=explain,
        reads=names_in_order(used for name in wanted for used in read_names(name)),
        required=required or {},
    )


def indexable(wanted: Mapping[str, str]) -> Mapping[str, str]:
    """Keep the equalities that a look-up by the attribute's plain value can decide.

    An absent time equals the zero time, and dataschema has two names, so those
    cannot be told from the attribute of that name alone.
    """
    return {
        name: text
        for name, text in wanted.items()
        if text and (not is_derived(name) or (name == "time" and text != ZERO_TIME))
    }


def _leaf(
    dialect: str,
    name: str,
    wanted: str,
    attributes: Mapping[str, str],
    verdict: Verdict,
) -> Explanation:
    found = actual(name, attributes)
    asked = f"wanted {wanted!r}" if wanted else "wanted any value"
    hint = ""
    if verdict is Verdict.FAIL:
        # Only a question why pays.
        from simulator.filters.hints import absence_hint, value_hint

        if found is None:
            hint = absence_hint(name, attributes)
        elif wanted:
            kind = "exact" if dialect == "attributes" else dialect
            hint = value_hint(kind, name, wanted, found)
    return Explanation(
        dialect=dialect,
        verdict=verdict,
        reason=f"{asked}, {'it is absent' if found is None else f'got {found!r}'}",
        attribute=name,
        wanted=wanted,
        actual=found,
        hint=hint,
        reads=read_names(name),
    )
