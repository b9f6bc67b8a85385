"""Another topology takes over while events are under way."""

from pathlib import Path
from typing import Any

import anyio.lowlevel
import pytest

from simulator import CloudEvent, Simulation, Topology, TopologyError
from simulator.errors import UsageError
from simulator.session.prepared import Changes
from simulator.trace import Kind
from tests.unit.session.hubs import kinds

BROKER = "brokers: {default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: PT1S, deadLetterSink: dead}}}"
SERVICES = (
    "services: {s: {responses: [503], latency: 1ms}, t: {latency: 1ms}, dead: {}}"
)
CHANNEL = "channels: {c: {}}"


def topology(*sections: str) -> Topology:
    return Topology.parse("\n".join(("topology: t", *sections)))


def retried(*sections: str, **options: Any) -> Simulation:
    """Send an event, whose next attempt is made 1 s later."""
    sim = Simulation(topology(*sections), journal=True, **options)
    sim.send(type="a", to="channel/c" if "channels" in sections[0] else "")
    sim.run("500ms")
    return sim


def taken(sim: Simulation) -> list[tuple[str, int]]:
    return [(r.service, r.status) for r in sim.received()]


def answers(sim: Simulation) -> list[tuple[str, int, str | int | None]]:
    found = sim.trace.select(kind=Kind.RESPONDED, where=lambda r: r.at_ns > 10**9)
    return [(r.source, r.status, r.detail) for r in found]


WORK = "triggers: {work: {filter: {type: a}, subscriber: s}}"


def test_the_next_attempt_of_a_trigger_goes_to_its_new_subscriber() -> None:
    sim = retried(BROKER, WORK, SERVICES)

    changes = sim.reload(topology(BROKER, WORK.replace("r: s", "r: t"), SERVICES))
    sim.run()

    assert str(changes) == "changed Trigger work"
    assert taken(sim) == [("service/s", 503), ("service/s", 503), ("service/t", 200)]
    assert sim.dead_letters == []


def test_the_next_attempt_of_a_trigger_obeys_its_new_format() -> None:
    sim = retried(BROKER, WORK, SERVICES)
    manifests = [dict(each.manifest) for each in sim.topology]
    for each in manifests:
        if each["kind"] == "Trigger":
            annotations = {"eventing.knative.dev/delivery-format": "json"}
            each["metadata"] = {**each["metadata"], "annotations": annotations}
            each["spec"] = {**each["spec"], "delivery": {"format": "json"}}

    sim.reload(Topology.of(*manifests))
    sim.run()

    modes = [r.request.mode for r in sim.received("s")]
    assert modes == ["binary", "binary", "structured"]


def test_an_event_that_its_trigger_wants_no_more_is_delivered_to_nobody() -> None:
    sim = retried(BROKER, WORK, SERVICES)

    sim.reload(topology(BROKER, WORK.replace("type: a", "type: b"), SERVICES))
    sim.run()

    assert answers(sim)[0] == ("broker-filter", 200, None)
    assert sim.dead_letters == []
    assert sim.lost == []


def test_a_trigger_whose_new_filter_panics_drops_the_connection() -> None:
    sim = retried(BROKER, WORK, SERVICES)
    panics = "triggers: {work: {filters: [{cesql: '1 + 1'}], subscriber: s}}"

    sim.reload(topology(BROKER, panics, SERVICES))
    sim.run()

    assert "panicked" in kinds(sim)
    assert len(sim.dead_letters) == 1


def test_a_deleted_trigger_is_not_found_and_the_event_dead_lettered_bare() -> None:
    sim = retried(BROKER, WORK, SERVICES)

    changes = sim.reload(topology(BROKER, SERVICES))
    sim.run()

    assert [key.name for key in changes.removed] == ["work"]
    assert answers(sim)[0] == ("broker-filter", 404, "the trigger was deleted")
    (dead,) = sim.dead_letters
    assert "knativeerrorcode" not in dead.attributes


