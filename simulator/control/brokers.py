"""Brokers: which of them run, their addresses, their conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.conditions import ConditionSet
from simulator.control.configuration import IN_MEMORY, TemplateError
from simulator.control.destinations import Resolution
from simulator.control.naming import EVENTING, class_name
from simulator.control.settings import delivery_of
from simulator.errors import nearest
from simulator.profiles import (
    IN_MEMORY_CHANNEL,
    MT_CHANNEL,
    SPEC,
    of_broker,
    of_channel,
)
from simulator.value import Value

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.configuration import Configuration
    from simulator.control.given import Admitted
    from simulator.control.settings import Delivery
    from simulator.profiles import Profile
    from simulator.resource import ResourceKey

BROKER = (EVENTING, "Broker")
CLASS_ANNOTATION = "eventing.knative.dev/broker.class"
ASYNC_ANNOTATION = "messaging.knative.dev/async-handler"
DEFAULT_CLASS = "MTChannelBasedBroker"
_CHANNEL_BASED = (
    "IngressReady",
    "TriggerChannelReady",
    "FilterReady",
    "Addressable",
    "DeadLetterSinkResolved",
    "EventPoliciesReady",
)
# Of whatever implementation: what the specification wants of a broker's status.
_SPECIFIED = ("Addressable", "DeadLetterSinkResolved")


class BrokerState(Value):
    """A reconciled broker.

    Args:
        conditions: Of its status.
        profile: Plays it.
        url: Its address; None while it is not ready.
        dead_letter: The URL of its own dead letter sink.
    """

    admitted: Admitted
    conditions: ConditionSet
    profile: Profile
    url: str | None = None
    delivery: Delivery | None = None
    dead_letter: str | None = None
    asynchronous: bool = False


class Brokers:
    """All brokers, each reconciled once, when its address is first needed.

    Args:
        cluster: Where they are.
        configuration: What the config maps say of their channels.
        played_by: Plays all of them, whatever their class; None for their own.
    """

    def __init__(
        self,
        cluster: Cluster,
        configuration: Configuration,
        played_by: Profile | None = None,
    ) -> None:
        self._cluster = cluster
        self._configuration = configuration
        self._played_by = played_by
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
        class_ = str(admitted.annotations.get(CLASS_ANNOTATION) or DEFAULT_CLASS)
        conditions = ConditionSet(_SPECIFIED)
        own: Profile | None
        if class_ == DEFAULT_CLASS:
            conditions = ConditionSet(_CHANNEL_BASED)
            own = self._channel_based(admitted, conditions)
        else:
            own = of_broker(class_)
            if own is None:
                self._report_class(admitted, class_)
                own = SPEC
        profile = self._played_by or own or MT_CHANNEL
        failed = BrokerState(
            admitted=admitted, conditions=conditions, profile=profile, delivery=delivery
        )
        if own is None:
            return failed
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
        if class_ == DEFAULT_CLASS:
            conditions.policies_are_off()
        name, namespace = admitted.name, admitted.namespace
        return failed.replace(
            url=own.door.address(name, namespace, class_name(class_)),
            dead_letter=dead_letter,
            asynchronous=profile.channel is not None and is_asynchronous(admitted),
        )

    def _channel_based(
        self, admitted: Admitted, conditions: ConditionSet
    ) -> Profile | None:
        """Find the channel that a broker stands on; None while it has none.

        Source: knative-resources 6.1.
        """
        kind: str | None = IN_MEMORY
        if CLASS_ANNOTATION in admitted.annotations:
            # Else nobody set defaults, so nobody named a config either.
            kind = self._channel_kind(admitted, conditions)
        if kind is None:
            return None
        conditions.true("TriggerChannelReady", "FilterReady", "IngressReady")
        return of_broker(DEFAULT_CLASS, kind)

    def _channel_kind(self, admitted: Admitted, conditions: ConditionSet) -> str | None:
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
            return None
        if self._played_by is None or self._played_by.channel is not None:
            channel_profile(self._cluster, admitted, kind, "spec.config")
        return kind

    def _report_class(self, admitted: Admitted, class_: str) -> None:
        played_by = self._played_by or SPEC
        as_what = f"as {played_by.name}"
        near = nearest(class_.lower(), [DEFAULT_CLASS.lower()], 0.8)
        hint = f"; did you mean {DEFAULT_CLASS!r}?" if near else ""
        if played_by is SPEC:
            as_what = "as the specification of Knative Eventing says"
        self._cluster.findings.warn(
            admitted,
            "no-profile",
            f"the broker class {class_!r} has no profile yet: it runs {as_what}, without "
            "the retries, the order, the replies and the dead letters of its own "
            f"({DEFAULT_CLASS} runs as it is{hint})",
            "metadata.annotations",
        )


def is_asynchronous(admitted: Admitted) -> bool:
    """Say whether a broker or channel answers before it delivers.

    Source: knative-runtime, Shape of one delivery.
    """
    return str(admitted.annotations.get(ASYNC_ANNOTATION)).lower() == "true"


def channel_profile(
    cluster: Cluster, admitted: Admitted, kind: str, path: str
) -> Profile:
    """Give who plays channels of a kind; a warning where that is somebody else."""
    profile = of_channel(kind)
    if profile is not None:
        return profile
    cluster.findings.warn(
        admitted,
        "channel-kind",
        f"{kind} is run as an {IN_MEMORY}: its storage, its order and its own "
        "backoff are not simulated",
        path,
    )
    return IN_MEMORY_CHANNEL
