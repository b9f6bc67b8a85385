"""What exists while reconciling, and how references find it.

`Cluster` is the state of one reconciliation: it knows all resources by key, asks the
owner of a kind for an address, and remembers what was referred to.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from simulator.control.destinations import (
    Reference,
    Resolution,
    absolute,
    join,
    missing_object,
)
from simulator.control.naming import INGRESS_HOST, MESSAGING, SERVING, service_url
from simulator.control.ports import called_port
from simulator.control.service_registry import CORE_SERVICE, KNATIVE_SERVICE
from simulator.errors import nearest
from simulator.urls import host_of, split
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.control.findings import Findings
    from simulator.control.given import Admitted
    from simulator.control.service_registry import Services
    from simulator.resource import ResourceKey
    from simulator.wiring import Hub

_HTTP = ("http", "https")


class Addressables(Protocol):
    """The owner of one or more kinds that have addresses."""

    def address(self, key: ResourceKey) -> Resolution | None:
        """Give the address of a resource.

        Returns:
            None when there is no such resource; a Resolution without a URL and
            without an error when it exists and has no address.
        """
        ...


class _Uri(Value):
    """A `uri` that somebody sends to."""

    url: str
    asker: Admitted
    path: str


class Cluster:
    """All that reconcilers of single kinds share.

    Args:
        admitted: The resources in declaration order.
        services: Who answers requests.
        findings: Takes what authors should know.
        strict: References to services that nobody describes stay unresolved, as on
            a cluster; otherwise a stub answers.
    """

    def __init__(
        self,
        *,
        admitted: Sequence[Admitted],
        services: Services,
        findings: Findings,
        strict: bool,
    ) -> None:
        self.services = services
        self.findings = findings
        self.strict = strict
        self.resources = {each.key: each for each in admitted}
        self.dead_letters: list[tuple[Admitted, str, str]] = []
        self._addressables: dict[tuple[str, str], Addressables] = {}
        self._uris: list[_Uri] = []
        self._declared_hosts: dict[str, None] = {}
        self.stood_for: dict[ResourceKey, str] = {}

    def give_addresses(self, group: str, kind: str, owner: Addressables) -> None:
        """Name who knows the addresses of a kind."""
        self._addressables[(group, kind)] = owner

    def names_of(self, key: ResourceKey) -> Sequence[str]:
        """Give the names of all resources of the kind and namespace of *key*."""
        return self._names.get(key[:3], ())

    @cached_property
    def _names(self) -> Mapping[tuple[str, str, str], Sequence[str]]:
        """Group, kind and namespace -> the names that are declared there."""
        names: dict[tuple[str, str, str], list[str]] = {}
        for key in self.resources:
            names.setdefault(key[:3], []).append(key.name)
        return names

    def resolve(
        self, destination: Mapping[str, Any], asker: Admitted, path: str
    ) -> Resolution:
        """Turn a Destination of *asker*, which stands at *path*, into a URL.

        What does not resolve is a finding, too.
        """
        uri = destination.get("uri")
        ref = destination.get("ref")
        if isinstance(ref, dict):
            reference = Reference.of(ref, asker.namespace)
            found = self._refer(reference, asker, f"{path}.ref")
            if found.url is None or uri is None:
                return found
            found = join(found.url, str(uri))
        elif uri is not None:
            found = absolute(str(uri))
            if found.url is not None:
                self._uris.append(_Uri(url=found.url, asker=asker, path=f"{path}.uri"))
        else:
            found = Resolution(
                error="destination missing Ref and URI, expected at least one"
            )
        if found.url is None:
            self.findings.warn(asker, "unresolved", found.error, path)
            return found
        return Resolution(url=_sanitized(found.url))

    def resolve_dead_letter_sink(
        self, destination: Mapping[str, Any], asker: Admitted, path: str
    ) -> Resolution:
        """Resolve a dead letter sink and remember who declared it."""
        found = self.resolve(destination, asker, path)
        if found.url is not None:
            self.dead_letters.append((asker, path, found.url))
        return found

    def report_missing(
        self, asker: Admitted, key: ResourceKey, path: str, effect: str = ""
    ) -> None:
        """Say that a resource that *asker* refers to is not there."""
        hint = self.elsewhere(key) or nearest(key.name, self.names_of(key))
        self.findings.warn(
            asker,
            "unresolved",
            f"there is no {key.kind} {key.name!r} in namespace {key.namespace!r}"
            f"{hint}{effect}",
            path,
        )

    def elsewhere(self, key: ResourceKey) -> str:
        """Say where else there is one of this kind and name, as the end of a sentence."""
        home = self._homes.get((key.group, key.kind, key.name))
        return f"; there is one in namespace {home!r}" if home else ""

    @cached_property
    def _homes(self) -> Mapping[tuple[str, str, str], str]:
        """Group, kind and name -> the first namespace where it is declared."""
        homes: dict[tuple[str, str, str], str] = {}
        for key in self.resources:
            homes.setdefault((key.group, key.kind, key.name), key.namespace)
        return homes

    def kind_of_channel(self, namespace: str, name: str) -> str | None:
        """Give the kind of the declared channel of this name, generic ones first."""
        return self._channel_kinds.get((namespace, name))

    @cached_property
    def _channel_kinds(self) -> Mapping[tuple[str, str], str]:
        """Namespace and name -> the kind of the channel that is meant."""
        kinds: dict[tuple[str, str], str] = {}
        for key in self.resources:
            if key.group == MESSAGING and key.kind.endswith("Channel"):
                kinds.setdefault(key[2:], key.kind)
                if key.kind == "Channel":
                    kinds[key[2:]] = key.kind
        return kinds

    def answer(self, url: str) -> None:
        """Let somebody answer at the address of what is declared but not simulated."""
        self._declared_hosts.setdefault(host_of(url))

    def settle_uris(self, hubs: Sequence[Hub]) -> None:
        """Find who answers for each `uri`, once all addresses are known."""
        for host in self._declared_hosts:
            if not self.services.use_host(host):
                self.services.stub_host(host)
        urls = {hub.url for hub in hubs}
        hosts = {host_of(url) for url in urls}
        for sent in self._uris:
            host = host_of(sent.url)
            if host == INGRESS_HOST and sent.url.rstrip("/") not in urls:
                self.findings.warn(
                    sent.asker,
                    "unresolved",
                    f"the ingress knows no broker at {sent.url}; it answers 404",
                    sent.path,
                )
            if host in hosts or host == INGRESS_HOST:
                continue
            self._check_port(sent)
            if self.services.use_host(host):
                continue
            if self.strict:
                self.findings.warn(
                    sent.asker,
                    "unknown-host",
                    f"no service of this topology has the host {host!r}; requests to "
                    "it fail with no such host",
                    sent.path,
                )
                continue
            if not self.services.stub_host(host):
                continue
            self.findings.warn(
                sent.asker,
                "stub",
                f"nothing here answers for the host {host!r}; a stub accepts with 202 "
                f"(a service can claim it: hosts: [{host}])",
                sent.path,
            )

    def _check_port(self, sent: _Uri) -> None:
        """Say that a `uri` calls a port that the Service behind its host has not."""
        parts = split(sent.url)
        try:
            port = called_port(parts.scheme, parts.port)
        except ValueError:  # no number, or none of a port: the webhook says so
            return
        why = self.services.refusal(host_of(sent.url), port)
        if why:
            self.findings.warn(
                sent.asker,
                "port-not-served",
                f"this calls port {port} of {host_of(sent.url)}: {why}; on a cluster "
                "the connection is refused",
                sent.path,
            )

    def _refer(self, ref: Reference, asker: Admitted, path: str) -> Resolution:
        key = ref.key
        if key[:2] in {CORE_SERVICE, KNATIVE_SERVICE}:
            return self._refer_to_service(ref, asker, path)
        owner = self._addressables.get(key[:2])
        found = owner.address(key) if owner is not None else None
        if found is None and key in self.resources:
            found = self._address_of_other(key, asker, path)
        if found is None:
            self.report_missing(asker, key, path)
            return Resolution(error=missing_object(key))
        if found.url is not None and not ref.address:
            return found
        if found.url is not None:
            error = f'address with name "{ref.address}" not found for {ref}'
        else:
            error = found.error or f"address not set for {ref}"
        self.findings.warn(asker, "no-address", self._why_no_address(ref), path)
        return Resolution(error=error)

    def _address_of_other(
        self, key: ResourceKey, asker: Admitted, path: str
    ) -> Resolution:
        """Let a stub stand for what is not simulated and may have an address."""
        from simulator.control.others import url_of_other  # few refer to such

        url = url_of_other(key)
        if url is None:
            return Resolution()
        if key not in self.stood_for and key.group != SERVING:
            self.findings.warn(
                asker,
                "stub",
                f"only its controller knows the address of the {key.kind} {key.name!r}; "
                f"a stub accepts with 202 (a service can claim it: hosts: "
                f"[{host_of(url)}])",
                path,
            )
        self.stood_for[key] = url
        self.answer(url)
        return Resolution(url=url)

    def _refer_to_service(
        self, ref: Reference, asker: Admitted, path: str
    ) -> Resolution:
        kind = ref.key[:2]
        services = self.services
        known = (
            services.declared(kind, ref.namespace, ref.name)
            or services.description(ref.namespace, ref.name) is not None
            or (kind == CORE_SERVICE and services.exists(ref.namespace, ref.name))
        )
        if not known:
            what = "Knative Service" if ref.key.group == SERVING else "Service"
            where = f"{ref.name!r} in namespace {ref.namespace!r}"
            if self.strict:
                hint = services.nearest(ref.namespace, ref.name)
                self.findings.warn(
                    asker, "unresolved", f"there is no {what} {where}{hint}", path
                )
                return Resolution(error=missing_object(ref.key))
            if not services.in_use(ref.namespace, ref.name):
                hint = services.nearest(ref.namespace, ref.name)
                self.findings.warn(
                    asker,
                    "stub",
                    f"nobody describes the {what} {where}; a stub accepts with 202"
                    f"{hint}",
                    path,
                )
        services.refer(ref.namespace, ref.name)
        return Resolution(url=service_url(ref.name, ref.namespace))

    def _why_no_address(self, ref: Reference) -> str:
        if ref.address:
            return f"{ref.kind} {ref.name!r} has no address named {ref.address!r}"
        if ref.key[:2] in self._addressables:
            return f"{ref.kind} {ref.name!r} has no address, because it is not ready"
        return (
            f"a {ref.kind} has no address; refer to a Service in front of it, or to "
            "its uri"
        )


def _sanitized(url: str) -> str:
    """Rewrite a URL that is not HTTP as the dispatcher does; the path is lost.

    Source: knative-resources 2.2; E:pkg/kncloudevents/event_dispatcher.go sanitizeURL.
    """
    parts = split(url)
    if parts.scheme in _HTTP:
        return url
    return f"http://{parts.netloc}/"
