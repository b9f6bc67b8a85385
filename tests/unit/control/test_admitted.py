from typing import Any

from simulator.control import Admitted, ClusterConfig, admit, reconcile
from simulator.delivery import BackoffPolicy, Retries
from simulator.resource import Resource
from tests.unit.control.topologies import (
    Manifest,
    manifest,
    parallel,
    ping,
    route,
    sequence,
    service,
    subscription,
    texts,
    trigger,
)


def let_in(made: Manifest) -> Admitted:
    admission = admit(made, config=ClusterConfig.shipped())
    assert admission.valid, admission.faults
    assert admission.defaulted is not None
    return Admitted(
        resource=Resource(manifest=made),
        manifest=admission.defaulted,
        origins={path: each.text for path, each in admission.origins.items()},
    )


def written(api: str, kind: str, name: str, **spec: Any) -> Manifest:
    return manifest(f"{api}.knative.dev/v1", kind, name, "default", spec)


def test_a_bare_broker_retries_as_the_installation_is_shipped() -> None:
    wiring = reconcile(
        [
            let_in(written("eventing", "Broker", "default")),
            let_in(trigger()),
        ]
    )

    made = route(wiring, "trigger/price")
    assert made.retries == Retries(
        retry=10, policy=BackoffPolicy.EXPONENTIAL, delay_ns=200_000_000
    )
    assert made.origins == dict.fromkeys(
        ("retry", "backoffPolicy", "backoffDelay"), "config-br-defaults (as shipped)"
    )
    assert texts(wiring, "Broker", "default")["Ready"] == "True"


def test_an_own_delivery_keeps_the_defaults_of_the_installation_away() -> None:
    bare = written("eventing", "Broker", "default", delivery={"retry": 0})

    wiring = reconcile([let_in(bare), let_in(trigger())])

    assert route(wiring, "trigger/price").origins == {"retry": "broker/default"}


def test_defaulted_channels_and_flows_run() -> None:
    steps = sequence(service("one"))
    del steps["spec"]["channelTemplate"]
    ways = parallel({"subscriber": service("two")})
    del ways["spec"]["channelTemplate"]

    wiring = reconcile(
        [
            let_in(written("messaging", "Channel", "audit")),
            let_in(subscription()),
            let_in(steps),
            let_in(ways),
            let_in(written("eventing", "Broker", "default")),
            let_in(ping()),
        ]
    )

    not_ready = [
        key
        for key, found in wiring.conditions.items()
        if any(each.type == "Ready" and each.status.value != "True" for each in found)
    ]
    assert not_ready == []
    assert len(wiring.hubs) == 5