def test_a_trigger_that_was_created_anew_has_another_uid() -> None:
    second = "brokers: {default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: PT1S, deadLetterSink: dead}}, other: {}}"
    sim = retried(second, WORK, SERVICES)

    moved = WORK.replace("{filter", "{broker: other, filter")
    changes = sim.reload(topology(second, moved, SERVICES))
    sim.run()

    (key,) = changes.replaced
    assert changes.reasons[key][0].startswith("Immutable fields changed (-old +new): broker, spec")  # fmt: skip
    assert answers(sim)[0] == ("broker-filter", 400, "the trigger was created anew")
    assert len(sim.dead_letters) == 1


def test_a_trigger_deleted_and_back_again_is_another_one() -> None:
    sim = retried(BROKER, WORK, SERVICES)

    sim.reload(topology(BROKER, SERVICES))
    sim.reload(topology(BROKER, WORK, SERVICES))
    sim.run()

    assert answers(sim)[0] == ("broker-filter", 400, "the trigger was created anew")
    uid = "uid-trigger-default-work-1"
    filters = (
        "http://broker-filter.knative-eventing.svc.cluster.local/triggers/default/work"
    )
    headers = {
        "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/x", "ce-type": "b",
        "ce-knativebrokerttl": "9",
    }  # fmt: skip
    asked = [sim.post(f"{filters}/{u}", headers=headers) for u in (uid, uid[:-2])]
    sim.run()
    assert [sent.status for sent in asked] == [200, 400]


def test_a_trigger_without_its_broker_goes_on_to_its_last_subscriber() -> None:
    sim = retried(BROKER, WORK, SERVICES)

    sim.reload(topology(WORK, SERVICES))
    sim.run()

    assert taken(sim)[:3] == [("service/s", 503)] * 3
    assert [dead.service for dead in sim.dead_letters] == ["service/dead"]


def test_a_reply_to_a_deleted_broker_is_not_found_there() -> None:
    replying = "services: {s: {reply: {type: b}, latency: 2s}}"
    sim = retried("brokers: {default: {delivery: {retry: 0}}}", WORK, replying)

    sim.reload(topology(replying))
    sim.run()

    (replied,) = sim.trace.select(kind=Kind.REPLIED)
    (_, answer) = sim.trace.select(kind=Kind.RESPONDED)
    assert replied.target == answer.source == "broker-ingress"
    assert answer.status == 404


def test_a_channels_delivery_under_way_goes_on_to_its_old_subscriber() -> None:
    subscription = (
        "subscriptions: {work: {channel: c, subscriber: s, delivery:"
        " {retry: 2, backoffPolicy: linear, backoffDelay: PT1S}}}"
    )
    sim = retried(CHANNEL, subscription, SERVICES)

    sim.reload(
        topology(
            CHANNEL, subscription.replace("subscriber: s", "subscriber: t"), SERVICES
        )
    )
    sim.send(type="a", to="channel/c")
    sim.run()

    assert taken(sim) == [
        ("service/s", 503), ("service/s", 503), ("service/t", 200), ("service/s", 503),
    ]  # fmt: skip


def test_a_reply_to_a_deleted_channel_meets_a_dispatcher_that_does_not_know_it() -> (
    None
):
    sections = (
        "subscriptions: {work: {channel: c, subscriber: s, reply: channel/d}}",
        "services: {s: {reply: {type: b}, latency: 2s}}",
    )
    sim = retried("channels: {c: {}, d: {}}", *sections)

    sim.reload(topology(CHANNEL, sections[1]))
    sim.run()

    (_, answer) = sim.trace.select(kind=Kind.RESPONDED)
    assert (answer.source, answer.status) == ("imc-dispatcher", 500)


def test_a_service_that_is_gone_has_no_host() -> None:
    subscription = (
        "subscriptions: {work: {channel: c, subscriber: s, delivery:"
        " {retry: 1, backoffPolicy: exponential, backoffDelay: PT1S}}}"
    )
    sim = retried(CHANNEL, subscription, SERVICES, strict=True)

    sim.reload(topology(CHANNEL, "services: {t: {}}"))
    sim.run()

    assert answers(sim)[0][1:] == (0, "no such host")
    assert [r.service for r in sim.received("s")] == ["service/s"]


