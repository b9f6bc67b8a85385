"""Whose story an event belongs to: the records of a run by the chain of one artefact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.resource import mapping, mappings
from simulator.story.meaning import Effect, row_of
from simulator.story.milestones import KEPTN_CONTEXT, OF_2021, Step, milestone_of

if TYPE_CHECKING:
    from simulator.event import Event
    from simulator.story.milestones import Milestone
    from simulator.trace.record import Record

CHAIN_ID = "chainId"
_TOLD_BY = (CHAIN_ID, KEPTN_CONTEXT)


class Names(NamedTuple):
    """What an event says of its story; *refers_to* are ids that it follows from."""

    ids: dict[str, str]
    refers_to: list[str]


def names_of(event: Event) -> Names:
    """Read what an event says of its story.

    Source: cdevents/spec spec.md, ``context.chainId``, and links.md; keptn/spec
        cloudevents.md, ``shkeptncontext`` and ``triggeredid``; of 2021, the data of
        ``cd.artifact.published.v1``: systems 1.5.
    """
    attributes = event.attributes
    told: dict[str, Any] = {KEPTN_CONTEXT: attributes.get(KEPTN_CONTEXT)}
    refers_to: list[Any] = [attributes.get("triggeredid")]
    if event.type.startswith(("dev.cdevents", OF_2021)):
        data = mapping(event.data)
        if event.type.startswith(OF_2021):
            told[KEPTN_CONTEXT] = told[KEPTN_CONTEXT] or data.get(KEPTN_CONTEXT)
            refers_to.append(data.get("triggerid"))
        else:
            context = mapping(data.get("context"))
            told[CHAIN_ID] = context.get(CHAIN_ID)
            for link in mappings(context.get("links")):
                ends = mapping(link.get("target")), mapping(link.get("from"))
                refers_to += [end.get("contextId") for end in ends]
    return Names(
        {sort: id_ for sort, id_ in told.items() if isinstance(id_, str) and id_},
        [each for each in refers_to if isinstance(each, str) and each],
    )


class Chain:
    """One story.

    Attributes:
        ids: ``chainId`` and ``shkeptncontext`` -> its value, as far as events tell.
        linked: Whether an event belongs to it by nothing but what it refers to.
        events: The record with which each of its events came, in order.
    """

    __slots__ = (
        "events", "first", "ids", "last_ns", "linked", "milestones", "number", "parent",
    )  # fmt: skip

    def __init__(self, number: int, first: Record, parent: Chain | None) -> None:
        self.number = number
        self.first = first
        self.parent = parent
        self.ids: dict[str, str] = {}
        self.linked = False
        self.events: list[Record] = []
        self.milestones: list[Milestone] = []
        self.last_ns = first.at_ns

    @property
    def told_by(self) -> str:
        named = next((sort for sort in _TOLD_BY if sort in self.ids), "")
        return named or ("links" if self.linked else "cause")

    def knows(self, told: Milestone) -> bool:
        """Tell whether an event tells of an incident that is told of, and not over."""
        for each in reversed(self.milestones):
            if each.step in (Step.DETECTED, Step.RESOLVED) and each.concerns(told):
                return each.step is told.step is Step.DETECTED
        return False

    @property
    def artifact(self) -> str:
        """What it is about: the first artefact that an event names; empty for none."""
        return next((m.artifact for m in self.milestones if m.artifact), "")


class Chains:
    """Finds the chain of each record, as they come.

    An event belongs to the chain that it names; else to that of an event that it refers
    to; else to that of its cause; else it begins one. A chain that no event has named so
    far takes the name of the first one that does.

    Attributes:
        all: In order of their beginning.
        of: Serial of each record -> its chain; None for what is about no event.
    """

    def __init__(self) -> None:
        self.all: list[Chain] = []
        self.of: dict[int, Chain | None] = {}
        self._named: dict[str, Chain] = {}
        self._of_event: dict[str, Chain] = {}
        self._seen: set[tuple[str, str]] = set()

    def add(self, record: Record) -> None:
        chain = None if record.cause is None else self.of.get(record.cause)
        if row_of(record.kind).effect & Effect.BEGINS:
            chain = self._of(record, chain)
            key = (record.event.id, record.event.source)
            if key not in self._seen:
                self._seen.add(key)
                chain.events.append(record)
                self._of_event[record.event.id] = chain
                milestone = milestone_of(record)
                if milestone is not None and not chain.knows(milestone):
                    chain.milestones.append(milestone)
        self.of[record.serial] = chain
        if chain is not None:
            chain.last_ns = record.at_ns

    def _of(self, record: Record, cause: Chain | None) -> Chain:
        names = names_of(record.event)
        told = (self._named.get(id_) for id_ in names.ids.values())
        chain = next(filter(None, told), None)
        if chain is None:
            linked = (self._of_event.get(each) for each in names.refers_to)
            chain = next(filter(None, linked), None)
            if chain is not None and chain is not cause and not names.ids:
                chain.linked = True
            chain = chain or cause
            named = names.ids.items()
            if chain is None or any(chain.ids.get(k, id_) != id_ for k, id_ in named):
                chain = Chain(len(self.all) + 1, record, chain)
                self.all.append(chain)
        for sort, id_ in names.ids.items():
            chain.ids.setdefault(sort, id_)
            self._named.setdefault(id_, chain)
        return chain
