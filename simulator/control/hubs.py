"""The hubs of a wiring while their routes come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.wiring import Hub, HubKind, node_name

if TYPE_CHECKING:
    from simulator.control.brokers import BrokerState
    from simulator.control.channels import ChannelState
    from simulator.control.flows import FlowState
    from simulator.control.given import Admitted
    from simulator.wiring import Route


class HubList:
    """Hubs in declaration order, each once; what has no address is left out."""

    def __init__(self) -> None:
        self._hubs: dict[str, Hub] = {}
        self._routes: dict[str | None, list[Route]] = {}
        self.addresses: dict[str, str] = {}

    def add_broker(self, broker: BrokerState) -> None:
        """Take in a broker."""
        key = broker.admitted.key
        if broker.url is not None:
            self._add(
                Hub(
                    node=node_name("broker", key.namespace, key.name),
                    kind=HubKind.BROKER,
                    resource=key,
                    namespace=key.namespace,
                    name=key.name,
                    url=broker.url,
                    routes=(),
                    asynchronous=broker.asynchronous,
                    profile=broker.profile,
                )
            )

    def add_channel(self, channel: ChannelState) -> None:
        """Take in a channel, unless it is there by its other name."""
        if channel.url is not None:
            self._add(
                Hub(
                    node=node_name("channel", channel.namespace, channel.name),
                    kind=HubKind.CHANNEL,
                    resource=channel.owner.key,
                    namespace=channel.namespace,
                    name=channel.name,
                    url=channel.url,
                    routes=(),
                    asynchronous=channel.asynchronous,
                    profile=channel.profile,
                )
            )

    def add_flow(self, flow: Admitted, state: FlowState) -> None:
        """Take in the channels of a Sequence or Parallel under its own address."""
        url = state.channels[0].url if state.channels else None
        if url is not None:
            key = flow.key
            name = node_name(key.kind.lower(), key.namespace, key.name)
            self.addresses[name] = url
        for channel in state.channels:
            self.add_channel(channel)

    def add_route(self, url: str | None, route: Route) -> None:
        """Put a route behind the others of the hub at *url*."""
        self._routes[url].append(route)

    def finished(self) -> tuple[Hub, ...]:
        """Give all hubs with their routes."""
        return tuple(
            hub.replace(routes=tuple(self._routes[url]))
            for url, hub in self._hubs.items()
        )

    def _add(self, hub: Hub) -> None:
        if hub.url not in self._hubs:
            self._hubs[hub.url] = hub
            self._routes[hub.url] = []
            self.addresses[hub.node] = hub.url
