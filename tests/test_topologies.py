"""Every topology that we ship runs, and shows what its first comment claims."""

from __future__ import annotations

import itertools
import shlex
from base64 import b64decode
from collections import Counter
from pathlib import Path

import pytest

from simulator import Sent, Simulation, Topology, TopologyError
from simulator.cli import main
from simulator.kernel import Kind
from simulator.wiring import Severity
from tests.shared_data import DATA, needs_data

TOPOLOGIES = Path(__file__).parents[1] / "topologies"
POC = TOPOLOGIES / "cdevents/poc-2021"
MANIFESTS = DATA / "manifests"
ALL = [
    ["quickstart.yaml"],
    ["orders.yaml"],
    ["reply-loop.yaml"],
    ["prefer-reply.yaml"],
    ["sequence.yaml"],
    ["parallel.yaml"],
    ["channels.yaml"],
    ["ping.yaml"],
    ["watch.yaml"],
    ["transforms.yaml"],
    ["connectors.yaml"],
    ["who-may-send.yaml"],
    ["kafka.yaml"],
    ["rabbitmq.yaml"],
    ["nats.yaml"],
    ["filters.yaml"],
    ["cesql.yaml"],
    ["request-reply.yaml"],
    ["job-sink.yaml"],
    ["inventory.yaml"],
    ["pipeline.yaml"],
    ["serving-events/two-vocabularies.yaml"],
    ["serving-events/rollback.yaml"],
    ["serving-load.yaml"],
    ["knative"],
    ["cdevents/poc-2021"],
    ["cdevents/poc-2021", "cdevents/duplicate-delivery"],
    ["cdevents/poc-2021", "cdevents/two-deployers"],
    ["cdevents/auto-approval"],
    ["cdevents/nobody-deploys"],
    ["cdevents/multi-stage"],
    ["cdevents/remediation"],
    ["cdevents/cdevents-0.5"],
    ["cdevents/cdevents-0.5-stages"],
    ["cdevents/cdevents-0.5-remediation"],
    ["cdevents/el-502"],
    ["cdevents/el-loop"],
]
SAYING_NO = (
    "reply-loop.yaml",
    "who-may-send.yaml",
    "job-sink.yaml",
    "cdevents/el-502",
    "cdevents/el-loop",
)
"""The command says no to what they show: something is lost, expires, or fails in a Job."""
READ_BY_SYSTEMS = ("apiVersion: spec.keptn.sh/", "apiVersion: tekton.dev/")
WEEK = "7d"


def ran(*paths: str, handlers: str = "", until: str | None = None) -> Simulation:
    topology = Topology.load(*(TOPOLOGIES / path for path in paths))
    files = [TOPOLOGIES / handlers] if handlers else []
    sim = Simulation(topology, handlers=files)
    sim.run(until=until)
    return sim


def test_a_hundred_orders_at_once_wait_for_five_pods_and_are_priced_in_the_end() -> (
    None
):
    sim = ran("serving-load.yaml")

    [pods] = sim.pods
    taken = [each for each in sim.received("pricing") if each.status == 200]
    assert (len(taken), len(sim.received("unpriced"))) == (100, 0)
    assert (pods.first, pods.most, pods.wanted) == (0, 5, 0)
    assert pods.timed_out == 87


def test_workloads_connectors_and_pipes_send_and_take_events() -> None:
    sim = ran("connectors.yaml")

    journal = sim.received("journal")
    assert [each.event.type for each in journal].count("shop.receipt") == 3
    assert [each.event.get_extension("shop") for each in sim.received("print")] == [
        "7"
    ] * 3
    assert {each.status for each in journal} == {204}


def answered(path: str, type_: str) -> tuple[Simulation, Sent]:
    sim = ran(path)
    sent = sim.send(type=type_)
    sim.run()
    return sim, sent


def statuses(sim: Simulation, service: str) -> list[int]:
    return [received.status for received in sim.received(service)]


def types(sim: Simulation, service: str) -> list[str]:
    return [received.event.get_type() for received in sim.received(service)]


