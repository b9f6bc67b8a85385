"""What exists while reconciling, and how references find it.

`Cluster` is the state of one reconciliation: it knows all resources by key, asks the
controller of a kind for an address, and remembers what was referred to.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from simulator.control.authorization import Authorization
from simulator.control.destinations import (
    Reference,
    Resolution,
    absolute,
    foreign,
    join,
    missing_object,
    unlisted,
)
from simulator.control.naming import SERVING, service_url
from simulator.control.service_registry import CORE_SERVICE, SERVED
from simulator.errors import nearest, with_article
from simulator.resource import name_fault
from simulator.urls import host_of, split
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from simulator.control.conditions import ConditionSet
    from simulator.control.configuration import Configuration
    from simulator.control.given import Admitted, Findings
    from simulator.control.hubs import FlowState, HubState, Topic
    from simulator.control.service_registry import Services
    from simulator.filters import Filter
    from simulator.profiles import Profile
    from simulator.resource import ResourceKey
    from simulator.wiring import Condition

_HTTP = ("http", "https")


def _encrypted(url: str | None) -> str | None:
    """Source: knative-resources 2.2, rule 3."""
    return url and url.replace("http:", "https:", 1)


class Controller(Protocol):
    @property
    def hub(self) -> Callable[[Admitted, Cluster], HubState] | None: ...

    @property
    def address(self) -> Callable[[Admitted, Cluster], Resolution] | None: ...

    @property
    def sends(self) -> bool: ...

    @property
    def versions(self) -> tuple[str, ...]: ...

    @property
    def guessed_url(self) -> Callable[[ResourceKey], str] | None:
        """Gives one at which a stub answers, where only its controller knows it."""


class Uri(Value):
    url: str
    asker: Admitted
    path: str


class Cluster:
    """All that the controllers of single kinds share.

    Args:
        strict: References to services that nobody describes stay unresolved, as on
            a cluster; otherwise a stub answers.

    Attributes:
        conditions: Of what has been reconciled so far.
        flows: What flows are lowered to.
        filters: Those that are compiled, by how they are spelt.
        answering: Hosts of what is declared but not simulated, where somebody answers.
        topics: Of Kafka, by name; of one name in different clusters there are several.
        asked_for: Resources that play no part of their own, and that others read.
    """

    def __init__(
        self,
        *,
        admitted: Sequence[Admitted],
        controllers: Callable[[str, str], Controller],
        services: Services,
        configuration: Configuration,
        findings: Findings,
        played_by: Profile | None,
        strict: bool,
    ) -> None:
        self.services = services
        self.configuration = configuration
        self.findings = findings
        self.played_by = played_by
        self.strict = strict
        self.resources = {each.key: each for each in admitted}
        self.dead_letters: list[tuple[Admitted, str, str]] = []
        self.conditions: dict[ResourceKey, ConditionSet] = {}
        self.hubs: dict[ResourceKey, HubState] = {}
        self.flows: dict[ResourceKey, FlowState] = {}
        self.filters: dict[str, Filter] = {}
        self._controllers = controllers
        self.authorization = Authorization(
            configuration, lambda key: self._controller(key).sends
        )
        self._busy: dict[ResourceKey, None] = {}
        self.answering: dict[str, None] = {}
        self.asked_for: dict[ResourceKey, None] = {}
        self.created: dict[ResourceKey, None] = {}
        self.uris: list[Uri] = []
        self.stood_for: dict[ResourceKey, str] = {}
        self.topics: dict[str, list[Topic]] = {}

    def hub(self, key: ResourceKey) -> HubState | None:
        """Give a broker or channel, made when it is first asked for; None for none."""
        if key not in self.hubs:
            admitted = self.resources.get(key)
            make = None if admitted is None else self._controller(key).hub
            if admitted is None or make is None:
                return None
            self._busy[key] = None
            self.hubs[key] = make(admitted, self)
            del self._busy[key]
        return self.hubs[key]

    def declared_hub(self, key: ResourceKey) -> HubState | None:
        """Give a hub of the topology, unless it is being made and waits for itself."""
        there = key in self.resources and key not in self._busy
        return self.hub(key) if there else None

    def read(self, key: ResourceKey) -> Admitted | None:
        """Give a resource that plays no part of its own; None for none."""
        found = self.resources.get(key)
        if found is not None:
            self.asked_for.setdefault(key)
        return found

    def create(self, made: Iterable[Admitted]) -> list[Admitted]:
        """Put in what a controller makes; give what of it has a name that was free."""
        setdefault = self.resources.setdefault
        created = [each for each in made if setdefault(each.key, each) is each]
        self.created.update(dict.fromkeys(each.key for each in created))
        return created

    def ready_of(self, key: ResourceKey) -> Condition | None:
        conditions = self.conditions.get(key)
        return None if conditions is None else conditions.ready

    def _controller(self, key: ResourceKey) -> Controller:
        return self._controllers(key.group, key.kind)

    def names_of(self, key: ResourceKey) -> Sequence[str]:
        return self._names.get(key[:3], ())

    @cached_property
    def _names(self) -> Mapping[tuple[str, str, str], Sequence[str]]:
        names: dict[tuple[str, str, str], list[str]] = {}
        for key in self.resources:
            names.setdefault(key[:3], []).append(key.name)
        return names

    def resolve(
        self,
        destination: Mapping[str, Any],
        asker: Admitted,
        path: str,
        *,
        dispatched: bool = True,
    ) -> Resolution:
        """Turn a Destination into a URL; what does not resolve is a finding, too.

        Args:
            destination: A `ref`, a `uri`, or both.
            asker: Whose it is.
            path: Where it stands there.
            dispatched: A dispatcher of Knative sends to it, no client of its own.
        """
        uri = destination.get("uri")
        ref = destination.get("ref")
        if isinstance(ref, dict):
            reference = Reference.of(ref, asker.namespace)
            found = self._refer(reference, asker, f"{path}.ref")
            if reference.key[:2] == CORE_SERVICE and destination.get("CACerts"):
                found = found.replace(url=_encrypted(found.url))
            if found.url is None or uri is None:
                return self._for_audience(found, destination)
            audience = found.audience
            found = join(found.url, str(uri)).replace(audience=audience)
        elif uri is not None:
            found = absolute(str(uri))
            if found.url is not None:
                self.uris.append(Uri(url=found.url, asker=asker, path=f"{path}.uri"))
        else:
            found = Resolution(
                error="destination missing Ref and URI, expected at least one"
            )
        if found.url is None:
            self.findings.warn(asker, "unresolved", found.error, path)
            return found
        if split(found.url).scheme in _HTTP:
            return self._for_audience(found, destination)
        return foreign(self.findings, found.url, asker, path, dispatched=dispatched)

    def _for_audience(
        self, found: Resolution, destination: Mapping[str, Any]
    ) -> Resolution:
        """Source: knative-resources 2.2, step 5."""
        named = destination.get("audience")
        if not named or not self.authorization.on or found.url is None:
            return found
        return found.replace(audience=str(named))

    def resolve_dead_letter_sink(
        self, destination: Mapping[str, Any], asker: Admitted, path: str
    ) -> Resolution:
        found = self.resolve(destination, asker, path)
        if found.url is not None:
            self.dead_letters.append((asker, path, found.url))
        return found

    def report_missing(
        self, asker: Admitted, key: ResourceKey, path: str, effect: str = ""
    ) -> None:
        hint = self.elsewhere(key) or nearest(key.name, self.names_of(key))
        self.findings.warn(
            asker,
            "unresolved",
            f"there is no {key.kind} {key.name!r} in namespace {key.namespace!r}"
            f"{hint}{effect}",
            path,
        )

    def elsewhere(self, key: ResourceKey) -> str:
        home = self._homes.get((key.group, key.kind, key.name))
        return f"; there is one in namespace {home!r}" if home else ""

    @cached_property
    def _homes(self) -> Mapping[tuple[str, str, str], str]:
        homes: dict[tuple[str, str, str], str] = {}
        for key in self.resources:
            homes.setdefault((key.group, key.kind, key.name), key.namespace)
        return homes

    def is_unserved(self, ref: Reference, asker: Admitted, path: str) -> bool:
        """Tell whether nobody serves a kind in the version of a reference, and report it."""
        served = SERVED.get(ref.key[:2]) or self._controller(ref.key).versions
        if not served or ref.api_version in served or ref.group:
            return False
        what = f"nobody serves {ref.api_version or 'it without an apiVersion'}"
        expected = f"{what}; expected {' or '.join(served)}"
        self.findings.warn(asker, "unresolved", expected, path)
        return True

    def _refer(self, ref: Reference, asker: Admitted, path: str) -> Resolution:
        key = ref.key
        if self.is_unserved(ref, asker, path):
            return Resolution(error=unlisted(ref))
        if key[:2] in SERVED:
            return self._refer_to_service(ref, asker, path)
        found = self._address(key)
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

    def _address(self, key: ResourceKey) -> Resolution | None:
        """Give the address of a resource; None also while it waits for itself."""
        if key in self._busy:
            return Resolution()
        hub = self.hub(key)
        if hub is not None:
            return Resolution(url=hub.url, audience=hub.audience)
        admitted = self.resources.get(key)
        if admitted is None:
            return None
        controller = self._controller(key)
        if controller.address is None:
            return None
        self._busy[key] = None
        found = controller.address(admitted, self)
        del self._busy[key]
        if found.url is None or found.audience is not None:
            return found
        return found.replace(audience=self.authorization.audience(key))

    def _address_of_other(
        self, key: ResourceKey, asker: Admitted, path: str
    ) -> Resolution:
        guess = self._controller(key).guessed_url
        if guess is None:
            return Resolution()
        url = guess(key)
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
        self.answering.setdefault(host_of(url))
        return Resolution(url=url)

    def _refer_to_service(
        self, ref: Reference, asker: Admitted, path: str
    ) -> Resolution:
        kind = ref.key[:2]
        services = self.services
        wrong = name_fault(*kind, ref.name)
        if wrong:
            text = f"in a cluster no Service has this name: {wrong}"
            self.findings.warn(asker, "refused-name", text, path)
        declared = services.declared(kind, ref.namespace, ref.name)
        if not declared and services.declared_as_core(kind, ref.namespace, ref.name):
            self.findings.warn(
                asker,
                "unresolved",
                f"there is no Knative Service {ref.name!r} in namespace "
                f"{ref.namespace!r}; the Service of this name is of apiVersion v1",
                path,
            )
            return Resolution(error=missing_object(ref.key))
        known = (
            declared
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
        controller = self._controller(ref.key)
        if controller.hub or controller.address:
            return f"{ref.kind} {ref.name!r} has no address, because it is not ready"
        return (
            f"{with_article(ref.kind)} has no address; refer to a Service in front of it, or to "
            "its uri"
        )
