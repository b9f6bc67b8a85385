"""What is sent, and where to: events and addresses as a caller writes them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.errors import UnknownAddressError, UsageError
from simulator.event import Event, valid_event
from simulator.kernel.envelope import known_valid
from simulator.nodes import Role, role_of
from simulator.resource import DEFAULT_NAMESPACE
from simulator.session.arguments import (
    expect,
    expect_callable,
    expect_texts,
    expect_whole,
    unexpected,
    wait_ns,
)
from simulator.session.journal import journaled
from simulator.session.views import Sent
from simulator.urls import parse
from simulator.wiring import why_not_ready

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import TypedDict, Unpack

    from cloudevents.core.v1.event import CloudEvent

    from simulator.duration import Duration
    from simulator.kernel import Addresses, Sender, Target
    from simulator.session.outside import Outside
    from simulator.session.run import Run

    class Described(TypedDict, total=False):
        """The attributes of an event that CloudEvents names; ``type`` must be there.

        A time is RFC 3339, or a datetime.
        """

        type: str
        id: str
        source: str
        subject: str
        time: str | datetime
        dataschema: str
        datacontenttype: str
        specversion: str


class Outbox:
    def __init__(self, run: Run, target: Callable[[str], Target]) -> None:
        self._run = run
        self._target = target
        self._described = 0  # events that were made of attributes
        self._posted = 0
        self._open: dict[int, Sent] = {}  # what was posted, and is not answered yet

    @journaled
    def send(
        self,
        event: CloudEvent | Event | None = None,
        /,
        *,
        to: str = "",
        data: object = None,
        headers: Mapping[str, str] | None = None,
        after: Duration | None = None,
        timeout: Duration | None = None,
        as_: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        **named: Unpack[Described],
    ) -> Sent:
        """Send an event; it is posted when the run goes on.

        Args:
            event: A CloudEvent; otherwise the attributes make one, with an id and a
                source filled in.
            to: ``broker/default``, ``channel/audit``, ``service/pricing`` … or a URL;
                the only broker, when there is one.
            data: Of the event: JSON values, text or bytes.
            headers: HTTP headers that the sender sets.
            after: How long from now: ISO 8601 or ``500ms``, seconds, or a timedelta.
            timeout: How long the sender waits before it hangs up.
            as_: The service account that sends, ``app`` or ``shop/app``, where
                authentication-oidc is on.
            attributes: Of the event: extensions, text, integers or booleans.
            **named: Attributes, too: ``type``, ``id``, ``source``, ``subject`` … Extensions
                are taken as well, but checkers of types do not know them.

        Raises:
            EventError: It is no valid event.
            UnknownAddressError: Nothing has this address.
            UsageError: A duration is none, or both an event and attributes are given.
        """
        described = merged(attributes, named)
        run = self._run
        if event is None:
            number = self._described + 1
            made = described_event(described, data, number)
            self._described = number
        elif described or data is not None:
            raise UsageError("send an event, or its attributes and data, not both")
        else:
            made = given_event(event)
        target = self._target(to)
        run.begun = True
        after_ns = 0 if after is None else wait_ns(after, "after")
        sender = run.post(
            target,
            made,
            after_ns,
            headers=_signed(headers, as_, target),
            timeout_ns=None if timeout is None else wait_ns(timeout, "timeout"),
        )
        return Sent(sender, run.now_ns + after_ns)

    @journaled
    def post(
        self,
        url: str,
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        body: bytes | str = b"",
        after: Duration | None = None,
        timeout: Duration | None = None,
        as_: str | None = None,
        then: Callable[[Sent], None] | None = None,
        refused: tuple[int, str] | None = None,
    ) -> Sent:
        """Send an HTTP request as it stands, event or not, to a URL or short address.

        What is no valid event is refused with Knative's status. *then* is called when
        there is an answer, and *refused* says that the server refuses it whatever it is:
        with which status, and why. The rest is as for `send`.

        Raises:
            UnknownAddressError: Nothing has this address.
            UsageError: A duration is none.
        """
        run = self._run
        if then is not None:
            expect_callable(then, "then", "a function that takes what was sent")
        target = self._target(url)
        run.begun = True
        at_ns = run.now_ns + (0 if after is None else wait_ns(after, "after"))
        kernel = run.kernel
        assert kernel is not None, "who posts has a target"
        sender = kernel.post(
            target,
            expect(method, str, "method", "text such as 'POST'").upper(),
            _signed(headers, as_, target) or {},
            _bytes_of(body),
            at_ns=at_ns,
            timeout_ns=None if timeout is None else wait_ns(timeout, "timeout"),
            refused=None if refused is None else _refusal(refused),
        )
        self._posted += 1
        sent = Sent(sender, at_ns, self._posted)
        sent.then = then
        self._open[sent.number] = sent
        sender.then = partial(self._answered, sent)
        return sent

    def _answered(self, sent: Sent, sender: Sender) -> None:
        del self._open[sent.number]
        then, sent.then, sender.then = sent.then, None, None
        if then is not None:
            then(sent)

    @journaled
    def hang_up(self, number: int) -> None:
        """Let the sender of what was posted hang up, unless it has its answer.

        Everything behind the request ends, and what waits for it; see `Sent.number`.

        Source: knative-runtime, "Shape of one delivery" [22].
        """
        expect_whole(number, "number", "that of what was posted", least=0)
        sent = self._open.get(number)
        if sent is not None:
            self._run.running().hang_up(sent.sender)

    @journaled
    def answer(
        self,
        number: int,
        status: int = 0,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | str = b"",
        failure: str | None = None,
        detail: str | None = None,
    ) -> None:
        """Say what a real service has answered to one of the requests of a live run.

        Args:
            number: Of all requests to real services, from 1, as they were made.
            status: Of the answer; 0 where the connection failed.
            headers: Of the answer.
            body: Likewise.
            failure: How the connection failed, such as ``refused``.
            detail: What the trace says beside the status.

        Raises:
            UsageError: There was no such request, or is no such failure; the run is not
                live.
        """
        self.outside().answer(
            number, status, headers=lower_case(headers), body=_bytes_of(body), failure=failure,
            detail=detail,
        )  # fmt: skip

    @journaled
    def log_line(self, node: str, text: str) -> None:
        """Write down what a program that plays a service or source has said, in a live run."""
        self._run.begun = True
        self.outside().log_line(expect(node, str, "node", "a node"), text)

    def outside(self) -> Outside:
        """Give the requests that real services are to answer.

        Raises:
            UsageError: The run is not live.
        """
        found = self._run.outside
        if found is None:
            raise UsageError("the run is not live; Simulation(…, live=True) is")
        return found


def _refusal(given: object) -> tuple[int, str]:
    match given:
        case (int(status), str(why)):
            return status, why
    raise unexpected("refused", "a status and why, such as (413, 'too large')", given)


def _bytes_of(body: object) -> bytes:
    if isinstance(body, str):
        try:
            return body.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raise unexpected("body", "text that UTF-8 can hold", body) from None
    return expect(body, bytes, "body", "bytes, or text")


def _signed(
    headers: Mapping[str, str] | None, account: str | None, target: Target
) -> dict[str, str] | None:
    given = lower_case(headers) if headers else None
    if account is None:
        return given
    from simulator.access import account_fault  # few say who sends

    expect(account, str, "as_", "a service account such as 'default/app'")
    fault = account_fault(account)
    if fault:
        raise UsageError(f"as_: {fault}")
    token = token_for(target, account, DEFAULT_NAMESPACE)
    return {**token, **(given or {})}


def token_for(target: Target, account: str, namespace: str) -> dict[str, str]:
    """Give the header with which an account sends; empty where nobody asks for it.

    *account* is ``NAME`` in *namespace*, ``NAMESPACE/NAME`` or a subject.
    """
    audience = None if target.guard is None else target.guard.audience
    if audience is None:
        return {}
    from simulator.access import AUTHORIZATION, bearer, subject_of  # likewise

    return {AUTHORIZATION: bearer(subject_of(account, namespace), audience)}


def merged(
    attributes: Mapping[str, Any] | None, named: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Put attributes together; UsageError where one is given twice."""
    if attributes is None:
        return named
    if not isinstance(attributes, Mapping):
        raise unexpected("attributes", "a mapping of names to values", attributes)
    twice = [name for name in named if name in attributes]
    if twice:
        raise UsageError(f"attributes: {twice[0]!r} is given by name, too")
    return {**named, **attributes}