def test_a_careful_consumer_falls_silent_where_nobody_asks_for_its_reply() -> None:
    topology = Topology.load(TOPOLOGIES / "prefer-reply.yaml")

    taken = {}
    for profile in ("mt-channel", "kafka", "natss", "spec", "rabbitmq"):
        sim = Simulation(topology, profile=profile)
        sim.send(type="order.placed")
        sim.run()
        taken[profile] = [len(sim.received(name)) for name in ("shipping", "logger")]

    assert taken.pop("rabbitmq") == [0, 1]
    assert list(taken.values()) == [[1, 1]] * 4


def test_a_folder_of_kafka_plays_from_a_record_to_the_topic_of_dead_letters() -> None:
    sim = ran("kafka.yaml")

    asked = [(r.at_ns // 10**6, r.attributes["key"]) for r in sim.received("cart")]
    assert asked == [
        (0, "anna"),
        (500, "ben"),
        (1_000, "anna"),
        (1_000, "anna"),
        (2_000, "eve"),
    ]
    [parked] = sim.received("support")
    assert parked.attributes["key"] == "eve"
    assert parked.attributes["knativeerrorcode"] == "422"


def test_the_quick_setup_of_rabbitmq_takes_a_400_for_a_success() -> None:
    sim = ran("rabbitmq.yaml", until="3m")

    assert statuses(sim, "failer") == [500] * 6 + [400, 200]
    assert types(sim, "event-display") == [
        "dev.knative.rabbitmq.event",
        "dev.knative.sources.ping",
    ]


def test_the_stream_of_nats_swallows_a_reply_that_keeps_its_id() -> None:
    sim = ran("nats.yaml")

    assert types(sim, "price") == ["order.placed"] * 2
    assert types(sim, "archive") == ["order.placed"] * 2
    assert len(sim.trace.select(kind=Kind.DUPLICATE)) == 2


def test_every_file_is_tested_here() -> None:
    listed = [p for paths in ALL for p in paths] + ["explore"]  # test_seeded_bugs.py

    found = {
        str(file.relative_to(TOPOLOGIES))
        for file in TOPOLOGIES.rglob("*.yaml")
        if not any(str(file.relative_to(TOPOLOGIES)).startswith(p) for p in listed)
        and not any(of in file.read_text(encoding="utf-8") for of in READ_BY_SYSTEMS)
    }

    assert found == set()


@pytest.mark.parametrize("paths", ALL, ids=lambda paths: paths[-1])
def test_a_topology_is_the_same_in_either_form(paths: list[str]) -> None:
    topology = Topology.load(*(TOPOLOGIES / path for path in paths))

    short, knative = topology.to_short(), topology.to_knative()

    assert Topology.parse(short) == topology
    assert Topology.parse(knative) == topology


def first_comment(paths: list[str]) -> str:
    path = TOPOLOGIES / paths[-1]
    file = path / "simulation.yaml" if path.is_dir() else path
    lines = file.read_text().splitlines()
    comment = itertools.takewhile(lambda line: line.startswith("#"), lines)
    return "\n".join(line.removeprefix("#") for line in comment)


def commands(comment: str) -> list[list[str]]:
    """Give the words of each indented command, without the name kn-sim."""
    joined = comment.replace("\\\n", " ")
    indented = (line for line in joined.splitlines() if line.startswith("   kn-sim "))
    return [shlex.split(line)[1:] for line in indented]


@pytest.mark.parametrize("paths", ALL, ids=lambda paths: paths[-1])
def test_a_topology_says_first_what_to_watch_and_how_to_run_it(
    paths: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(TOPOLOGIES.parent)
    comment = first_comment(paths)
    given = commands(comment)

    codes = [main(words) for words in given]

    shown = capsys.readouterr()
    assert "Watch" in comment
    assert given[0][:2] == ["run", f"topologies/{paths[0]}"]
    assert codes == [1 if paths[-1] in SAYING_NO else 0] * len(given)
    told = [
        line for line in shown.err.splitlines() if "kn-sim: to decide, " not in line
    ]
    assert told == []  # but for how to decide where somebody has to


def test_quickstart_filters_one_event_out_retries_one_and_dead_letters_one() -> None:
    sim = ran("quickstart.yaml")

    shipped = [(r.event.get_id(), r.status) for r in sim.received("shipping")]
    assert shipped == [
        ("shop-1", 503),
        ("shop-1", 200),
        ("shop-2", 500),
        ("shop-2", 500),
    ]
    assert [r.event.get_id() for r in sim.received("audit")] == [
        "desk-1",
        "shop-1",
        "shop-2",
    ]
    assert [r.event.get_id() for r in sim.dead_letters] == ["shop-2"]


def test_quickstart_fits_on_the_first_screen() -> None:
    lines = (TOPOLOGIES / "quickstart.yaml").read_text().splitlines()

    assert len([line for line in lines if not line.startswith("#")]) <= 15


def test_orders_come_back_priced_and_the_pallet_is_refused_at_once() -> None:
    sim = ran("orders.yaml")

    assert statuses(sim, "shipping") == [503, 503, 202, 202, 202, 422]
    [dead] = sim.dead_letters
    assert dead.event.get_data() == {"amount": 500, "total": 10_500}
    assert dead.attributes["knativeerrorcode"] == "422"
    assert Counter(types(sim, "audit")) == {
        "shop.order.placed": 4,
        "shop.order.priced": 4,
    }


def test_the_reply_loop_ends_when_the_time_to_live_is_used_up() -> None:
    sim, sent = answered("reply-loop.yaml", "ping")

    assert statuses(sim, "parrot") == [200] * 5
    assert [r.attributes["knativeerrorcode"] for r in sim.dead_letters] == ["400"]
    assert len(sim.trace.select(kind="expired")) == 1
    assert sent.status == 202


def test_retries_multiply_the_reply_loop_where_no_dead_letter_sink_settles_it() -> None:
    text = (TOPOLOGIES / "reply-loop.yaml").read_text()
    settled, unsettled = "{deadLetterSink: dead-letters}", "{retry: 2}"
    sim = Simulation(Topology.parse(text.replace(settled, unsettled)))
    sim.send(type="ping")

    sim.run()

    assert len(sim.received("parrot")) == sum(3**depth for depth in range(5)) == 121


def test_the_sequence_ends_for_the_bad_order_at_its_first_step() -> None:
    sim = ran("sequence.yaml")

    assert [r.event.get_subject() for r in sim.received("price")] == ["good"]
    [packed] = sim.received("warehouse")
    assert packed.event.get_data() == {"total": 63}
    assert packed.attributes["packedby"] == "ann"
    assert [r.status for r in sim.trace.select(kind="answered")] == [202, 202]


def test_the_branches_of_the_parallel_have_filters_and_replies_of_their_own() -> None:
    sim = ran("parallel.yaml")

    assert statuses(sim, "any-order") == [200, 200]
    assert types(sim, "mail") == ["customer.thanked", "customer.thanked"]
    assert [r.event.get_id() for r in sim.received("accounting")] == ["large-1"]


def test_each_subscription_gets_every_event_of_the_channel() -> None:
    sim = ran("channels.yaml")

    assert statuses(sim, "printer") == [200, 200]
    assert types(sim, "reader") == ["news.translated", "news.translated"]
    assert statuses(sim, "archive") == [0, 200, 503, 503]
    assert [r.event.get_id() for r in sim.dead_letters] == ["press-2"]


def test_a_transform_replies_with_an_event_or_with_what_is_none() -> None:
    sim = ran("transforms.yaml")

    assert types(sim, "ledger") == ["order.total", "order.rated"]
    assert [each.event.get_type() for each in sim.dead_letters] == ["order.placed"]


def test_a_pod_is_told_of_while_it_fits_the_selectors() -> None:
    sim = ran("watch.yaml")

    types = [each.event.type.rpartition(".")[2] for each in sim.received("auditor")]
    assert types == ["add", "update", "delete"]
    assert len(sim.received("pager")) == 1
    assert [f.subject for f in sim.findings if f.code == "never-told"] == [
        "Pod backup/db-1"
    ]


def test_the_controller_of_2022_says_less_of_the_same_life() -> None:
    sim = ran("serving-events/two-vocabularies.yaml")

    old = [each.event.type.split(".")[-2] for each in sim.received("pager-of-2022")]
    new = [each.event.type.split(".")[3] for each in sim.received("pager-of-today")]
    assert old == ["deployed", "upgraded", "removed"]
    assert new == [
        *("deployed", "published", "upgraded", "detected"),
        *("rolledback", "resolved", "removed"),
    ]


def test_keptn_rolls_back_because_the_service_tells_of_its_failure() -> None:
    sim = ran("serving-events/rollback.yaml")

    told = [(each.event.type, each.event.data) for each in sim.received("pager")]
    assert [type_.removeprefix("dev.cdevents.") for type_, _ in told][-4:] == [
        "incident.detected.0.3.0",
        "service.rolledback.0.3.0",
        "incident.resolved.0.3.0",
        "sh.keptn.event.production.rollback.finished",
    ]
    assert told[-4][1]["subject"]["content"]["description"] == (
        "RevisionFailed: OOMKilled"
    )
    assert told[-3][1]["subject"]["content"]["artifactId"].endswith("tag=v1")
    assert told[-1][1]["result"] == "pass"


def test_nobody_rolls_back_what_the_controller_of_2022_is_silent_of(
    tmp_path: Path,
) -> None:
    folder = TOPOLOGIES / "serving-events"
    text = (folder / "rollback.yaml").read_text(encoding="utf-8")
    (tmp_path / "silent.yaml").write_text(text.replace("cdevents-0.5", "cd-v1"))
    (tmp_path / "shipyard.yaml").write_bytes((folder / "shipyard.yaml").read_bytes())
    sim = Simulation(Topology.load(tmp_path / "silent.yaml"))

    sim.run()

    assert sim.received("bridge") == []
    types = [each.event.type.split(".")[-2] for each in sim.received("pager")]
    assert types == ["deployed", "delivery", "upgraded", "delivery"]


def test_the_policy_lets_in_whom_it_names() -> None:
    sim = ran("who-may-send.yaml")

    assert [(r.event.id, r.status) for r in sim.refused] == [
        ("web-1/order.packed", 403),
        ("stranger-1", 403),
        ("nobody-1", 401),
    ]
    assert [r.event.get_id() for r in sim.received("packing")] == ["web-1"]
    assert [r.event.get_id() for r in sim.received("logger")] == ["neighbour-1"]
    assert [r.attributes["knativeerrorcode"] for r in sim.dead_letters] == ["403"]


def test_the_ping_source_ticks_on_working_days() -> None:
    sim = ran("ping.yaml", until=WEEK)

    # the run starts on Thursday, the first of January 2026
    assert [r.at for r in sim.received("reminder")] == [
        f"2026-01-0{day}T08:00:00Z" for day in (1, 2, 5, 6, 7)
    ]


def test_each_dialect_passes_what_it_should() -> None:
    sim = ran("filters.yaml")

    passed = {
        endpoint.name: [r.event.get_id() for r in sim.received(endpoint.name)]
        for endpoint in sim.wiring.endpoints
    }
    placed, paid, hired = "placed-1", "paid-1", "hired-1"
    assert passed == {
        "attributes": [placed],
        "exact": [paid],
        "prefix": [placed, paid],
        "suffix": [paid, hired],
        "all": [paid],
        "any": [placed, hired],
        "not": [hired],
        "cesql": [paid],
        "both": [paid],
        "everything": [placed, paid, hired],
    }


def test_cesql_asks_before_it_compares_and_must_end_in_a_boolean() -> None:
    sim = ran("cesql.yaml")

    assert len(sim.received("nearby")) == 2
    assert len(sim.received("careful")) == 2
    assert sim.received("hasty") == []
    assert sim.received("sum") == []
    assert len(sim.trace.select(kind="panicked")) == 2
    assert [r.event.get_id() for r in sim.dead_letters] == ["priced-1", "asked-1"]


def test_a_python_service_remembers_within_one_run_only() -> None:
    runs = [ran("inventory.yaml", handlers="inventory.py") for _ in range(2)]

    assert [len(sim.received("delivery")) for sim in runs] == [2, 2]
    assert [len(sim.received("purchasing")) for sim in runs] == [1, 1]


def test_the_pipeline_waits_for_whoever_approves_what_is_risky() -> None:
    sim = ran("pipeline.yaml", until="2m")
    waiting = [approval.event.attributes["subject"] for approval in sim.approvals]

    for approval in sim.approvals:
        sim.approve(approval.serial)
    sim.run(until="122s")

    deployed = sim.received("deploy-prod")
    assert waiting == ["payments"] * 4
    assert [
        r.event.get_subject() for r in deployed if r.at_ns >= 120 * 10**9
    ] == waiting
    assert statuses(sim, "deploy-staging")[:6] == [500, 503, 200, 200, 200, 200]


def test_the_pipeline_tells_the_dead_letters_why_they_were_rejected() -> None:
    sim = ran("pipeline.yaml", until="2m")

    [why] = {r.attributes["knativeerrordata"] for r in sim.dead_letters}
    assert b64decode(why) == b"not approved"
    assert {r.event.get_subject() for r in sim.dead_letters} == {"web"}


def test_every_event_of_the_pipeline_is_written_down_twice() -> None:
    sim = ran("pipeline.yaml", until="2m")

    taken = sim.trace.select(kind="accepted", node="channel/audit")
    in_time = [r for r in taken if r.at_ns < 119 * 10**9]
    for service in ("archive", "metrics"):
        assert len(sim.received(service)) == len(taken) > len(in_time) > 100


def test_plain_manifests_run_with_a_simulation_beside_them() -> None:
    sim, sent = answered("knative", "shop.order.placed")

    retries = sim.trace.select(kind="retry-scheduled", node="trigger/shop/ship")
    [dead] = sim.dead_letters
    assert len(retries) == 2
    assert (
        dead.attributes["knativeerrordest"]
        == "http://shipping.shop.svc.cluster.local/orders"
    )
    assert sent.status == 202


def test_the_manifests_for_kubectl_hold_nothing_of_ours() -> None:
    topology = Topology.load(TOPOLOGIES / "knative/manifests", POC / "manifests")

    assert [r for r in topology if r.group == "simulator"] == []


def test_an_answer_that_is_no_event_deploys_eleven_times() -> None:
    sim, sent = answered("cdevents/el-502", "cd.artifact.published.v1")

    listener = sim.received("el-cdevent-listener")
    runs = {r.event.get_id() for r in sim.received("cloudevents-player")}
    assert len(listener) == len(runs) == 11
    assert listener[-1].at_ns == 204_600_000_000
    assert sent.status == 500


def test_an_event_in_the_answer_comes_back_255_times() -> None:
    sim, sent = answered("cdevents/el-loop", "cd.artifact.published.v1")

    listener = sim.received("el-cdevent-listener")
    assert len(listener) == 255
    assert listener[0].event.get_id() == "event-1"
    assert sent.status == 500
    assert len(sim.trace.select(kind="expired")) == 1


def holds_manifests(path: Path) -> bool:
    """Tell manifests from what lies beside them: a func.yaml, an event, a template."""
    text = path.read_text()
    return "apiVersion:" in text and "kind:" in text


FILES = sorted(path for path in MANIFESTS.rglob("*.yaml") if holds_manifests(path))
FOLDERS = sorted({path.parent for path in FILES})
NO_MANIFESTS = sorted(
    path
    for path in (*MANIFESTS.rglob("*.yaml"), *MANIFESTS.rglob("*.json"))
    if not holds_manifests(path)
)


def shown(path: Path) -> str:
    return str(path.relative_to(MANIFESTS))


def runs_without_fault(topology: Topology) -> None:
    sim = Simulation(topology)

    sim.run(until="2m")

    faults = [str(f) for f in sim.findings if f.severity is Severity.FAULT]
    assert faults == []
    assert Topology.parse(topology.to_short()) == topology
    assert Topology.parse(topology.to_knative()) == topology


@needs_data
@pytest.mark.parametrize("file", FILES, ids=shown)
def test_a_manifest_of_others_runs_as_it_is(file: Path) -> None:
    runs_without_fault(Topology.load(file))


@needs_data
@pytest.mark.parametrize("folder", FOLDERS, ids=shown)
def test_a_folder_of_others_runs_as_it_is(folder: Path) -> None:
    runs_without_fault(Topology.load(*(f for f in FILES if f.is_relative_to(folder))))


@needs_data
def test_all_manifests_of_others_run_together() -> None:
    whole = Topology()
    clashing = 0
    for file in FILES:
        try:
            whole = whole + Topology.load(file)
        except TopologyError:
            clashing += 1  # the same name stands in two samples; a cluster holds one

    runs_without_fault(whole)

    assert len(whole) > 3 * clashing


@needs_data
@pytest.mark.parametrize("file", NO_MANIFESTS, ids=shown)
def test_a_file_that_holds_no_manifest_is_refused_with_its_place(file: Path) -> None:
    with pytest.raises(TopologyError, match="needs apiVersion and kind") as refused:
        Topology.load(file)

    assert f"{file}:" in str(refused.value)
