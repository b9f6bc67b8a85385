"""Dead letters sent once more, in virtual time: which are drained, and why others are not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simulator.dead_letters.letter import letters_in, named, origins
from simulator.errors import RunStoppedError, UsageError, nearest
from simulator.kernel.log import Kind
from simulator.session.why import missed
from simulator.story.counts import cause_of_death
from simulator.story.hops import Family
from simulator.story.phrases import answer, remark
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from simulator.dead_letters.letter import Letter
    from simulator.event import Event
    from simulator.kernel import AddressBook
    from simulator.session import Simulation
    from simulator.session.views import Sent
    from simulator.story.hops import Hop
    from simulator.trace import Record

_MOST_NAMED = 3


class Redriven(Value):
    """What came of letters that were sent once more.

    Args:
        hubs: Where they were sent -> how many.
        whys: For each letter why it still fails; empty where it is drained.
        fresh: Dead letters and losses of what followed from those that are drained, or by
            routes that had nothing to do with them, a line each.
        again: Node of a service -> how many of the events it took that it had taken
            before; besides those who had not.
        others: Likewise, of which it is not known whether it had.
        stopped: Why the run was stopped before its end; empty where it was not.
    """

    hubs: dict[str, int]
    whys: tuple[str, ...]
    fresh: tuple[str, ...]
    again: dict[str, int]
    others: dict[str, int]
    now_ns: int
    stopped: str = ""

    @property
    def ok(self) -> bool:
        """Whether all letters are drained, and nothing else died of it."""
        return not (any(self.whys) or self.fresh or self.stopped)


def hubs_of(
    letters: Sequence[Letter], book: AddressBook | None, new: AddressBook, to: str
) -> list[str]:
    """Tell where each letter is sent.

    Args:
        book: Of the topology that they come from; None for none.
        new: Of the one that they are sent in.
        to: Where all of them go; empty for where each has come from.

    Raises:
        UsageError: That is not known of some, or not there any more.
    """
    if to:
        return [to] * len(letters)
    hubs, faults = [], Counter[str]()
    there = [hub.node for hub in new.wiring.hubs]
    for letter in letters:
        found = [letter.hub] if letter.hub else _found(letter, book or new)
        if len(found) == 1 and found[0] in there:
            hubs.append(found[0])
            continue
        if len(found) == 1:
            faults[f"there is no {found[0]} any more{nearest(found[0], there)}"] += 1
            continue
        dest = f"what calls {letter.dest}" if letter.dest else "no knativeerrordest"
        which = f"{', '.join(found)} may be" if found else "nothing here is"
        faults[f"{letter.event.type} with {dest}: {which} where it comes from"] += 1
    if faults:
        told = [f"{text} ({count} of the letters)" for text, count in faults.items()]
        raise UsageError(
            "\n".join([*told[:_MOST_NAMED], "--to HUB says where letters are sent"])
        )
    return hubs


def _found(letter: Letter, book: AddressBook) -> list[str]:
    at = named(letter.dest, book)
    if at in [hub.node for hub in book.wiring.hubs]:  # which did not take the reply
        return [at]
    return list(dict.fromkeys(hub.node for hub, _ in origins(letter, book)))


def redrive(
    sim: Simulation,
    letters: Sequence[Letter],
    hubs: Sequence[str],
    book: AddressBook,
    *,
    old: AddressBook | None = None,
    before: Family | None = None,
    until: str | None = None,
) -> Redriven:
    """Send letters once more, all at the start, and see what becomes of them.

    Args:
        sim: In which nothing has happened.
        book: Where the addresses of the run lead.
        old: Likewise, of the topology that they come from; None for none.
        before: The run that they come from; None for a cluster's.
        until: How long the run goes on; None until nothing is due.

    Raises:
        SimulatorError: One cannot be sent, or the run has no end.
    """
    sent = [
        sim.send(letter.alive, to=hub)
        for letter, hub in zip(letters, hubs, strict=True)
    ]
    stopped = ""
    try:
        sim.run(until)
    except RunStoppedError as error:
        stopped = str(error)
    family = Family(sim.trace)
    judge = _Judge(sim, family, book, old)
    whys = [judge.why(*each) for each in zip(letters, sent, strict=True)]
    took: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    had = _had(before)
    for letter, each in zip(letters, sent, strict=True):
        for node in judge.takers(letter, each):
            event = letter.event
            known = (event.source, event.id, node) in had
            if known or before is None:
                took[known][node] += 1
    return Redriven(
        hubs=dict(Counter(hubs)),
        now_ns=sim.now_ns,
        whys=tuple(whys),
        fresh=tuple(judge.fresh(sent)),
        again=dict(took[True]),
        others=dict(took[False]),
        stopped=stopped,
    )


def _had(before: Family | None) -> set[tuple[str, str, str]]:
    hops = () if before is None else dict.fromkeys(before.of.values())
    return {
        (hop.event.source, hop.event.id, hop.first.target)
        for hop in hops
        if hop.is_delivery and hop.word == "delivered"
    }


class _Judge:
    def __init__(
        self,
        sim: Simulation,
        family: Family,
        book: AddressBook,
        old: AddressBook | None,
    ) -> None:
        self._sim = sim
        self._family = family
        self._book = book
        self._old = old
        self._told: set[int] = set()

    def why(self, letter: Letter, sent: Sent) -> str:
        """Say why a letter still fails; empty where it is drained."""
        root = self._root(sent)
        if root is None:
            return "it was not sent before the end of the run"
        if root.end is not None:
            self._told.add(root.end.serial)
            return f"{root.end.source or root.end.target}: {_ending(root.end)}"
        ours = self._ours(letter, root)
        if not ours:
            return self._untaken(letter, root)
        return next(filter(None, [self._failure(hop) for hop in ours]), "")

    def takers(self, letter: Letter, sent: Sent) -> Iterator[str]:
        """Name the services that took it besides those that it was meant for."""
        root = self._root(sent)
        if root is not None:
            ours = self._ours(letter, root)
            for hop in root.children:
                if hop.is_delivery and hop not in ours and hop.word == "delivered":
                    yield hop.first.target

    def fresh(self, sent: Iterable[Sent]) -> Iterator[str]:
        """Tell of dead letters and losses that are those of no letter that still fails."""
        hops = list(self._followed(sent))
        for letter in letters_in(hops):
            if letter.serial not in self._told:
                why = self._cause(letter.event)
                yield f"{_named(letter.event)} {letter.route} → {letter.sink}: {why}"
        for hop in hops:
            end = hop.end
            if end is not None and end.serial not in self._told:
                at = end.source or end.target
                yield f"{_named(end.event)} {at}: {_ending(end)}"

    def _followed(self, sent: Iterable[Sent]) -> Iterator[Hop]:
        """Give all hops that follow from letters; what sources send does not."""
        pending = [root for root in map(self._root, sent) if root is not None]
        pending.reverse()
        while pending:
            hop = pending.pop()
            yield hop
            pending.extend(reversed(hop.children))

    def _cause(self, event: Event) -> str:
        dest = event.attributes.get("knativeerrordest", "")
        return cause_of_death(event, {dest: named(dest, self._book)})

    def _root(self, sent: Sent) -> Hop | None:
        return None if sent.serial is None else self._family.of[sent.serial]

    def _ours(self, letter: Letter, root: Hop) -> list[Hop]:
        """Find the deliveries by the route that failed, else to whom it was meant for."""
        hops = [hop for hop in root.children if hop.is_delivery]
        for routes in self._routes(letter):
            if ours := [hop for hop in hops if hop.first.source in routes]:
                return ours
        return [] if letter.route or letter.dest else hops

    def _routes(self, letter: Letter) -> Iterator[set[str]]:
        yield {letter.route}
        if letter.dest:
            unknown = letter.replace(route="")
            for book in (self._old, self._book):
                if book is not None:
                    yield {route.node for _, route in origins(unknown, book)}

    def _untaken(self, letter: Letter, root: Hop) -> str:
        """Say that nobody took a letter who should have, and why not."""
        hub = root.first.target
        others = {hop.first.source: None for hop in root.children if hop.is_delivery}
        whys = self._sim.whys(letter.alive, at=hub)
        same = [why for why in whys if why.trigger == letter.route]
        missing = [why for why in (*same, *whys) if not why.matches]
        near = f"; nearest is {missed(missing[0])}" if missing else ""
        if not others:
            return f"no trigger or subscription of {hub} takes it{near}"
        meant = letter.route or f"what calls {named(letter.dest, self._book)}"
        return f"{meant} does not take it, only {', '.join(others)}{near}"

    def _failure(self, hop: Hop) -> str:
        parts = [hop, *(c for c in hop.children if c.first.kind is Kind.REPLIED)]
        burials = [
            child
            for part in parts
            for child in part.children
            if child.first.kind is Kind.DEAD_LETTERED
            and child.first.source == hop.first.source
        ]
        ends = [part.end for part in (*burials, *parts) if part.end is not None]
        self._told.update(each.first.serial for each in burials)
        self._told.update(end.serial for end in ends)
        for burial in burials:
            why = self._cause(burial.event)
            lost = f", {_ending(burial.end)}" if burial.end is not None else ""
            return f"{why}; dead letter → {burial.first.target}{lost}"
        said = "no answer" if hop.answer is None else answer(hop.answer, "long")
        if ends:
            return f"{said} from {hop.first.target}; {_ending(ends[0])}"
        if hop.answer is not None and hop.answer.ok:
            return ""
        return (
            f"{said} from {hop.first.target}, and the run ended before the next attempt"
        )


def _ending(end: Record) -> str:
    return f"{end.kind}: {remark(end)}"


def _named(event: Event) -> str:
    return f"{event.type} {event.id}"