def given_event(event: CloudEvent | Event) -> Event:
    """Take an event as it is now, or raise EventError."""
    if isinstance(event, Event):
        return event
    from simulator.event.sdk import event_of, is_cloud_event  # the SDK

    if not is_cloud_event(event):
        raise UsageError(
            f"expected a CloudEvent, found {event!r}; or send(type=…, data=…)"
        )
    return known_valid(valid_event(event_of(event)))


def valid_given(event: CloudEvent | Event) -> Event:
    """Take an event as it is now, if it is a valid one, or raise EventError."""
    return valid_event(given_event(event))


def described_event(attributes: Mapping[str, Any], data: object, number: int) -> Event:
    """Make an event of its attributes; *number*, from 1, makes the id.

    Raises:
        EventError: It is no valid event.
        UsageError: It has no type.
    """
    from simulator.event.sdk import new_event  # the SDK

    if "type" not in attributes:
        raise UsageError("send(type=…, …): an event needs a type")
    filled = {"id": f"event-{number}", "source": "/kn-sim", **attributes}
    return known_valid(new_event(filled, data))


def look_up(addresses: Addresses, to: str) -> Target:
    """Find an address, empty for the only broker, or raise UnknownAddressError."""
    expect(to, str, "to", "an address such as 'broker/default'")
    wiring = addresses.wiring
    named = wiring.addresses
    url = addresses.book.url_of(to) if to else _only_hub(named)
    if url is None:
        raise UnknownAddressError(to, named, why_not_ready(wiring))
    try:
        parse(to)
        return addresses.target(url)
    except UnknownAddressError as error:
        why = why_not_ready(wiring)
        raise UnknownAddressError(error.address, error.valid, why) from None
    except ValueError:  # such as http://[
        raise UnknownAddressError(to, named) from None


def _only_hub(addresses: Mapping[str, str]) -> str | None:
    if "broker/default" in addresses:
        return addresses["broker/default"]
    brokers = [name for name in addresses if role_of(name) is Role.BROKER]
    hubs = brokers or [name for name in addresses if role_of(name) is not Role.SERVICE]
    return addresses[hubs[0]] if len(hubs) == 1 else None


def lower_case(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Give headers with lower-case names; UsageError where they are no texts."""
    if headers is None:
        return {}
    expect_texts(headers, "headers", "a mapping of names to texts")
    return {name.lower(): value for name, value in headers.items()}
