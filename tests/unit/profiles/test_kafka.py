"""What brokers and channels of Kafka do that others do not; a reading."""

from __future__ import annotations

import pytest

from simulator.control.filtering import compiled_filter
from simulator.kernel.storing import murmur2
from simulator.profiles import PROFILES
from tests.unit.profiles.topologies import errors, kinds, run, times

ONE = "http://one.default.svc.cluster.local"
FAILS_ONCE = "rules: [{match: {id: '1'}, responses: [503]}], responses: [200]"


@pytest.mark.parametrize(
    ("delivery", "at"),
    [
        ("retry: 2", [0, 0.4, 1.2]),
        ("retry: 2, backoffPolicy: linear", [0, 0.2, 0.6]),
        ("deadLetterSink: dead", [0]),
        ("retry: 2, backoffPolicy: linear, backoffDelay: PT0S", [0]),
    ],
)
def test_what_a_delivery_does_not_say_is_200_ms_exponential(
    delivery: str, at: list[float]
) -> None:
    assert times(run("kafka", "responses: [503]", delivery)) == pytest.approx(at)


def test_a_wait_of_nothing_is_no_retry_and_a_dead_letter_without_code() -> None:
    delivery = "retry: 2, backoffDelay: PT0.05S, deadLetterSink: dead"

    sim = run("kafka", "responses: [503]", delivery)

    assert errors(sim) == [{"dest": ONE}]
    assert kinds(sim, "upstream-bug") == ["upstream-bug trigger/a"]


@pytest.mark.parametrize(
    ("one", "told"),
    [
        ("responses: [{status: 422, body: bad}]", {"code": "422", "data": "YmFk"}),
        ("responses: [422]", {"code": "422"}),
        ("responses: [{status: 200, body: no event}]", {}),
        ("unreachable: true", {}),
    ],
)
def test_a_dead_letter_has_a_code_where_somebody_failed_to_take_the_event(
    one: str, told: dict[str, str]
) -> None:
    assert errors(run("kafka", one)) == [{"dest": ONE, **told}]


def test_headers_of_the_answer_become_attributes_of_the_dead_letter() -> None:
    headers = "{kne-why: full, other: x}"

    sim = run("kafka", f"responses: [{{status: 422, headers: {headers}}}]")

    (dead,) = sim.received("dead")
    assert (dead.attributes["why"], "other" in dead.attributes) == ("full", False)


@pytest.mark.parametrize(
    ("order", "at"),
    [
        ("ordered", [0, 1, 3, 3, 3]),
        ("ORDERED", [0, 1, 3, 3, 3]),
        ("unordered", [0, 0, 0, 1, 3]),
    ],
)
def test_in_order_a_retry_holds_its_partition(order: str, at: list[float]) -> None:
    annotation = f"kafka.eventing.knative.dev/delivery.order: {order}"

    sim = run(
        "kafka", FAILS_ONCE, events="123", trigger=f"annotations: {{{annotation}}}"
    )

    assert times(sim) == at


def test_another_word_for_the_order_fails_the_trigger() -> None:
    annotation = "kafka.eventing.knative.dev/delivery.order: sorted"

    sim = run("kafka", trigger=f"annotations: {{{annotation}}}")

    assert times(sim) == []
    (told,) = [str(f) for f in sim.findings if f.code == "annotation"]
    assert told.endswith(
        "expected ordered or unordered, found 'sorted'; this trigger gets no events"
    )
    [ready] = [
        condition
        for conditions in sim.wiring.conditions.values()
        for condition in conditions
        if condition.reason and condition.type == "DependencyReady"
    ]
    assert (ready.status.value, ready.reason, ready.message) == (
        "False",
        "failed to reconcile consumer group",
        (
            "invalid annotation kafka.eventing.knative.dev/delivery.order value: sorted. "
            'Allowed values [ "ordered" | "unordered" ]'
        ),
    )


