"""Which services there are, who answers for them, and which are only stubs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from simulator.control.given import ServiceDescription
from simulator.control.naming import SERVING, service_hosts, service_of_host
from simulator.errors import nearest
from simulator.nodes import node_name
from simulator.resource import DEFAULT_NAMESPACE
from simulator.wiring import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.control.given import Admitted

_NOTHING = ServiceDescription()
CORE_SERVICE = ("", "Service")
KNATIVE_SERVICE = (SERVING, "Service")
SERVED = {CORE_SERVICE: ("v1",), KNATIVE_SERVICE: (f"{SERVING}/v1",)}
"""The versions in which the API server has them."""
SERVICES = tuple(SERVED)
DESCRIBE_IT = "describe what it answers under services: of a Simulation"
NOBODY_SENDS = f"nothing sends to it; to call it yourself, {DESCRIBE_IT}"

# A service by where it lives: namespace, name.
_Place: TypeAlias = tuple[str, str]


class Services:
    """All services of a topology: declared, described, or only referred to.

    Args:
        described: ``name`` or ``namespace/name`` -> what a Simulation says. A plain
            name stands for the service of that name wherever it is declared or
            referred to, and for one in ``default`` when it is nowhere.
    """

    def __init__(
        self, admitted: Sequence[Admitted], described: Mapping[str, ServiceDescription]
    ) -> None:
        self._described = dict(described)
        self._declared: dict[_Place, list[Admitted]] = {}
        for each in admitted:
            if each.key[:2] in {CORE_SERVICE, KNATIVE_SERVICE}:
                place = (each.namespace, each.name)
                self._declared.setdefault(place, []).append(each)
        self._claims = {
            host.lower(): name
            for name, description in reversed(list(described.items()))
            for host in description.hosts
        }
        self._used: dict[_Place, None] = {}
        self._referred: dict[_Place, None] = {}
        self._foreign: dict[str, None] = {}
        self._taken: dict[str, ServiceDescription] = {}
        self._played: list[Endpoint] = []
        self._played_hosts: dict[str, None] = {}

    @property
    def scaled(self) -> bool:
        """Whether any is served in pods, which an autoscaler makes."""
        return any(each.starts_ns is not None for each in self._described.values())

    def declared(self, kind: tuple[str, str], namespace: str, name: str) -> bool:
        there = self._declared.get((namespace, name), ())
        return any(each.key[:2] == kind for each in there)

    def declared_as_core(
        self, kind: tuple[str, str], namespace: str, name: str
    ) -> bool:
        """Tell whether a Knative Service cannot be there, as its name is taken.

        Its Route makes a Service of Kubernetes of the same name, and is not Ready
        where there is one that it does not own.

        Source: knative-resources 2.2; knative/serving pkg/reconciler/route.
        """
        return kind == KNATIVE_SERVICE and self.declared(CORE_SERVICE, namespace, name)

    def description(self, namespace: str, name: str) -> ServiceDescription | None:
        key = self._description_key((namespace, name))
        return None if key is None else self._described[key]

    def exists(self, namespace: str, name: str) -> bool:
        place = (namespace, name)
        return place in self._declared or self._description_key(place) is not None

    def answers_at(self, namespace: str, name: str) -> bool:
        """Tell whether a service of that name is there, or one that claims its host."""
        host = service_hosts(name, namespace)[-1]
        return self.exists(namespace, name) or host in self._claims

    def take(self, node: str) -> ServiceDescription | None:
        found = self._described.pop(node, None) or self._taken.get(node)
        if found is not None:
            self._taken[node] = found
        return found

    def use(self, namespace: str, name: str) -> None:
        self._used.setdefault((namespace, name))

    def play(self, endpoints: Iterable[Endpoint]) -> None:
        for each in endpoints:
            self._played.append(each)
            self._played_hosts.update(dict.fromkeys(each.hosts))

    def refer(self, namespace: str, name: str) -> None:
        self.use(namespace, name)
        self._referred.setdefault((namespace, name))

    def in_use(self, namespace: str, name: str) -> bool:
        return (namespace, name) in self._used

    def is_claimed(self, host: str) -> bool:
        return host in self._claims

    def use_host(self, host: str) -> bool:
        """Remember that events are sent to a host; False if only a stub can answer."""
        if host in self._claims or host in self._played_hosts:
            return True
        named = service_of_host(host)
        if named is not None and self.exists(named[1], named[0]):
            self.use(named[1], named[0])
            return True
        return False

    def stub_host(self, host: str) -> bool:
        """Let a stub answer for a host that nobody claims; False if one does so."""
        named = service_of_host(host)
        if named is not None and named[2]:
            known = self.in_use(named[1], named[0])
            self.use(named[1], named[0])
        else:
            known = host in self._foreign
            self._foreign.setdefault(host)
        return not known

    def nearest(self, namespace: str, name: str) -> str:
        return nearest(name, self._names(namespace))

    def serves(self, service: Admitted) -> bool:
        place = (service.namespace, service.name)
        return place in self._used or self._description_key(place) is not None

    def undescribed(self) -> list[Admitted]:
        return [
            there[0]
            for place, there in self._declared.items()
            if place in self._used and self._description_key(place) is None
        ]

    def portless(self) -> list[tuple[Admitted, str]]:
        found = [
            (each, refusal(each, BY_REFERENCE))
            for place, there in self._declared.items()
            if place in self._referred
            for each in there
        ]
        return [(each, why) for each, why in found if why]

    def refusal(self, host: str, port: int) -> str:
        named = service_of_host(host)
        if named is None or host in self._claims:
            return ""
        there = self._declared.get((named[1], named[0]), ())
        reasons = [refusal(each, port) for each in there]
        return reasons[0] if reasons and all(reasons) else ""

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Give who answers: described services in declaration order, then stubs."""
        real: list[Endpoint] = []
        stubs: list[Endpoint] = []
        taken: dict[str, None] = {}
        for place in self._places():
            key = self._description_key(place)
            first = key is not None and key not in taken
            if key is not None:
                taken.setdefault(key)
            endpoint = self._endpoint(place, key, with_hosts=first)
            (stubs if key is None else real).append(endpoint)
        stubs += [
            Endpoint(
                node=f"host/{host}",
                namespace=DEFAULT_NAMESPACE,
                name=host,
                hosts=(host,),
                stub=True,
            )
            for host in self._foreign
        ]
        return (*real, *self._played, *stubs)

    def _places(self) -> Iterable[_Place]:
        places = dict.fromkeys(
            place
            for place in self._declared
            if place in self._used or self._description_key(place) is not None
        )
        places.update(dict.fromkeys(self._used))
        known = {self._description_key(place) for place in places}
        for key in self._described:
            if key not in known:
                namespace, slash, name = key.rpartition("/")
                places.setdefault((namespace if slash else DEFAULT_NAMESPACE, name))
        return places

    def _endpoint(
        self, place: _Place, key: str | None, *, with_hosts: bool
    ) -> Endpoint:
        namespace, name = place
        hosts = service_hosts(name, namespace)
        said = _NOTHING if key is None else self._described[key]
        if with_hosts:
            claimed = (host.lower() for host in said.hosts)
            own = (host for host in claimed if self._claims[host] == key)
            hosts = tuple(dict.fromkeys((*hosts, *own)))
        return Endpoint(
            node=node_name("service", namespace, name),
            namespace=namespace,
            name=name,
            hosts=hosts,
            stub=key is None or said.stub,
            unreachable=said.unreachable,
            ports=self._ports(place),
            described=key,
            replies=said.replies,
            emits=said.emits,
            when_preferred=said.when_preferred,
            starts_ns=said.starts_ns,
        )

    def _ports(self, place: _Place) -> tuple[int, ...]:
        found = [served(each) for each in self._declared.get(place, ())]
        return tuple(port for ports in found for port in ports) if all(found) else ()

    def _description_key(self, place: _Place) -> str | None:
        namespace, name = place
        for key in (f"{namespace}/{name}", name):
            if key in self._described:
                return key
        return None

    def _names(self, namespace: str) -> list[str]:
        declared = [name for own, name in self._declared if own == namespace]
        described = [key.rpartition("/")[2] for key in self._described]
        return list(dict.fromkeys((*declared, *described)))