def test_what_was_posted_before_arrives_at_what_is_there_then() -> None:
    sim = Simulation(topology(BROKER, SERVICES))
    sent = sim.send(type="a", after="2s")

    sim.reload(topology("brokers: {other: {}}", SERVICES))
    sim.run()

    assert sent.status == 404


def test_what_is_sent_to_no_address_goes_to_the_only_broker_there_is_then() -> None:
    text = "brokers: {east: {}}\ntriggers: {work: {broker: east, subscriber: s}}"
    sim = Simulation(topology(text, SERVICES))
    sim.send(type="a")
    sim.run()

    sim.reload(topology(text.replace("east", "west"), SERVICES))
    sim.send(type="a")

    sim.run()
    sent = [record.target for record in sim.trace.select(kind=Kind.SENT)]
    assert sent == ["broker/east", "broker/west"]


def test_a_service_that_did_not_change_keeps_its_place_in_its_script() -> None:
    scripted = "services: {s: {responses: [200, 201, 202]}, t: {responses: [200, 201]}}"
    both = "triggers: {one: {subscriber: s}, two: {subscriber: t}}"
    sim = Simulation(topology("brokers: {default: {}}", both, scripted))
    sim.send(type="a")
    sim.run()

    sim.reload(
        topology(
            "brokers: {default: {}}", both, scripted.replace("t: {resp", "t: {latency: 1ms, resp"),
        )
    )  # fmt: skip
    sim.send(type="a")
    sim.run()

    assert [r.status for r in sim.received("s")] == [200, 201]
    assert [r.status for r in sim.received("t")] == [200, 200]


def test_an_instance_of_a_handler_class_goes_on_with_its_service(
    tmp_path: Path,
) -> None:
    code = "class C:\n  def __init__(self):\n    self.n = 199\n  def __call__(self, event):\n    self.n += 1\n    return self.n\n"
    (tmp_path / "counting.py").write_text(code)
    services = "services: {s: {handler: 'counting.py:C'}, t: {handler: 'counting.py:C', latency: %dms}}"
    both = "triggers: {one: {subscriber: s}, two: {subscriber: t}}"
    sim = Simulation(
        topology("brokers: {default: {}}", both, services % 1),
        handlers=[str(tmp_path / "counting.py")],
    )
    sim.send(type="a")
    sim.run()

    sim.reload(topology("brokers: {default: {}}", both, services % 2))
    sim.send(type="a")
    sim.run()

    assert [r.status for r in sim.received("s")] == [200, 201]
    assert [r.status for r in sim.received("t")] == [200, 200]


def test_a_function_given_to_a_service_plays_it_on() -> None:
    sim = Simulation(topology(BROKER, WORK))
    calls: list[str] = []

    @sim.service("s")
    def handler(event: CloudEvent) -> None:
        calls.append(event.get_type())

    sim.send(type="a")
    sim.run()
    sim.reload(topology(BROKER, WORK.replace("type: a", "type: b")))
    sim.send(type="b")
    sim.run()

    assert calls == ["a", "b"]


SOURCE = "sources: {%s: {every: 1s, sink: broker/default, event: {type: a}}}"