def test_an_annotation_of_another_implementation_says_nothing() -> None:
    annotation = "rabbitmq.eventing.knative.dev/parallelism: '3'"

    sim = run("kafka", trigger=f"annotations: {{{annotation}}}")

    assert "no-effect" in [finding.code for finding in sim.findings]


def test_fifty_are_under_way_at_once_and_then_as_many_as_one_poll_brings() -> None:
    ids = [chr(0x4E00 + n) for n in range(60)]

    sim = run("kafka", "latency: 1s", events="".join(ids))

    assert [times(sim).count(at) for at in (0, 1)] == [50, 10]


def test_each_delivery_tells_its_partition_and_offset_and_an_echo_carries_them() -> (
    None
):
    sim = run("kafka", "echo: {set: {type: re}}", events="12")

    offsets = [r.attributes["knativekafkaoffset"] for r in sim.received("one")]
    assert offsets == ["0", "1"]
    assert [r.attributes["knativekafkaoffset"] for r in sim.received("two")] == [
        "2",
        "3",
    ]


@pytest.mark.parametrize(
    ("key", "hashed"),
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
    ],
)
def test_a_key_is_hashed_as_kafka_does(key: str, hashed: int) -> None:
    assert murmur2(key.encode()) == hashed % 2**32


@pytest.mark.parametrize(
    ("trigger", "broker", "at"),
    [
        ("retry: 1", "retry: 3, backoffDelay: PT2S", [0, 4]),
        ("deadLetterSink: dead", "retry: 1", [0, 2]),
        ("retry: 0", "retry: 1", [0, 2]),
        ("backoffDelay: PT9S", "retry: 1", [0, 2]),
    ],
)
def test_in_a_namespace_of_its_own_settings_are_merged(
    trigger: str, broker: str, at: list[float]
) -> None:
    sim = run("kafka-namespaced", "responses: [503]", trigger, broker=broker)

    assert times(sim) == pytest.approx(at)


EVENT = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}


@pytest.mark.parametrize(
    ("filter_", "more", "passes"),
    [
        ({"filter": {"attributes": {"x": ""}}}, {}, True),
        ({"filter": {"attributes": {"x": "a"}}}, {"x": "a"}, True),
        ({"filters": [{"exact": {"x": ""}}]}, {}, True),
        ({"filters": [{"prefix": {"x": "a"}}]}, {}, False),
        ({"filters": [{"not": {"prefix": {"x": "a"}}}]}, {}, True),
        ({"filters": [{"prefix": {"subject": "a"}}]}, {}, False),
        ({"filters": [{"not": {"prefix": {"subject": "a"}}}]}, {}, False),
        ({"filters": [{"not": {"suffix": {"datacontenttype": "a"}}}]}, {}, False),
        ({"filters": [{"not": {"exact": {"subject": "a"}}}]}, {}, True),
        ({"filters": [{"exact": {"type": "t"}, "prefix": {"type": "x"}}]}, {}, False),
        ({"filters": [{"cesql": "1"}]}, {}, True),
        ({"filters": [{"cesql": "'no'"}]}, {}, False),
        ({"filters": [{"exact": {"time": "2026-01-01T00:00:00.500Z"}}]}, {"time": "2026-01-01T00:00:00.5Z"}, True),
    ],
)  # fmt: skip
def test_the_data_plane_compares_in_its_own_way(
    filter_: dict[str, object], more: dict[str, str], passes: bool
) -> None:
    compiled = compiled_filter(filter_, PROFILES["kafka"].filtering)
    event = {**EVENT, **more}

    assert compiled.verdict(event).delivers is passes
    assert compiled.explain(event).verdict.delivers is passes


def test_what_a_dead_letter_sink_replies_may_go_in_a_circle() -> None:
    sim = run("kafka", "responses: [503]", events="", dead="echo: true")

    assert "loop" in [finding.code for finding in sim.findings]
