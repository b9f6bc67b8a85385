"""What the short form knows of kinds: each says it of itself."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from simulator.control.registry import LINES, kind_of

if TYPE_CHECKING:
    from simulator.manifests.sections import Section, ShortForm

_BY_NAME = {line.section: key for key, line in LINES.items() if line.section}
_BY_WORD = {line.word: key for key, line in LINES.items() if line.word}


class _ShortForm:
    """All sections and words; a kind is imported when its own is asked for."""

    __slots__ = ()

    names = tuple(_BY_NAME)
    words = tuple(_BY_WORD)

    def section(self, name: str) -> Section | None:
        key = _BY_NAME.get(name)
        return None if key is None else kind_of(*key).section

    def section_of(self, group: str, kind: str) -> Section | None:
        there = (group, kind) in LINES
        return kind_of(group, kind).section if there else None

    def target(self, word: str) -> tuple[str, str] | None:
        key = _BY_WORD.get(word)
        section = None if key is None else kind_of(*key).section
        return None if section is None else (section.api_version, section.kind)

    def word_for(self, target: tuple[object, object]) -> str | None:
        if not all(isinstance(each, str) for each in target):
            return None
        return _words().get(target)


@cache
def _words() -> dict[tuple[object, object] | None, str]:
    return {SHORT_FORM.target(word): word for word in _BY_WORD}


SHORT_FORM: Final[ShortForm] = _ShortForm()