def sent_at(sim: Simulation) -> list[tuple[str, int]]:
    sent = sim.trace.select(kind=Kind.SENT)
    return [(r.event.id, r.at_ns // 1_000_000) for r in sent]


def test_a_source_that_did_not_change_keeps_its_schedule() -> None:
    sim = Simulation(topology(BROKER, SOURCE % "x", SERVICES))
    sim.run("1500ms")

    sim.reload(
        topology(BROKER, SOURCE % "x", "triggers: {t: {subscriber: t}}", SERVICES)
    )
    sim.run("3s")

    assert sent_at(sim) == [("x-1", 1000), ("x-2", 2000), ("x-3", 3000)]


def test_the_schedule_of_a_changed_source_begins_now_and_its_numbers_go_on() -> None:
    sim = Simulation(topology(BROKER, SOURCE % "x", SERVICES))
    sim.run("1500ms")

    sim.reload(topology(BROKER, (SOURCE % "x").replace("1s", "400ms"), SERVICES))
    sim.run("2500ms")

    assert sent_at(sim) == [("x-1", 1000), ("x-2", 1900), ("x-3", 2300)]
    assert sim.endless == ("source/x",)


def test_a_source_that_is_gone_stops() -> None:
    sim = Simulation(topology(BROKER, SOURCE % "x", SERVICES))
    sim.run("1500ms")

    sim.reload(topology(BROKER, SERVICES))
    sim.run()

    assert sent_at(sim) == [("x-1", 1000)]
    assert sim.endless == ()


def test_a_ping_source_goes_on_with_the_next_tick_of_its_new_schedule() -> None:
    ping = "pingsources: {p: {schedule: '%s', sink: broker/default}}"
    sim = Simulation(topology(BROKER, ping % "* * * * *"))
    sim.run("90s")

    sim.reload(topology(BROKER, ping % "*/2 * * * *"))
    sim.run("5m")

    assert sent_at(sim) == [("p-1", 60_000), ("p-2", 120_000), ("p-3", 240_000)]


def test_what_a_source_is_to_send_goes_to_what_is_at_its_sink_then() -> None:
    direct = "sources: {x: {every: 1s, sink: service/s}}"
    sim = Simulation(topology(direct, "services: {s: {responses: [200]}}"))
    sim.run("1s")

    sim.reload(topology(direct, "services: {s: {responses: [201]}}"))
    sim.run("2s")

    assert [r.status for r in sim.received("s")] == [200, 201]


def test_a_topology_that_is_refused_changes_nothing() -> None:
    sim, alone = (retried(BROKER, WORK, SERVICES) for _ in range(2))
    wrong = topology(
        "brokers: {default: {delivery: {retry: -1}}}",
        "triggers: {work: {subscriber: s, filters: [{exact: {}}]}}",
        "seed: 5",
    )

    with pytest.raises(TopologyError) as caught:
        sim.reload(wrong)
    sim.run()
    alone.run()

    assert len(caught.value.faults) >= 2
    assert any("restart" in fault for fault in caught.value.faults)
    assert list(sim.trace) == list(alone.trace)
    assert sim.topology == alone.topology


def test_a_service_that_would_emit_to_nowhere_changes_nothing() -> None:
    sim, alone = (retried(BROKER, WORK, SERVICES) for _ in range(2))
    emitting = "services: {s: {emit: [{to: broker/defualt, event: {type: b}}]}}"

    with pytest.raises(TopologyError, match="defualt"):
        sim.reload(topology(BROKER, emitting))
    sim.run()
    alone.run()

    assert list(sim.trace) == list(alone.trace)


@pytest.mark.parametrize(
    "said", ["seed: 1", "start: 2027-01-01T00:00:00Z", "maxTTL: 9", "profile: mt-channel"]
)  # fmt: skip
def test_what_a_run_keeps_to_its_end_needs_a_restart(said: str) -> None:
    sim = Simulation(topology(BROKER, SERVICES))
    name = said.partition(":")[0]

    with pytest.raises(
        TopologyError,
        match=rf"spec\.{name}: cannot change in a running simulation; restart it",
    ):
        sim.reload(topology(BROKER, SERVICES, said))
    with pytest.raises(TopologyError, match="restart it"):
        Simulation(topology(BROKER, SERVICES, said)).reload(topology(BROKER))


def test_a_document_that_cannot_be_read_is_no_change_of_its_settings(
    tmp_path: Path,
) -> None:
    file = tmp_path / "topology.yaml"
    file.write_text("topology: t\nseed: 1\nservices: {s: {}}\n", encoding="utf-8")
    sim = Simulation(Topology.load(file))
    file.write_text("topology: t\nseed: 1\nservices: {s: {}\n", encoding="utf-8")

    with pytest.raises(TopologyError) as caught:
        sim.reload(Topology.load(file, partly=True))

    (fault,) = caught.value.faults
    assert "not valid YAML" in fault


def test_what_nobody_may_change_is_replaced() -> None:
    sim = retried("channels: {c: {delivery: {retry: 1}}}", SERVICES)
    manifests = [
        {"apiVersion": "messaging.knative.dev/v1", "kind": "Channel",
         "metadata": {"name": "d"}, "spec": {"delivery": {"retry": retry}}}
        for retry in (1, 2)
    ]  # fmt: skip
    sim.reload(sim.topology + Topology.of(manifests[0]))

    changes = sim.reload(topology("channels: {c: {delivery: {retry: 1}}}", SERVICES) + Topology.of(manifests[1]))  # fmt: skip

    (key,) = changes.replaced
    assert (key.kind, key.name) == ("Channel", "d")
    assert str(changes).startswith("replaced Channel d (Immutable fields changed (-old +new): spec")  # fmt: skip


def test_without_webhooks_nothing_is_replaced() -> None:
    other = BROKER.replace("}}}", "}}, other: {}}")
    sim = retried(other, WORK, SERVICES, defaults=False)

    changes = sim.reload(
        topology(other, WORK.replace("{filter", "{broker: other, filter"), SERVICES)
    )

    assert [key.name for key in changes.changed] == ["work"]


def test_one_record_says_what_changed_and_none_when_nothing_did() -> None:
    sim = retried(BROKER, WORK, SERVICES)
    seen: list[int] = []
    sim.watch(lambda: seen.append(len(sim.trace)))

    nothing = sim.reload(topology(BROKER, WORK, SERVICES))
    sim.reload(topology(BROKER, SERVICES, "channels: {c: {}}"))

    (record,) = sim.trace.select(kind=Kind.RECONFIGURED)
    assert (nothing, bool(nothing), str(nothing)) == (
        Changes(),
        False,
        "nothing changed",
    )
    assert record.detail == "added Channel c; removed Trigger work"
    assert (record.cause, record.source, record.target) == (None, "", "")
    assert seen == [record.serial + 1]


def test_a_resource_of_another_namespace_is_named_with_it() -> None:
    manifest = {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker",
                "metadata": {"name": "b", "namespace": "team"}}  # fmt: skip
    sim = Simulation(topology(BROKER))

    changes = sim.reload(topology(BROKER) + Topology.of(manifest))

    assert str(changes) == "added Broker team/b"


def test_a_fork_repeats_a_reload_or_stands_before_it() -> None:
    sim = retried(BROKER, WORK, SERVICES)
    sim.reload(topology(BROKER, WORK.replace("r: s", "r: t"), SERVICES))
    sim.run()
    (record,) = sim.trace.select(kind=Kind.RECONFIGURED)

    whole, before = sim.fork(), sim.fork(record.serial)
    before.run()

    assert list(whole.trace) == list(sim.trace)
    assert whole.topology == sim.topology
    assert before.trace.select(kind=Kind.RECONFIGURED) == []
    assert len(before.dead_letters) == 1


def test_a_handler_cannot_reload_and_what_it_holds_back_finds_its_way() -> None:
    sim = Simulation(topology(BROKER, WORK, SERVICES))
    told: list[str] = []

    @sim.service("s")
    async def handler(event: CloudEvent) -> None:
        with pytest.raises(UsageError) as caught:
            sim.reload(topology(BROKER))
        told.append(str(caught.value))
        await anyio.lowlevel.checkpoint()
        await sim.sleep("2s")
        sim.send(type="b", to="service/t")

    sim.send(type="a")
    sim.run("1s")
    sim.reload(
        topology(
            BROKER, WORK, SERVICES.replace("t: {latency: 1ms}", "t: {responses: [201]}")
        )
    )
    sim.run()

    assert told == ["reload: the run is going on; call it when that has returned"]
    assert [r.status for r in sim.received("t")] == [201]


def test_what_was_given_to_the_run_may_be_otherwise_in_the_topology() -> None:
    sim = Simulation(
        topology("seed: 1", "services: {s: {}}"),
        seed=5, start="2027-01-01T00:00:00Z", max_ttl=9, profile="mt-channel",
    )  # fmt: skip

    changes = sim.reload(
        topology(
            "seed: 2", "start: 2028-01-01T00:00:00Z", "maxTTL: 3",
            "profile: mt-channel", "services: {s: {}}",
        )
    )  # fmt: skip

    assert [key.kind for key in changes.changed] == ["Simulation"]
    assert (sim.seed, sim.now_text()) == (5, "2027-01-01T00:00:00Z")
