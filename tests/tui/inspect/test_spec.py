"""Descriptions of services and sources in words."""

import pytest

from simulator import Simulation, Topology
from simulator.subscribers.fields import Fields
from simulator.subscribers.parse import parse_simulation
from simulator.subscribers.service_spec import ServiceSpec
from simulator.subscribers.source_spec import SourceSpec, parse_source
from simulator.tui.inspect.context import short_place
from simulator.tui.inspect.descriptions import (
    answer_lines,
    life_lines,
    next_of,
    timing_text,
)
from simulator.tui.inspect.node import node_lines
from simulator.tui.inspect.spec import filter_rows
from tests.tui.inspect.runs import WIDE, Run, run, shown

S = 1_000_000_000


def _service(text: str) -> ServiceSpec:
    topology = Topology.parse(f"topology: t\nservices: {{s: {text}}}\n")
    (resource,) = topology.resources
    spec, _ = parse_simulation(resource.manifest)
    return spec.services["s"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", ["answers: 200, empty"]),
        ("{unreachable: true}", ["answers: unreachable"]),
        ("{latency: {normal: {mean: 20ms, deviation: 5ms}}}", ["latency: normal 20ms ± 5ms"]),
        ("{latency: {exponential: 20ms}}", ["latency: exponential 20ms"]),
        ("{latency: {uniform: [1ms, 2ms]}}", ["latency: uniform 1ms to 2ms"]),
        (
            "{responses: [{reset: true}, {status: 200, delay: 1s, reply: {type: a}}]}",
            ["responses: reset, 200 with a after 1s, then the last"],
        ),
        ("{responses: [500]}", ["responses: 500"]),
        ("{url: 'http://127.0.0.1:1/a'}", ["real: http://127.0.0.1:1/a"]),
        ("{run: python ship.py}", ["real: python ship.py"]),
        ("{pods: {start: {exactly: 2s}}}", ["pods: start in 2s"]),
        ("{echo: {set: {type: b}, remove: [data]}}", ["reply: the same event, type=b, without data"]),
        ("{reply: {data: {a: 1}}}", ["reply: an event"]),
        (
            "{reply: {type: a, whenPreferred: true}}",
            ["reply: a, when preferred"],
        ),
        (
            "{emit: [{to: broker/b, after: 1s, event: {type: e}}]}",
            ["emits: e → broker/b, 1s later"],
        ),
    ],
)  # fmt: skip
def test_a_description_is_told(text: str, expected: list[str]) -> None:
    rows = shown(list(answer_lines(_service(text), WIDE)), WIDE)

    assert " ".join(" ".join(rows).split()) == " ".join(expected).replace(":", "", 1)


@pytest.mark.parametrize(
    ("spec", "text", "after"),
    [
        (SourceSpec(every_ns=2 * S, count=3), "every 2s, 3 times", 4 * S),
        (SourceSpec(every_ns=2 * S, count=1), "every 2s, 1 times", None),
        (SourceSpec(at_ns=(S, 3 * S)), "at 1s, 3s", 3 * S),
        (SourceSpec(at_ns=(1, 2, 3, 4, 5)), "at 1ns, 2ns, 3ns and 2 more", None),
        (SourceSpec(rate=10), "10 a second on average", None),
        (SourceSpec(replay="a.jsonl"), "the events of a.jsonl", None),
        (SourceSpec(count=5), "5 at the start", None),
    ],
)
def test_a_generator_says_when_it_sends(
    spec: SourceSpec, text: str, after: int | None
) -> None:
    assert timing_text(spec) == text
    assert next_of(spec, 2 * S) == after


def test_a_played_service_says_how_it_stands_and_when_it_speaks_next() -> None:
    # given
    written = {
        "service": {"image": "a"},
        "steps": [{"at": "10s", "image": "b", "ready": False}],
    }
    spec = parse_source(Fields(written, "poc", []), "poc")
    assert spec.life is not None

    # when
    rows = shown(list(life_lines(spec.life.life, 10 * S, WIDE)), WIDE)

    # then
    assert " ".join(" ".join(rows).split()) == (
        "conditions Ready False RevisionFailed ConfigurationsReady False RevisionFailed "
        'RoutesReady True why Revision "poc-00002" failed with message: container failed '
        "with ExitCode 1. revisions poc-00002 failed poc-00001 ready, gets 100 %"
    )
    assert timing_text(spec) == "the life of ksvc/poc in cdevents-0.5, 1 steps"
    assert next_of(spec, 6 * S) == 10 * S


