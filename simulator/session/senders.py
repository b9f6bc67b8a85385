"""Filters that let nothing pass of what is known to be sent there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import closest
from simulator.event_types import KIND as DECLARING
from simulator.filters import Verdict
from simulator.filters.form import ANY, Form, judged
from simulator.wiring import Finding, HubKind, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.control import Admitted
    from simulator.graph.steps import Ask, Steps
    from simulator.kernel import AddressBook
    from simulator.resource import ResourceKey
    from simulator.subscribers.source_spec import SourceSpec
    from simulator.wiring import Hub, Route, Source

_MOST_FORMS = 500
_MOST_JUDGED = 100_000  # a filter by an event
_NEAR = 0.9  # order.placed and order.priced are two types, and no slip
_SHOWN = 3  # types in one message
_DECLARED = ("type", "source")
_PING = "dev.knative.sources.ping"


def unsent_findings(
    book: AddressBook,
    steps: Steps,
    ask: Ask,
    sources: Mapping[str, SourceSpec],
    admitted: Mapping[ResourceKey, Admitted],
) -> Iterator[Finding]:
    """Tell of each trigger that no event known to come to its broker passes.

    Only where a source or a declaration says what comes from outside, and all of it is
    known: nothing is said beside code that nobody can read. Others may send: that is
    possible only, a warning where a type is nearly that of an event that comes.

    Source: knative-runtime, Filters.
    """
    hubs = {hub.node: hub for hub in book.wiring.hubs}
    outer = [
        *((node, form) for node, form, _ in source_forms(book, sources)),
        *declared_forms(hubs, admitted),
    ]
    if not outer:
        return
    inner = [
        *((node, form) for node, form, _ in posted_forms(book, ask)),
        *((node, ANY) for node in _unknown(book)),
    ]
    coming = _coming(hubs, steps, [*outer, *inner])
    reached = {node for node, _ in outer}
    for hub in book.wiring.hubs:
        forms = coming.get(hub.node, ())
        if (
            hub.node not in reached
            or not forms
            or any(f.opaque or f.key == ANY.key for f in forms)
        ):
            continue
        if len(forms) * len(hub.routes) > _MOST_JUDGED:
            continue
        for route in hub.routes:
            about = admitted.get(route.resource)
            if about is not None and _all_fail(route, forms):
                yield _finding(hub, route, forms, about)


def sent_forms(
    book: AddressBook,
    ask: Ask,
    sources: Mapping[str, SourceSpec],
    admitted: Mapping[ResourceKey, Admitted],
) -> Iterator[Form]:
    """Give what is known of each event that is sent: by sources, services, replies."""
    hubs = {hub.node: hub for hub in book.wiring.hubs}
    yield from (form for _, form, _ in source_forms(book, sources))
    yield from (form for _, form in declared_forms(hubs, admitted))
    yield from (form for _, form, _ in posted_forms(book, ask))
    for endpoint in book.wiring.endpoints:
        replies = (came.reply for came in ask(endpoint, ANY))
        yield from (form for form in replies if form is not None)


def _all_fail(route: Route, forms: Sequence[Form]) -> bool:
    if route.filter is None or not (route.filter.required or route.filter.prefixes):
        return False
    return all(judged(form, route.filter)[0] is Verdict.FAIL for form in forms)


def _finding(hub: Hub, route: Route, forms: Sequence[Form], about: Admitted) -> Finding:
    assert route.filter is not None, "it lets something fail"
    needs = {**route.filter.prefixes, **route.filter.required}
    path = "spec.filters" if about.spec.get("filters") else "spec.filter"
    subject, where = str(about.resource), str(about.resource.position(path))
    none = f"none of the events that are known to come to {hub.node}"
    for name in needs:
        if all(form.tells(name) and name not in form.known for form in forms):
            return Finding(
                severity=Severity.NOTE,
                code="unset-attribute",
                subject=subject,
                message=f"{none} has {name!r}",
                where=where,
                path=path,
                possible=True,
            )
    types = sorted({form.known["type"] for form in forms if "type" in form.known})
    near = closest(needs.get("type", ""), types, _NEAR)
    listed = ", ".join(types[:_SHOWN]) + (", …" if len(types) > _SHOWN else "")
    meant = f"; did you mean {near!r}?" if near else ""
    return Finding(
        severity=Severity.WARNING if near else Severity.NOTE,
        code="nobody-sends",
        subject=subject,
        message=f"{none} passes ({listed}){meant}",
        where=where,
        path=path,
        possible=True,
        fix=f"write {near!r}" if near else "",
    )


def _coming(
    hubs: Mapping[str, Hub], steps: Steps, waiting: list[tuple[str, Form]]
) -> dict[str, list[Form]]:
    """Give each hub the forms of what is known to come to it, and of what follows."""
    found: dict[str, list[Form]] = {}
    seen: set[tuple[str, object]] = set()
    for node, form in waiting:  # grows
        if node not in hubs or (node, form.key) in seen:
            continue
        seen.add((node, form.key))
        if len(seen) > _MOST_FORMS:
            return {}
        found.setdefault(node, []).append(form)
        waiting += [(step.to.node, step.event) for step in steps.of(hubs[node], form)]
    return found


def source_forms(
    book: AddressBook, sources: Mapping[str, SourceSpec]
) -> Iterator[tuple[str, Form, str]]:
    """Give the hub that each source sends to, what is known of its events, its node."""
    for source in book.wiring.sources:
        if source.sink:
            yield book.find(source.sink).hub, _form(source, sources), source.node


def _form(source: Source, sources: Mapping[str, SourceSpec]) -> Form:
    """Give what is known of the events of a source; that of unknown ones is open."""
    known = {**source.attributes, **source.overrides}
    spec = sources.get(source.generator or "")
    if spec is None:
        if source.schedule:
            known["type"] = _PING
        return Form(known=known)
    open_ = spec.replay or spec.record is not None or spec.life is not None
    if open_ or spec.program is not None:
        return ANY
    named = {"source": f"/{source.generator}", "type": f"{source.generator}.event"}
    event = {n: str(v) for n, v in spec.event.items() if not n.startswith("data")}
    loose = tuple(n for n in spec.event if n.startswith("data"))
    known = {**named, **source.attributes, **event, **source.overrides}
    return Form(
        known=known, loose=("datacontenttype", "dataschema", *loose), closed=True
    )


def posted_forms(book: AddressBook, ask: Ask) -> Iterator[tuple[str, Form, str]]:
    """Give the hubs that services post to whatever comes, with what, and their nodes."""
    for endpoint in book.wiring.endpoints:
        for came in ask(endpoint, ANY) if endpoint.emits else ():
            for post in came.posts:
                url = book.wiring.addresses.get(post.to, post.to)
                if "://" in url:
                    yield book.find(url).hub, post.event, endpoint.node


def declared_forms(
    hubs: Mapping[str, Hub], admitted: Mapping[ResourceKey, Admitted]
) -> Iterator[tuple[str, Form]]:
    """Give what resources declare that comes to brokers and channels."""
    for each in admitted.values():
        if each.key.kind == DECLARING:
            known = {n: str(each.spec[n]) for n in _DECLARED if each.spec.get(n)}
            for node, hub in hubs.items():
                if hub.namespace == each.key.namespace and _is_named(hub, each.spec):
                    yield node, Form(known=known)


def _is_named(hub: Hub, spec: Mapping[str, Any]) -> bool:
    reference = spec.get("reference")
    if not reference:
        return hub.kind is HubKind.BROKER and hub.name == spec.get("broker")
    kind, name = reference.get("kind"), reference.get("name")
    return (hub.resource.kind, hub.name) == (kind, name)


def _unknown(book: AddressBook) -> Iterator[str]:
    """Give the hubs that replies of stubs may come to."""
    for hub in book.wiring.hubs:
        for route in hub.routes:
            endpoint = book.find(route.subscriber).endpoint
            if route.reply and endpoint is not None and endpoint.stub:
                yield book.find(route.reply).hub
