"""What happened to an event as a sequence diagram of Mermaid.

Who takes part are senders, hubs and services; a trigger or subscription is the label of
what its hub sends. A reply leaves the service that gives it, as in the terminal UI.

Source: Mermaid, Sequence diagrams: messages, notes, "Entity codes to escape characters".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel.log import Kind
from simulator.nodes import role_of
from simulator.story.hops import DOORS, REQUESTS, Family
from simulator.story.phrases import answer, matches, remark, time_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.story.hops import Exchange, Hop
    from simulator.trace import Record

MOST_LINES = 300
"""Of messages and notes; Mermaid refuses texts of more than 50,000 characters."""
_LONGEST = 120  # characters of a message
_SENDER = "sender"
_PLAIN = frozenset(" ./_-+()=,→:")
"""Characters beside letters and digits that mean nothing to Mermaid."""
_ANSWERS = (Kind.RESPONDED, Kind.REDIRECTED, Kind.ANSWERED)
_TOLD = {Kind.REPLIED: "reply ", Kind.DEAD_LETTERED: "dead letter "}


def sequence(records: Sequence[Record], id: str | None = None) -> str:
    """Draw what happened to an event, and what followed from it; None: all that was sent."""
    return _Drawing(records, id).text()


class _Drawing:
    def __init__(self, records: Sequence[Record], id: str | None) -> None:
        self._family = Family(records)
        self._records = records
        self._id = id
        self._parts: dict[str, str] = {}
        self._about: dict[int, tuple[Exchange, str, str]] = {}
        self._hubs: dict[int, str] = {}
        self._services: dict[str, str] = {}

    def text(self) -> str:
        lines = list(self._lines())
        told, left_out = lines[:MOST_LINES], len(lines[MOST_LINES:])
        parts = list(self._parts.items())
        if left_out:
            first, last = parts[0][1], parts[-1][1]
            told.append(f"Note over {first},{last}: {left_out} lines more")
        people = [
            f"{'participant' if role_of(node) else 'actor'} {part} as {_escaped(node)}"
            for node, part in parts
        ]
        return "\n    ".join(["sequenceDiagram", "autonumber", *people, *told]) + "\n"

    def _lines(self) -> Iterator[str]:
        chosen = self._chosen()
        exchanges = {
            each.request.serial: (hop, each) for hop in chosen for each in hop.attempts
        }
        serials = {record.serial for hop in chosen for record in hop.records}
        for record in self._records:
            if record.serial not in serials:
                continue
            if record.kind is Kind.ACCEPTED:
                self._hubs[record.serial] = record.target
            if record.serial in exchanges:
                yield from self._request(*exchanges[record.serial])
            elif record.kind in _ANSWERS:
                yield from self._answer(record)
            elif record.kind not in DOORS and record.kind not in REQUESTS:
                yield from self._note(record)

    def _chosen(self) -> list[Hop]:
        pending = [hop for _, hop in self._family.walk() if self._begins(hop)][::-1]
        found: dict[int, Hop] = {}
        while pending:
            hop = pending.pop()
            if hop.first.serial not in found:
                found[hop.first.serial] = hop
                pending += hop.children[::-1]
        return list(found.values())

    def _begins(self, hop: Hop) -> bool:
        if self._id is None:
            return hop.parent is None
        return hop.event.id == self._id

    def _part(self, node: str) -> str:
        return self._parts.setdefault(node or _SENDER, f"p{len(self._parts)}")

    def _giver(self, record: Record) -> tuple[str, str]:
        role, cause = role_of(record.source), record.cause
        if role is None or not role.is_route:
            return record.source, ""
        if record.kind is Kind.REPLIED:
            service = self._services.get(record.source, record.source)
            return service, f", {record.source}"
        if cause in self._hubs:
            self._hubs[record.serial] = self._hubs[cause]
        hub = self._hubs.get(record.serial) or self._hub_before(cause)
        self._hubs[record.serial] = hub or record.source
        return hub or record.source, f", {record.source}" if hub else ""

    def _hub_before(self, cause: int | None) -> str:
        hop = self._family.of.get(-1 if cause is None else cause)
        while hop is not None:
            if hop.first.serial in self._hubs:
                return self._hubs[hop.first.serial]
            hop = hop.parent
        return ""

    def _request(self, hop: Hop, each: Exchange) -> Iterator[str]:
        request = each.request
        if request.kind is Kind.SENT and each.door is None and hop.children:
            return  # without a hub between, the delivery that follows is the request
        giver, route = self._giver(request)
        word = _TOLD.get(request.kind, "")
        again = f", attempt {request.attempt}" if request.attempt > 1 else ""
        text = f"{word}{request.event.type} {request.event.id}{route}{again}"
        start, end = self._part(giver), self._part(request.target)
        self._about[request.serial] = (each, start, end)
        yield f"{start}->>{end}: {self._told(request, text)}"
        if each.door is not None and (each.is_refused or not each.door.status):
            said = remark(each.door) if each.is_refused else matches(each.door)
            yield f"Note over {end}: {_escaped(said)}"

    def _answer(self, record: Record) -> Iterator[str]:
        """Draw an answer; where a hub takes an event, 202 is not worth a line."""
        known = self._about.pop(-1 if record.cause is None else record.cause, None)
        if known is None:
            return
        each, start, end = known
        role = role_of(record.target)
        if role is not None and role.is_route and record.kind is Kind.RESPONDED:
            self._services[record.target] = record.source
        if each.door is not None and record.ok:
            return
        arrow = "-->>" if record.ok or record.kind is Kind.REDIRECTED else "--x"
        yield f"{end}{arrow}{start}: {self._told(record, answer(record, 'long'))}"

    def _note(self, record: Record) -> Iterator[str]:
        hub = self._hub_before(record.cause) or record.source or record.target
        if hub not in self._parts:
            return
        said = f"{record.kind} {remark(record)}".strip()
        yield f"Note over {self._part(hub)}: {self._told(record, said)}"

    @staticmethod
    def _told(record: Record, text: str) -> str:
        return _escaped(f"+{time_text(record.at_ns)} {text}")


def _escaped(text: str) -> str:
    """Write a text so that it means nothing to Mermaid, cut where it is long."""
    cut = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    line = " ".join(cut.split())
    return "".join(
        char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in line
    )
