"""One expectation of a test, as data, and as the call of `Simulation.expect` that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.duration import duration_text
from simulator.errors import nearest
from simulator.statuses import SUCCESS
from simulator.subscribers.condition import parse_condition
from simulator.subscribers.fields import Fields, Table
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.session import Simulation
    from simulator.session.expectation import Expectation
    from simulator.session.views import Sent

ANY = "any"
_OF_SERVICES = ("received", "deadLettered", "neverTwice", "noLoss", "noLoop")
_SUBJECTS = (*_OF_SERVICES, "answered", "endsWithin")
_NAMED = ("received", "deadLettered", "neverTwice")
_COUNTED: Table = {
    "once": ("flag", "exactly one was taken"),
    "times": ("whole", "exactly so many were taken"),
    "never": ("flag", "no request came"),
    "inOrder": ("order", "exactly these were taken, one after the other"),
}
_WITHIN: Table = {"within": ("duration", "so long after the cause, at the latest")}
_WHICH: Table = {
    "event": ("mapping", "attributes and data that they have"),
    "where": ("text", "CESQL that is true of them"),
    "causedBy": ("text", "the id of an event that the test sends"),
}
EXPECTATIONS: dict[str, Table] = {
    "received": {
        "received": ("texts, required", "a service, several, or any: what they took"),
        **_COUNTED,
        **_WITHIN,
        **_WHICH,
    },
    "deadLettered": {
        "deadLettered": ("texts, required", "whom the dead letters were meant for"),
        "code": ("code", "the status with which it failed at last"),
        "route": ("text", "the trigger or subscription"),
        **_COUNTED,
        **_WITHIN,
        **_WHICH,
    },
    "neverTwice": {
        "neverTwice": ("texts, required", "services that work on no event twice"),
        **_WHICH,
    },
    "noLoss": {"noLoss": ("any of them, required", "nothing was lost"), **_WHICH},
    "noLoop": {"noLoop": ("any of them, required", "nothing came again"), **_WHICH},
    "answered": {
        "answered": ("any of them, required", "ids of events that the test sends"),
        "status": ("list of whole", "what their senders are answered; any 2xx"),
    },
    "endsWithin": {"endsWithin": ("duration, required", "nothing happens after that")},
}
"""What an expectation is about -> what may stand there."""
_VERBS = {"noLoss": "no_loss", "noLoop": "no_loop", "neverTwice": "never_twice"}
"""The verbs of the subjects that have but one."""
_SELECTED = ("type", "id", "source", "subject")
_MANY = 1_000_000


class Expected(Value):
    """What is expected once the run is over.

    Args:
        subject: ``received``, ``deadLettered``, ``neverTwice``, ``noLoss``, ``noLoop``,
            ``answered``, ``endsWithin``.
        services: Whom it is about; empty for all.
        verb: ``once``, ``times``, ``never`` or ``inOrder``; empty for subjects without.
        order: The attributes of each event, for ``inOrder``.
        within: As written; empty for no limit.
        which: What `Which` names, but for ``caused_by``.
        caused_by: The id of an event that is sent; empty for none.
        code: Of dead letters; empty for any.
        route: Of dead letters; empty for any.
        answered: The ids of the events sent whose senders are meant; empty for all.
        statuses: What they are answered; empty for any 2xx.
        ends_ns: When all is over, at the latest.
    """

    path: str
    subject: str
    services: tuple[str, ...] = ()
    verb: str = ""
    number: int = 1
    order: tuple[Mapping[str, str], ...] = ()
    within: str = ""
    which: Mapping[str, Any] = made(default_factory=dict)
    caused_by: str = ""
    code: str = ""
    route: str = ""
    answered: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    ends_ns: int = 0

    def of(self, sim: Simulation) -> Expectation | None:
        """Ask before the run, so that wrong names are found: UnknownAddressError."""
        if self.subject not in _OF_SERVICES:
            return None
        expectation = sim.expect(*self.services)
        if self.subject == "deadLettered":
            code = self.code or None
            return expectation.dead_lettered(code=code, route=self.route)
        return expectation

    def judge(
        self, sim: Simulation, asked: Expectation | None, sent: Sequence[Sent]
    ) -> None:
        """Judge it over the run.

        Raises:
            AssertionError: It is not so; it says what came instead.
            UsageError: It cannot be judged.
        """
        if asked is None:
            self._judge_senders(
                sent
            ) if self.subject == "answered" else self._judge_end(sim)
            return
        which = dict(self.which)
        if self.caused_by:
            which["caused_by"] = next(s for s in sent if s.id == self.caused_by)
        if self.within:
            which["within"] = self.within
        if self.verb == "times":
            asked.times(self.number, **which)
        elif self.verb == "inOrder":
            asked.in_order(self.order, **which)
        else:
            name = _VERBS.get(self.subject, self.verb)
            verb: Callable[..., object] = getattr(asked, name)
            verb(**which)

    def _judge_senders(self, sent: Sequence[Sent]) -> None:
        wrong = [
            f"  {each.event.type} {each.id}: {each.status or each.error or 'no answer'}"
            for each in sent
            if (not self.answered or each.id in self.answered)
            and each.status not in (self.statuses or SUCCESS)
        ]
        if wrong:
            expected = " or ".join(map(str, self.statuses)) or "2xx"
            headline = f"senders: expected the answer {expected}; found"
            raise AssertionError("\n".join([headline, *wrong]))

    def _judge_end(self, sim: Simulation) -> None:
        last = sim.trace[-1] if len(sim.trace) else None
        if last is not None and last.at_ns > self.ends_ns:
            raise AssertionError(
                f"the run: expected its end within {duration_text(self.ends_ns)}; at "
                f"{duration_text(last.at_ns)} came {last.event.type} {last.event.id}"
            )


def parse_expected(fields: Fields, sent: Sequence[str]) -> Expected | None:
    """Read one expectation; None where it does not say what it is about.

    *sent* are the ids of the events that the test sends.
    """
    subjects = [name for name in _SUBJECTS if name in fields]
    if len(subjects) != 1 and (fields.values or not fields.faults):
        found = ", ".join(subjects) or ", ".join(map(str, fields.values)) or "nothing"
        meant = [nearest(str(name), _SUBJECTS) for name in fields.values]
        near = next(filter(None, meant), "") if not subjects else ""
        fields.fault("", f"expected one of {', '.join(_SUBJECTS)}, found {found}{near}")
    if len(subjects) != 1:
        return None
    subject = subjects[0]
    fields.only(EXPECTATIONS[subject])
    verb = _verb(fields) if subject in ("received", "deadLettered") else ""
    if "within" in fields and verb not in ("once", "times"):
        fields.fault("within", "goes with once or times")
    cause = (fields.text("causedBy"),) if "causedBy" in fields else ()
    within = str(fields.get("within")) if fields.duration("within") else ""
    return Expected(
        path=fields.path,
        subject=subject,
        services=_names(fields, subject) if subject in _OF_SERVICES else (),
        verb=verb,
        number=fields.number("times", 0, _MANY, 1),
        order=_order(fields) if verb == "inOrder" else (),
        within=within,
        which=_which(fields),
        caused_by="".join(_known(fields, "causedBy", cause, sent)),
        code=_code(fields),
        route=fields.text("route"),
        answered=_known(fields, subject, _names(fields, subject), sent)
        if subject == "answered"
        else (),
        statuses=_statuses(fields),
        ends_ns=fields.duration("endsWithin"),
    )


def _names(fields: Fields, subject: str) -> tuple[str, ...]:
    """Read names of services, or ids; empty for any."""
    written = fields.get(subject)
    if written is True and subject not in _NAMED:
        return ()
    names = fields.texts(subject)
    if not names and written in ("", []):
        fields.fault(subject, f"expected a name, a list of names, or {ANY}")
    return () if ANY in names else names


def _verb(fields: Fields) -> str:
    said = [name for name in _COUNTED if name in fields]
    if len(said) > 1:
        fields.fault(
            said[1], f"expected one of {', '.join(_COUNTED)}, found {', '.join(said)}"
        )
    verb = said[0] if said else "once"
    if verb in ("once", "never") and said and not fields.flag(verb):
        fields.fault(verb, "expected true")
    return verb


def _which(fields: Fields) -> dict[str, Any]:
    """Read which events: type, id, source and subject, CESQL for the others, and data."""
    which: dict[str, Any] = {}
    event = fields.child("event")
    said = _attributes(event)
    which |= {name: said.pop(name) for name in _SELECTED if name in said}
    condition = parse_condition(fields, "where")
    parts = [] if condition is None else [f"({condition.text})"]
    parts += [f"{name} = {_cesql(text)}" for name, text in said.items()]
    if parts:
        which["where"] = " AND ".join(parts)
    if "data" in event.values:
        which["data"] = event.values["data"]
    return which


def _attributes(event: Fields) -> dict[str, str]:
    for name in event.values:
        if name != "data" and not (
            name.isascii() and name.isalnum() and name.islower()
        ):
            event.fault(
                name, "is no name of an attribute: lower-case letters and digits"
            )
    whole = {n: v for n, v in event.values.items() if n != "data"}
    part = Fields({"event": whole}, event.path.removesuffix(".event"), event.faults)
    return part.texts_by_name("event", folded=False)


def _cesql(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _order(fields: Fields) -> tuple[Mapping[str, str], ...]:
    listed = fields.get("inOrder")
    if not isinstance(listed, list):
        fields.fault("inOrder", "expected a list of types, or of attributes")
        return ()
    items = {f"inOrder[{number}]": each for number, each in enumerate(listed)}
    part = Fields(items, fields.path, fields.faults)
    return tuple(
        {"type": each}
        if isinstance(each, str)
        else part.texts_by_name(at, folded=False)
        for at, each in items.items()
    )


def _known(
    fields: Fields, name: str, ids: tuple[str, ...], sent: Sequence[str]
) -> tuple[str, ...]:
    for each in ids:
        if each not in sent:
            there_are = ", ".join(sent) or "none"
            fields.fault(
                name,
                f"the test sends no event of id {each!r}{nearest(each, sent)} (there are: {there_are})",
            )
    return ids


def _code(fields: Fields) -> str:
    written = fields.get("code")
    text = str(written) if isinstance(written, int | str) else ""
    if "code" in fields and not (text == "-1" or (text.isdecimal() and len(text) == 3)):  # noqa: PLR2004 - digits of a status
        fields.fault("code", f"expected a status such as 503, found {written!r}")
    return text


def _statuses(fields: Fields) -> tuple[int, ...]:
    written = fields.get("status")
    if written is None:
        return ()
    listed = written if isinstance(written, list) else [written]
    items = {
        f"status[{n}]" if listed is written else "status": v
        for n, v in enumerate(listed)
    }
    part = Fields(items, fields.path, fields.faults)
    return tuple(part.number(at, 100, 999, 0) for at in items)
