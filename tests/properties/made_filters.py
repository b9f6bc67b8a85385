"""Filters of all dialects, and events for them, made up."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

# For laws that one wrong verdict breaks, and that few filters and events can break.
THOROUGHLY = settings(max_examples=5 * settings().max_examples)

Element = dict[str, Any]

PLAIN_NAMES = ("type", "source", "id", "subject", "aaa", "bbb")
DERIVED_NAMES = (
    "time",
    "dataschema",
    "schemaurl",
    "datacontenttype",
    "datamediatype",
    "datacontentencoding",
    "specversion",
)
VALUES = ("a", "b", "ab", "ba", "aba", "A", "a ", "1.0", "0.3", "0001-01-01T00:00:00Z")
ODD_VALUES = ("", "5", "05", "true", "a%", "a_b", "0001", "2026-01-01T00:00:00Z")


def expressions() -> st.SearchStrategy[str]:
    """Give expressions that compare, mostly, joined by AND, mostly."""
    names = st.sampled_from((*PLAIN_NAMES, *DERIVED_NAMES, "nosuch", "TYPE"))
    texts = st.sampled_from((*VALUES, *ODD_VALUES))
    patterns = st.sampled_from(
        ("a%", "ab%", "a_%", "a", "%a", "_b%", r"a\%", r"a\_%", "5", "%", "")
    )
    compared = (
        st.builds("{} = '{}'".format, names, texts)
        | st.builds("'{}' = {}".format, texts, names)
        | st.builds("{} LIKE '{}'".format, names, patterns)
    )
    other = st.builds("{} NOT LIKE '{}'".format, names, patterns) | st.builds(
        str.format,
        st.sampled_from(
            (
                "{} = 5",
                "5 = {}",
                "{} = TRUE",
                "{} != 'a'",
                "{} IN ('a', 'b')",
                "EXISTS {}",
                "NOT {} LIKE 'a%'",
                "LENGTH({})",
                "LENGTH({}) = 1",
                "BOOL({})",
                "{} = 1 / 0",
                "{}",
                "TRUE",
            )
        ),
        names,
    )
    atoms = compared | compared | other

    def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        both = st.builds("{} AND {}".format, inner, inner)
        return (
            both
            | both
            | st.builds("({})".format, inner)
            | st.builds("{} AND {} AND {}".format, inner, inner, inner)
            | st.builds("{} OR {}".format, inner, inner)
            | st.builds("{} XOR {}".format, inner, inner)
            | st.builds("NOT ({})".format, inner)
        )

    return st.recursive(atoms, joined, max_leaves=6)


def comparisons(names: tuple[str, ...], *, empty: bool) -> st.SearchStrategy[Element]:
    """Give filters of the dialects that compare texts."""
    texts = st.sampled_from([*VALUES, ""] if empty else VALUES)
    entries = st.dictionaries(st.sampled_from(names), texts, min_size=1, max_size=2)
    dialects = st.sampled_from(("exact", "prefix", "suffix"))
    return st.builds(lambda dialect, wanted: {dialect: wanted}, dialects, entries)


def trees(leaves: st.SearchStrategy[Element]) -> st.SearchStrategy[Element]:
    """Give filters, and what all, any and not make of them."""

    def nest(inner: st.SearchStrategy[Element]) -> st.SearchStrategy[Element]:
        members = st.lists(inner, min_size=1, max_size=3)
        return (
            members.map(lambda x: {"all": x})
            | members.map(lambda x: {"any": x})
            | inner.map(lambda x: {"not": x})
        )

    return st.recursive(leaves, nest, max_leaves=8)


EXPRESSION = expressions().map(lambda text: {"cesql": text})
EMPTY: st.SearchStrategy[Element] = st.sampled_from(
    [{}, {"not": {}}, {"all": []}, {"exact": {}}]
)
SILENT: st.SearchStrategy[Element] = st.just({"not": {}})
EVERYTHING = comparisons(PLAIN_NAMES + DERIVED_NAMES, empty=True) | EXPRESSION | EMPTY
FILTERS = st.lists(trees(EVERYTHING), min_size=1, max_size=3)
LEGACY = st.dictionaries(
    st.sampled_from(PLAIN_NAMES + DERIVED_NAMES), st.sampled_from([*VALUES, ""])
)


def events(*odd: str, more: tuple[str, ...] = ()) -> st.SearchStrategy[dict[str, str]]:
    """Give the attributes of events.

    Args:
        odd: Values that they can have beside the usual ones.
        more: Names of attributes that they can have beside the usual ones.
    """
    optional = {
        name: st.sampled_from((*VALUES, *odd))
        for name in (*PLAIN_NAMES, *DERIVED_NAMES, "ccc", *more)
        if name != "specversion"
    }
    return st.fixed_dictionaries(
        {"specversion": st.sampled_from(("1.0", "0.3"))}, optional=optional
    )


EVENTS = events()
ODD_EVENTS = events(*ODD_VALUES)