def test_filters_are_told_one_condition_a_row() -> None:
    spec = {
        "filters": [
            {"any": [{"suffix": {"subject": ".pdf"}}, {"cesql": "a\n = 1"}]},
            {"not": {"exact": {"type": "a"}}},
            {"odd": {}},
        ]
    }

    assert filter_rows(spec) == [
        "any of",
        '  subject ends with ".pdf"',
        "  a = 1",
        "not",
        '  type = "a"',
    ]
    assert filter_rows({}) == ["none, every event passes"]


def test_places_lose_folders_and_columns() -> None:
    assert short_place("a/b/orders.yaml:12:3") == "orders.yaml:12"
    assert short_place("<python>") == "<python>"


def _node(text: str, node: str) -> list[str]:
    it = Run(Simulation(Topology.parse(text)))
    return shown(node_lines(it.context, it.frame(), node, WIDE), WIDE)


def test_a_trigger_without_broker_says_why_it_is_not_ready() -> None:
    rows = _node(
        "topology: t\ntriggers: {lost: {broker: none, subscriber: s}}\n"
        "services: {s: {}}\n",
        "trigger/lost",
    )

    assert rows[2].startswith("  ✗ Ready:")
    assert any("BrokerDoesNotExist" in row for row in rows)


def test_stubs_and_python_services_say_what_they_are() -> None:
    text = "topology: t\nbrokers: {default: {}}\ntriggers: {t: {subscriber: s}}\n"
    sim = Simulation(Topology.parse(text))

    @sim.service("s")
    def answer(event: object) -> None:
        """Take it."""

    it = Run(sim)
    rows = shown(node_lines(it.context, it.frame(), "service/s", WIDE), WIDE)

    assert "  handler          a Python function" in rows
    assert any("stub" in row for row in _node(text, "service/s"))


def test_a_hub_names_what_plays_it_and_says_where_that_was_only_read() -> None:
    text = """
topology: t
profile: {profile}
brokers: {{default: {{}}}}
triggers: {{t: {{subscriber: s}}}}
"""

    rows = {
        name: _node(text.format(profile=name), "broker/default")
        for name in ("kafka", "rabbitmq")
    }

    assert "  profile          kafka, a reading" in rows["kafka"]
    assert "  profile          rabbitmq" in rows["rabbitmq"]


def test_a_dead_letter_sink_names_whose_dead_letters_it_takes() -> None:
    orders = run("orders")

    rows = shown(
        node_lines(orders.context, orders.frame(), "service/dead-letters", WIDE),
        WIDE,
    )  # fmt: skip

    assert "  dead letters of  trigger/price" in rows


def test_settings_from_several_places_are_named() -> None:
    rows = _node(
        """
topology: t
brokers: {default: {delivery: {retry: 30, backoffPolicy: exponential, backoffDelay: 10s, deadLetterSink: d}}}
triggers: {t: {subscriber: s, delivery: {retry: 30, backoffPolicy: exponential, backoffDelay: 10s}}}
services: {s: {}, d: {}}
""",
        "trigger/t",
    )

    assert "DELIVERY" in rows
    assert any(row.endswith("broker/default, <text>:3") for row in rows)
    assert any("never" in row or "cut off" in row for row in rows)


def test_a_source_that_watches_says_what() -> None:
    rows = _node(
        """
topology: watch
apiserversources:
  pods: {resources: [{apiVersion: v1, kind: Pod, selector: {matchLabels: {a: b}}}], sink: audit}
services: {audit: {}}
objects: [{add: {apiVersion: v1, kind: Pod, metadata: {name: p, labels: {a: b}}}}]
""",
        "apiserversource/pods",
    )

    assert any("when objects change" in row for row in rows)
    assert any("pods of v1 a=b" in row for row in rows)


