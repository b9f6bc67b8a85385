"""Which tests come across what, as the processes of the first run have noted it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from simulator.mutation.recording import ANY_ITEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class _Note(NamedTuple):
    """A line: a test, the process, and what it did.

    It has *read* a text, whose digest follows, or *ran* it, with the items that it covers;
    has *failed*; or *took* so many seconds.
    """

    context: str
    process: int
    kind: str
    digest: str = ""
    items: frozenset[str] = frozenset()


class Notes:
    """What tests have come across.

    Args:
        folder: In which their processes have written it down.
    """

    def __init__(self, folder: str | Path) -> None:
        self._notes = list(_notes(Path(folder)))
        self._ran = {
            (each.context, each.process, each.digest)
            for each in self._notes
            if each.kind == "ran"
        }

    def failed(self) -> str:
        """Give the first test that has failed; nothing for none."""
        return next((each.context for each in self._notes if each.kind == "failed"), "")

    def seconds(self, names: Iterable[str]) -> float:
        """Tell how long the tests have taken that are of some names."""
        names = list(names)
        return sum(
            float(each.digest)
            for each in self._notes
            if each.kind == "took" and within(each.context, names)
        )

    def tests(self, digest: str, items: frozenset[str] | None) -> list[str]:
        """Give the tests that may notice a change in a text.

        A test that runs it may, if it covers one of the items; one that only reads it, to
        look at the text or to run it where nobody notes what is covered, always may.

        Args:
            digest: Of the text.
            items: Of which a run has to cover one; None if any run may notice it.

        Returns:
            Names of tests, of modules and of folders; the empty one for all tests.
        """
        found = dict.fromkeys(
            each.context
            for each in self._notes
            if each.digest == digest and self._may(each, items)
        )
        return [""] if "" in found else sorted(found)

    def _may(self, note: _Note, items: frozenset[str] | None) -> bool:
        if items is None:
            return True
        if note.kind == "ran":
            return ANY_ITEM in note.items or bool(items & note.items)
        return (note.context, note.process, note.digest) not in self._ran


def within(test: str, names: Iterable[str]) -> bool:
    """Tell whether a test is one of those named, or in a module or folder that is."""
    return any(
        not name or test == name or test.startswith((f"{name}::", f"{name}/"))
        for name in names
    )


def _notes(folder: Path) -> Iterator[_Note]:
    for path in sorted(folder.glob("noted-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            told: Sequence[str] = json.loads(line)
            context, process, kind, *more = told
            yield _Note(
                context,
                int(process),
                kind,
                more[0] if more else "",
                frozenset(more[1:]),
            )
