"""The language of filters: its words, its keys, what may be written next, and its help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from simulator.errors import UsageError
from simulator.story.meaning import LOSSES, TROUBLE, Sense
from simulator.tui.spelling import short

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping


class FilterError(UsageError):
    """A word of a filter is none; its *position* in the text is counted from 0."""

    def __init__(self, position: int, reason: str) -> None:
        self.position = position
        self.reason = reason
        super().__init__(f"filter, column {position + 1}: {reason}")


# A minus, a key with its operator, alternatives of plain characters and quoted parts.
_WORD = re.compile(
    r"\s*(-?)(?:([A-Za-z][\w.-]*)(!=|>=|<=|[:=<>]))?"
    r'((?:"(?:[^"\\]|\\.)*"|[^\s"])*)'
)
_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|([^"|]+)|(\|)')
_ESCAPE = re.compile(r"\\(.)")
_STARS = re.compile(r"[*?]")


class Pattern(NamedTuple):
    """One alternative of a value: texts, and whether ``*`` and ``?`` are quoted in them."""

    pieces: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)

    @property
    def has_wildcard(self) -> bool:
        return any(_STARS.search(text) for text, quoted in self.pieces if not quoted)

    def regex(self) -> str:
        """Give it as a regular expression, in time linear in a text for each of its stars.

        Each star but the last takes as little as it can and never reconsiders: a later
        place never helps what follows.
        """
        parts = [""]
        for text, quoted in self.pieces:
            for letter in text:
                if letter == "*" and not quoted:
                    parts.append("")
                elif letter == "?" and not quoted:
                    parts[-1] += "."
                else:
                    parts[-1] += re.escape(letter)
        if len(parts) == 1:
            return parts[0]
        first, *middle, last = parts
        return (
            first + "".join(f"(?>.*?{part})" for part in middle if part) + ".*" + last
        )


class Word(NamedTuple):
    """One word of a filter.

    Args:
        key: Before the operator; empty for a bare word.
        operator: ``:``, ``=``, ``!=``, ``>``, ``>=``, ``<``, ``<=``, or empty.
        patterns: The alternatives.
    """

    position: int
    text: str
    negated: bool
    key: str
    operator: str
    patterns: tuple[Pattern, ...]


def words_of(text: str) -> Iterator[Word]:
    """Cut a filter into words.

    Raises:
        FilterError: A quote is not closed, or a value is missing; raised late.
    """
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _WORD.match(text, at)
        assert found is not None, "any text is matched"
        start, at = found.start(1), found.end()
        if text[at : at + 1] == '"':
            raise FilterError(start, 'a quote is not closed, expected "…"')
        minus, key, operator, value = found.groups("")
        said, patterns = text[start:at], tuple(_patterns(value))
        if not all(pattern.pieces for pattern in patterns):
            example, _ = KEYS.get(key, KEYS["type"])
            reason = f"{said!r} lacks a value, expected one as in {example}"
            raise FilterError(start, reason)
        yield Word(start, said, bool(minus), key, operator, patterns)


def _patterns(value: str) -> Iterator[Pattern]:
    """Part a value at its bars; an alternative may lack."""
    pieces: list[tuple[str, bool]] = []
    for quoted, plain, bar in (part.groups() for part in _PART.finditer(value)):
        if bar:
            yield Pattern(tuple(pieces))
            pieces = []
        elif plain:
            pieces.append((plain, False))
        else:
            pieces.append((_ESCAPE.sub(r"\1", quoted), True))
    yield Pattern(tuple(pieces))


KEYS: Mapping[str, tuple[str, str]] = {
    "type": ("type:artifact*", "the type, or its end after a dot"),
    "from": ("from:on-*", "where it comes from"),
    "to": ("to:builder", "where it goes"),
    "node": ("node:default", "either end"),
    "is": ("is:retry|dead", "what happened"),
    "kind": ("kind:responded", "the word of the trace"),
    "trace": ("trace:329", "the lineage of a record or an event"),
    "id": ("id:616c*", "the id"),
    "subject": ("subject:parcel", "the subject"),
    "source": ("source:*/shop", "the source"),
    "ext.": ("ext.env=prod", "an extension attribute"),
    "data.": ("data.total>40", "a field of JSON data; data.size: bytes"),
    "ms": ("ms>500", "how long an answer took"),
    "t": ("t>1:00", "when, since the start"),
    "status": ("status>=500", "the HTTP status"),
    "attempt": ("attempt>1", "which attempt"),
}
"""Key -> an example, and what it asks."""
PREFIXES = ("ext.", "data.")

IS: Mapping[str, Collection[Sense]] = {
    "sent": {Sense.SENT},
    "delivered": {Sense.DELIVERED, Sense.ACKNOWLEDGED},
    "failed": {Sense.FAILED, Sense.RETRIED, Sense.PANICKED, Sense.PANICKED_AGAIN},
    "retry": {Sense.RETRY},
    "reply": {Sense.REPLY},
    "dropped": {Sense.DROPPED, Sense.DISCARDED},
    "dead": {Sense.DEAD},
    "lost": LOSSES,
    "refused": {Sense.REFUSED, Sense.EXPIRED},
    "expired": {Sense.EXPIRED},
    "nomatch": {Sense.UNMATCHED},
    "wait": {Sense.WAITING, Sense.QUEUED},
    "approved": {Sense.APPROVED},
    "rejected": {Sense.REJECTED, Sense.WITHDRAWN},
    "held": {Sense.HELD, Sense.RELEASED, Sense.DISCARDED},
    "fault": {Sense.FAULT_SET, Sense.FAULT_LIFTED, Sense.FAULT_HIT},
    "trouble": TROUBLE,
    "never": (),
}
NEVER = "is:never"
"""No record: in graph and tables, what nothing has come to yet."""


_NODE_KEYS = ("from", "to", "node")


def completions(
    text: str, *, types: Iterable[str] = (), nodes: Iterable[str] = ()
) -> list[str]:
    """Give whole texts that the filter may become, the last word completed."""
    start = max(text.rfind(" ") + 1, 0)
    before, word = text[:start], text[start:]
    if word.startswith("-"):
        before, word = before + "-", word[1:]
    key, colon, value = word.partition(":")
    if not colon:
        keys = (k if k.endswith(".") else f"{k}:" for k in KEYS)
        found = [k for k in keys if k.startswith(word) and k != word]
        return [before + each for each in found]
    done, bar, part = value.rpartition("|")
    names = map(short, nodes)
    offered = {"is": IS, "type": types, **dict.fromkeys(_NODE_KEYS, names)}
    values = dict.fromkeys(offered.get(key, ()))
    head = f"{before}{key}:{done}{bar}"
    return [head + v for v in values if v.startswith(part) and v != part]


def help_lines() -> list[tuple[str, str]]:
    return [
        ("approv", "in the type, a node, the subject or the id"),
        *KEYS.values(),
        ("-word", "not"),
        ('"two words"', "as they stand, * and ? too"),
        ("a b", "both"),
        (NEVER, "boxes and rows of tables that nothing has come to yet"),
        ("is:", ", ".join(IS)),
    ]
