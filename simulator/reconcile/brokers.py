"""Brokers: which of them run, their addresses, their conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.reconcile.conditions import ConditionSet
from simulator.reconcile.configuration import IN_MEMORY, TemplateError
from simulator.reconcile.destinations import Resolution
from simulator.reconcile.naming import EVENTING, broker_url
from simulator.reconcile.settings import delivery_of
from simulator.value import Value

if TYPE_CHECKING:
    from simulator.reconcile.cluster import Cluster
    from simulator.reconcile.configuration import Configuration
    from simulator.reconcile.given import Admitted
    from simulator.reconcile.settings import Delivery
    from simulator.resource import ResourceKey

BROKER = (EVENTING, "Broker")
CLASS_ANNOTATION = "eventing.knative.dev/broker.class"
ASYNC_ANNOTATION = "messaging.knative.dev/async-handler"
_OUR_CLASS = "MTChannelBasedBroker"
_DEPENDENTS = (
    "IngressReady",
    "TriggerChannelReady",
    "FilterReady",
    "Addressable",
    "DeadLetterSinkResolved",
    "EventPoliciesReady",
)


class BrokerState(Value):
    """A reconciled broker.

    Args:
        url: Its address; None while it is not ready.
        conditions: None when its class is of another implementation.
        dead_letter: The URL of its own dead letter sink.
    """

    admitted: Admitted
    url: str | None = None
    conditions: ConditionSet | None = None
    delivery: Delivery | None = None
    dead_letter: str | None = None
    asynchronous: bool = False


class Brokers:
    """All brokers, each reconciled once, when its address is first needed."""

    def __init__(self, cluster: Cluster, configuration: Configuration) -> None:
        self._cluster = cluster
        self._configuration = configuration
        self._done: dict[ResourceKey, BrokerState] = {}
        self._busy: dict[ResourceKey, None] = {}

    def address(self, key: ResourceKey) -> Resolution | None:
        """Give the address of a broker; one that waits for itself has none."""
        admitted = self._cluster.resources.get(key)
        if admitted is None:
            return None
        if key in self._busy:
            return Resolution()
        return Resolution(url=self.state(admitted).url)

    def state(self, admitted: Admitted) -> BrokerState:
        """Reconcile a broker."""
        key = admitted.key
        if key not in self._done:
            self._busy[key] = None
            self._done[key] = self._reconcile(admitted)
            del self._busy[key]
        return self._done[key]

    def _reconcile(self, admitted: Admitted) -> BrokerState:
        """Walk the steps of the controller; the first failure leaves the rest Unknown.

        Source: knative-resources 6.1; E:pkg/reconciler/broker/broker.go.
        """
        delivery = delivery_of(admitted, admitted.spec.get("delivery"), "spec.delivery")
        class_ = str(admitted.annotations.get(CLASS_ANNOTATION) or _OUR_CLASS)
        if class_ != _OUR_CLASS:
            self._report_class(admitted, class_)
            return BrokerState(admitted=admitted, delivery=delivery)
        conditions = ConditionSet(_DEPENDENTS)
        failed = BrokerState(
            admitted=admitted, conditions=conditions, delivery=delivery
        )
        if not self._channel_is_ready(admitted, conditions):
            return failed
        conditions.true("TriggerChannelReady", "FilterReady", "IngressReady")
        sink = delivery.dead_letter_sink if delivery else None
        dead_letter = None
        if sink is None:
            conditions.no_dead_letter_sink()
        else:
            found = self._cluster.resolve_dead_letter_sink(
                sink, admitted, "spec.delivery.deadLetterSink"
            )
            if found.url is None:
                conditions.false(
                    "DeadLetterSinkResolved",
                    "Unable to get the dead letter sink's URI",
                    found.error,
                )
                return failed
            dead_letter = found.url
            conditions.true("DeadLetterSinkResolved")
        conditions.true("Addressable")
        conditions.policies_are_off()
        return BrokerState(
            admitted=admitted,
            url=broker_url(admitted.name, admitted.namespace),
            conditions=conditions,
            delivery=delivery,
            dead_letter=dead_letter,
            asynchronous=is_asynchronous(admitted),
        )

    def _channel_is_ready(self, admitted: Admitted, conditions: ConditionSet) -> bool:
        if CLASS_ANNOTATION not in admitted.annotations:
            return True  # nobody set defaults, so nobody named a config either
        config = admitted.spec.get("config")
        try:
            kind = self._configuration.channel_kind(
                config if isinstance(config, dict) else None
            )
        except TemplateError as error:
            conditions.false(
                "TriggerChannelReady",
                "ChannelTemplateFailed",
                f"Error on setting up the ChannelTemplate: {error}",
            )
            self._cluster.findings.warn(
                admitted, "channel-template", str(error), "spec.config"
            )
            return False
        warn_of_other_channel(self._cluster, admitted, kind, "spec.config")
        return True

    def _report_class(self, admitted: Admitted, class_: str) -> None:
        self._cluster.findings.warn(
            admitted,
            "not-simulated",
            f"the broker class {class_!r} is not simulated; this broker is never Ready "
            f"and takes no events (class {_OUR_CLASS} is)",
            "metadata.annotations",
        )


def is_asynchronous(admitted: Admitted) -> bool:
    """Say whether a broker or channel answers before it delivers.

    Source: knative-runtime, Shape of one delivery.
    """
    return str(admitted.annotations.get(ASYNC_ANNOTATION)).lower() == "true"


def warn_of_other_channel(
    cluster: Cluster, admitted: Admitted, kind: str, path: str
) -> None:
    """Say that a channel of another implementation runs as an in-memory one."""
    if kind != IN_MEMORY:
        cluster.findings.warn(
            admitted,
            "channel-kind",
            f"{kind} is run as an {IN_MEMORY}: its storage, its order and its own "
            "backoff are not simulated",
            path,
        )
