"""Triggers: one route each, from a broker to its subscriber."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulator.control.brokers import BROKER
from simulator.control.conditions import ConditionSet
from simulator.control.destinations import Reference, not_found
from simulator.control.ignored import is_injected
from simulator.control.settings import Effective, delivery_of, in_force
from simulator.errors import nearest
from simulator.filters import compile_filters
from simulator.resource import DEFAULT_NAMESPACE, ResourceKey
from simulator.wiring import Route, node_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.control.brokers import Brokers, BrokerState
    from simulator.control.cluster import Cluster
    from simulator.control.configuration import Configuration
    from simulator.control.given import Admitted
    from simulator.control.settings import Delivery
    from simulator.filters import Filter
    from simulator.profiles import Profile
    from simulator.wiring import Condition

    ReadyOf = Callable[[ResourceKey], Condition | None]

DEPENDENCY_ANNOTATION = "knative.dev/dependency"
_NAMESPACE = ("", "Namespace")
_CROSS_NAMESPACE = "cross-namespace-event-links"
_DEPENDENTS = (
    "BrokerReady",
    "SubscriptionReady",
    "DependencyReady",
    "SubscriberResolved",
    "DeadLetterSinkResolved",
    "OIDCIdentityCreated",
)


class Triggers:
    """Reconciles triggers once the brokers can be asked.

    Args:
        ready_of: Gives the `Ready` of a source, None when it says nothing.
    """

    def __init__(
        self,
        cluster: Cluster,
        configuration: Configuration,
        brokers: Brokers,
        ready_of: ReadyOf,
    ) -> None:
        self._cluster = cluster
        self._configuration = configuration
        self._brokers = brokers
        self._ready_of = ready_of
        self._filters: dict[str, Filter] = {}

    def reconcile(
        self, trigger: Admitted
    ) -> tuple[ConditionSet, BrokerState | None, Route | None]:
        """Walk the steps of the controller.

        Returns:
            Its conditions, its broker, and its route (None when it gets no events).

        Source: knative-resources 6.2; E:pkg/reconciler/broker/trigger/trigger.go.
        """
        conditions = ConditionSet(_DEPENDENTS)
        conditions.true(
            "OIDCIdentityCreated",
            reason="authentication-oidc feature not yet supported for this Broker class",
        )
        key, path = self._broker_key(trigger)
        admitted = self._cluster.resources.get(key)
        if admitted is None:
            conditions.false(
                "BrokerReady",
                "BrokerDoesNotExist",
                f'Broker "{key.name}" does not exist',
            )
            self._report_no_broker(trigger, key, path)
            return conditions, None, None
        broker = self._brokers.state(admitted)
        conditions.copy("BrokerReady", broker.conditions.ready)
        if broker.url is None:
            return conditions, broker, None
        return conditions, broker, self._route(trigger, broker, conditions)

    def _broker_key(self, trigger: Admitted) -> tuple[ResourceKey, str]:
        """Find which broker is meant.

        A `brokerRef` counts only with the feature; without it the name is empty.
        """
        ref = trigger.spec.get("brokerRef")
        if isinstance(ref, dict) and self._configuration.enabled(_CROSS_NAMESPACE):
            reference = Reference.of(ref, trigger.namespace)
            key = ResourceKey(*BROKER, reference.namespace, reference.name)
            return key, "spec.brokerRef"
        name = str(trigger.spec.get("broker") or "")
        path = "spec.broker" if name else "spec.brokerRef"
        return ResourceKey(*BROKER, trigger.namespace, name), path

    def _route(
        self, trigger: Admitted, broker: BrokerState, conditions: ConditionSet
    ) -> Route | None:
        subscriber = trigger.spec.get("subscriber")
        found = self._cluster.resolve(
            subscriber if isinstance(subscriber, dict) else {},
            trigger,
            "spec.subscriber",
        )
        if found.url is None:
            conditions.false(
                "SubscriberResolved", "Unable to get the Subscriber's URI", found.error
            )
            return None
        conditions.true("SubscriberResolved")
        own = delivery_of(trigger, trigger.spec.get("delivery"), "spec.delivery")
        effective = self._effective(trigger, own, broker, conditions)
        if effective is None:
            return None
        conditions.oidc_is_off()
        conditions.true("SubscriptionReady")
        self._check_dependency(trigger, conditions)
        return Route(
            node=node_name("trigger", trigger.namespace, trigger.name),
            resource=trigger.key,
            filter=self._filter(trigger.spec, broker.profile),
            subscriber=found.url,
            reply=broker.url,
            dead_letter=effective.dead_letter,
            retries=effective.retries,
            format=own.format if own else "",
            namespace=trigger.namespace,
            origins=_with_format(effective.origins, own),
        )

    def _filter(self, spec: Mapping[str, object], profile: Profile) -> Filter:
        """Compile a filter once, and give it to all triggers that spell it the same.

        It is judged once for them, too, by the router.
        """
        dialects = profile.filtering.dialects
        written = repr((spec.get("filters") if dialects else None, spec.get("filter")))
        compiled = self._filters.get(written)
        if compiled is None:
            compiled = compiled_filter(spec, dialects=dialects)
            self._filters[written] = compiled
        return compiled

    def _effective(
        self,
        trigger: Admitted,
        own: Delivery | None,
        broker: BrokerState,
        conditions: ConditionSet,
    ) -> Effective | None:
        """Decide which settings are in force; None when the sink does not resolve.

        Source: knative-resources 3.1 (the trigger's block replaces the broker's whole,
            the dead letter sink falls back).
        """
        sink = own.dead_letter_sink if own else None
        url = None
        if sink is not None:
            found = self._cluster.resolve_dead_letter_sink(
                sink, trigger, "spec.delivery.deadLetterSink"
            )
            if found.url is None:
                conditions.false(
                    "DeadLetterSinkResolved",
                    "Unable to get the dead letter sink's URI",
                    found.error,
                )
                return None
            url = found.url
        effective = in_force(
            broker.profile.in_force,
            (url, own),
            (broker.dead_letter, broker.delivery),
            self._cluster.findings,
        )
        if effective.dead_letter is None:
            conditions.no_dead_letter_sink()
        else:
            conditions.true("DeadLetterSinkResolved")
        return effective

    def _check_dependency(self, trigger: Admitted, conditions: ConditionSet) -> None:
        """Judge the dependency; it gates only `Ready`, never the delivery."""
        text = trigger.annotations.get(DEPENDENCY_ANNOTATION)
        if text is None:
            conditions.true("DependencyReady")
            return
        try:
            ref = json.loads(text)
        except ValueError as error:
            conditions.false(
                "DependencyReady",
                "ReferenceError",
                "Unable to unmarshal objectReference from dependency annotation of "
                f"trigger: {error}",
            )
            return
        key = Reference.of(ref if isinstance(ref, dict) else {}, trigger.namespace).key
        key = key._replace(namespace=trigger.namespace)
        if key not in self._cluster.resources:
            conditions.false(
                "DependencyReady",
                "DependencyDoesNotExist",
                f"Dependency does not exist: {not_found(key)}",
            )
            return
        ready = self._ready_of(key)
        if ready is None:
            conditions.unknown(
                "DependencyReady",
                "DependencyNotConfigured",
                "Dependency has not yet been reconciled.",
            )
        else:
            conditions.copy("DependencyReady", ready)

    def _report_no_broker(self, trigger: Admitted, key: ResourceKey, path: str) -> None:
        if not key.name:
            message = (
                "brokerRef counts only with the feature cross-namespace-event-links; "
                "name the broker in spec.broker"
            )
        else:
            cluster = self._cluster
            near = nearest(key.name, cluster.names_of(key))
            hint = cluster.elsewhere(key) or near
            message = (
                f"there is no Broker {key.name!r} in namespace {key.namespace!r}{hint}; "
                f"this trigger gets no events{self._no_injection(trigger, key)}"
            )
        self._cluster.findings.warn(trigger, "no-broker", message, path)

    def _no_injection(self, trigger: Admitted, key: ResourceKey) -> str:
        """Say that the mark for injection, which somebody relies on, makes no Broker."""
        place = ResourceKey(*_NAMESPACE, DEFAULT_NAMESPACE, key.namespace)
        namespace = self._cluster.resources.get(place)
        about = (trigger,) if namespace is None else (trigger, namespace)
        marked = next((each for each in about if is_injected(each)), None)
        if marked is None:
            return ""
        return (
            f"; the injection mark of {marked.resource.kind} {marked.name} makes no "
            "Broker, as in a Knative whose config-sugar selects nothing: write it"
        )


def compiled_filter(spec: Mapping[str, object], *, dialects: bool = True) -> Filter:
    """Compile the filter that is in force.

    Args:
        spec: Of the trigger.
        dialects: Whether `filters`, not empty, beat `filter`; else they do not count.
    """
    filters = spec.get("filters") if dialects else None
    legacy = spec.get("filter")
    attributes = legacy.get("attributes") if isinstance(legacy, dict) else None
    return compile_filters(
        filters if isinstance(filters, list) else None,
        attributes if isinstance(attributes, dict) else None,
    )


def _with_format(origins: Mapping[str, str], own: Delivery | None) -> Mapping[str, str]:
    if own is None or not own.format:
        return origins
    return {**origins, "format": own.origin("format")}