BY_REFERENCE = 80
"""The port that a reference to a Service calls."""

_HTTPS = 443
_WITHOUT_PORTS_OF_ITS_OWN = "ExternalName"
_HEADLESS = "None"


def served(service: Admitted) -> tuple[int, ...]:
    """Give the ports at which a Service takes connections; empty for any.

    A Service without a cluster IP, or with another's name, has those of its target,
    which nobody declares.

    Source: knative-resources 8.2; Kubernetes, Service: spec.ports, headless Services,
        ExternalName; knative/serving pkg/reconciler/route/resources/service.go (a
        Knative Service is served on 80, and on 443 with TLS).
    """
    if service.key.group == SERVING:
        return (BY_REFERENCE, _HTTPS)
    return tuple(_declared(service))


def refusal(service: Admitted, port: int) -> str:
    ports = served(service)
    if not ports or port in ports:
        return ""
    shown = ports[:1] if service.key.group == SERVING else ports
    return f"it serves port {', '.join(map(str, shown))} only"


def _declared(service: Admitted) -> list[int]:
    spec = service.spec
    ports = spec.get("ports")
    if spec.get("type") == _WITHOUT_PORTS_OF_ITS_OWN or not isinstance(ports, list):
        return []
    if spec.get("clusterIP") == _HEADLESS:
        return []
    return [
        each["port"]
        for each in ports
        if isinstance(each, dict)
        and isinstance(each.get("port"), int)
        and each.get("protocol", "TCP") == "TCP"
    ]
