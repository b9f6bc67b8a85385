"""Law: the timetable says when a run makes its attempts, to the nanosecond."""

from itertools import pairwise
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from simulator.delivery import BackoffPolicy, Retries
from simulator.kernel import Kind
from simulator.profiles import MT_CHANNEL
from simulator.session.simulation import Simulation
from simulator.timetable import Course, ladder, timetables
from simulator.topology import Topology

FEATURES = {"config-features": {"delivery-timeout": "enabled"}}

tenths = st.one_of(st.integers(0, 30), st.integers(0, 3_000))
blocks = st.fixed_dictionaries(
    {"retry": st.integers(0, 14)},
    optional={
        "backoffPolicy": st.sampled_from(["linear", "exponential"]),
        "backoffDelay": tenths.map(lambda n: f"PT{n // 10}.{n % 10}S"),
    },
)


def topology(delivery: dict[str, Any], service: dict[str, Any]) -> Topology:
    sink = {"uri": "http://sink.default.svc.cluster.local"}
    return Topology.of(
        {
            "apiVersion": "eventing.knative.dev/v1",
            "kind": "Broker",
            "metadata": {"name": "default"},
            "spec": {"delivery": {"deadLetterSink": sink}},
        },
        {
            "apiVersion": "eventing.knative.dev/v1",
            "kind": "Trigger",
            "metadata": {"name": "price"},
            "spec": {
                "broker": "default",
                "delivery": delivery,
                "subscriber": {"uri": "http://pricing.default.svc.cluster.local"},
            },
        },
        {
            "apiVersion": "simulator/v1",
            "kind": "Simulation",
            "metadata": {"name": "failing"},
            "spec": {"services": {"pricing": service, "sink": service}},
        },
    )


def ran(simulation: Simulation, kind: Kind) -> tuple[int, ...]:
    return tuple(record.at_ns for record in simulation.trace if record.kind is kind)


def planned(course: Course) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give the instants at the subscriber and at the sink that happen."""
    burial = course.dead_letter.instants_ns if course.dead_letter else ()
    return (
        tuple(at for at in course.delivery.instants_ns if course.happens(at)),
        tuple(at for at in burial if course.happens(at)),
    )


def ended(course: Course) -> int:
    """Give the instant at which the sender is answered."""
    settled = course.dead_letter.settled_ns if course.dead_letter else None
    if settled is None or not course.happens(settled):
        assert course.limit_ns is not None, "mt-channel gives up"
        return course.limit_ns
    return settled


def check(delivery: dict[str, Any], service: dict[str, Any], course: int) -> None:
    simulation = Simulation(topology(delivery, service), configmaps=FEATURES)
    table = timetables(simulation.wiring)[0]

    sent = simulation.send(type="order.placed")
    simulation.run()

    attempts = ran(simulation, Kind.DISPATCHED), ran(simulation, Kind.DEAD_LETTERED)
    assert attempts == planned(table.courses[course])
    assert ran(simulation, Kind.ANSWERED) == (ended(table.courses[course]),)
    assert sent.status == 500


@given(blocks)
@example({"retry": 10, "backoffPolicy": "exponential", "backoffDelay": "PT0.2S"})
@example({"retry": 2, "backoffPolicy": "linear", "backoffDelay": "PT900S"})
@example({"retry": 9, "backoffPolicy": "linear", "backoffDelay": "PT20S"})
@example({"retry": 1, "backoffPolicy": "exponential", "backoffDelay": "PT900S"})
def test_the_attempts_of_a_run_happen_when_the_timetable_says(
    delivery: dict[str, Any],
) -> None:
    check(delivery, {"responses": [503]}, 0)


@given(blocks, st.integers(1, 2_000))
@example({"retry": 0}, 9_000)
@example({"retry": 0}, 9_001)
@example({"retry": 8}, 1_000)
def test_attempts_that_run_into_their_timeout_happen_when_the_timetable_says(
    delivery: dict[str, Any], timeout: int
) -> None:
    limited = {**delivery, "timeout": f"PT{timeout // 10}.{timeout % 10}S"}

    check(limited, {"latency": "PT24H"}, 1)


@given(
    st.integers(0, 40),
    st.sampled_from(BackoffPolicy),
    st.integers(0, 10**12),
    st.integers(0, 10**10),
)
def test_an_attempt_follows_the_one_before_after_its_backoff(
    retry: int, policy: BackoffPolicy, delay_ns: int, lasting_ns: int
) -> None:
    retries = Retries(retry=retry, policy=policy, delay_ns=delay_ns)

    found = ladder(retries, MT_CHANNEL.retrying, lasting_ns=lasting_ns)

    instants = found.instants_ns
    waits = [b - a - lasting_ns for a, b in pairwise(instants)]
    assert waits == [
        MT_CHANNEL.retrying.backoff_ns(retries, at) for at in range(len(waits))
    ]
    assert found.count == retry + 1
    assert (found.settled_ns is None) == bool(found.unlisted)