def test_silent_sources_and_lost_sinks_are_told() -> None:
    rows = _node(
        """
apiVersion: sources.knative.dev/v1
kind: ApiServerSource
metadata: {name: watch}
spec:
  serviceAccountName: a
  resources: [{apiVersion: v1, kind: Event}]
  ceOverrides: {extensions: {team: blue}}
  sink: {ref: {apiVersion: v1, kind: Service, name: gone}}
---
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: default}
""",
        "apiserversource/watch",
    )

    assert any("nothing: nobody describes it" in row for row in rows)
    assert any("team=blue" in row for row in rows)


def test_of_what_is_real_it_is_told_who_stands_in_for_it() -> None:
    topology = """
topology: t
brokers: {default: {}}
triggers: {t: {subscriber: s}}
services: {s: {url: 'http://127.0.0.1:1'}}
sources: {p: {run: python send.py, sink: broker/default}}
"""

    service, source = _node(topology, "service/s"), _node(topology, "source/p")

    assert any("stub: it is real in" in row for row in service)
    assert any("a program, by" in row for row in source)


_PROCESSES = """\
topology: t
brokers: {default: {}}
triggers: {cut: {filter: {type: video}, subscriber: jobsink/cut}}
requestreplies: {ask: {brokerRef: default}}
jobsinks: {cut: {job: busybox}}
jobs: {cut: {latency: 20s, ends: failed}}
"""


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("requestreply/ask", ["asks             broker/default", "awaits           replyid, for 60 s",
                              "called by        trigger/ask0-1"]),
        ("jobsink/cut", ["a job each       job/cut", "called by        trigger/cut"]),
        ("job/cut", ["latency          20s", "responses        500"]),
    ],
)  # fmt: skip
def test_processes_of_knative_say_what_they_do(node: str, expected: list[str]) -> None:
    rows = [row.strip() for row in _node(_PROCESSES, node)]

    assert [row for row in rows if row in expected] == expected


def test_the_jobs_of_a_sink_say_where_they_are_described() -> None:
    rows = _node(_PROCESSES, "job/cut")

    assert rows[0].strip().endswith("job  cut")
    assert rows[1].strip().endswith(":6")


def test_a_node_says_who_may_send_to_it_and_in_whose_name_it_sends() -> None:
    text = """
topology: t
configmaps:
  config-features: {namespace: knative-eventing, data: {authentication-oidc: enabled}}
brokers: {default: {}, open: {}}
triggers: {t: {subscriber: s}}
eventpolicies:
  orders:
    to: [broker/default]
    from: [system:serviceaccount:shop:web]
    filters: [{prefix: {type: order.}}]
services: {s: {}}
"""

    guarded = _node(text, "broker/default")
    opened = _node(text, "broker/open")
    sending = _node(text, "trigger/t")

    row = next(row for row in guarded if row.startswith("  orders"))
    assert "system:serviceaccount:shop:web" in row
    assert any("with filters" in each for each in guarded)
    assert "  default mode     allow-same-namespace" in opened
    account = "system:serviceaccount:default:t-oidc-eventing.knative.dev-trigger"
    assert account in "".join(row.strip() for row in sending)


def test_the_pods_of_a_service_are_a_row_of_those_that_serve_and_those_that_start() -> (
    None
):
    load = run("serving-load")
    started = [r.serial for r in load.sim.trace.select(kind="started")]

    def pods(shown_records: int) -> str:
        frame = load.frame(shown_records)
        rows = shown(
            node_lines(load.context, frame, "service/pricing", WIDE),
            WIDE,
        )
        [row] = [row for row in rows if row.startswith("  pods  ")][-1:]
        return row.split("  ")[-1].strip()

    assert [pods(serial) for serial in started[:3]] == ["●○○○○", "●●○○○", "●●●○○"]
    assert pods(len(load.sim.trace) - 1) == "none"
    assert load.figures.pods(len(load.sim.trace), "service/pricing") == (0, 0)
    assert load.figures.pods(1, "service/pricing") is None
