"""EventTransforms are hops of a run."""

import json

import pytest

from simulator import Simulation, Topology
from simulator.errors import UsageError
from simulator.kernel.answer import Failure

BROKER = (
    "apiVersion: eventing.knative.dev/v1\nkind: Broker\nmetadata: {name: default}\n"
)
TRANSFORM = """\
apiVersion: eventing.knative.dev/v1alpha1
kind: EventTransform
metadata: {name: %s}
spec: %s
"""
TRIGGER = """\
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: %s}
spec: {broker: default, filter: {attributes: {type: %s}}, subscriber: %s}
"""
REF = (
    "{ref: {apiVersion: eventing.knative.dev/v1alpha1, kind: EventTransform, name: %s}}"
)
LOG = "{uri: 'http://log.default.svc.cluster.local/'}"
MADE = (
    '{"specversion": "1.0", "id": id, "type": "made", "source": source, "data": data}'
)


def topology(*specs: object, more: str = "") -> Topology:
    """Make transforms a, b … of these specs; one trigger leads to the first."""
    names = "abc"[: len(specs)]
    made = [TRANSFORM % (n, json.dumps(s)) for n, s in zip(names, specs, strict=True)]
    parts = [BROKER, TRIGGER % ("in", "raw", REF % "a"), *made]
    return Topology.parse("---\n".join([*parts, *([more] if more else [])]))


def jsonata(expression: str) -> dict[str, object]:
    return {"jsonata": {"expression": expression}}


def test_its_result_is_a_reply() -> None:
    sim = Simulation(topology(jsonata(MADE), more=TRIGGER % ("out", "made", LOG)))

    sim.send(type="raw", id="e1", data={"a": 1})
    sim.run()

    (received,) = sim.received("log")
    assert (received.event.type, received.event.id) == ("made", "e1")
    assert json.loads(received.event.data) == {"a": 1}  # text, as the broker sniffs it


def test_its_result_goes_to_a_sink_and_not_back() -> None:
    sink = {"uri": "http://log.default.svc.cluster.local/in?x=1"}
    sim = Simulation(topology({**jsonata(MADE), "sink": sink}))

    sent = sim.send(type="raw", data={"a": 1})
    sim.run()

    (received,) = sim.received("log")
    assert received.request.headers["content-type"] == "application/cloudevents+json"
    assert received.request.target.path == "/in?x=1"
    assert "prefer" not in received.request.headers
    assert sent.status == 202
    assert [r.event.type for r in sim.trace.select(kind="replied")] == []


def test_it_waits_for_its_sink_as_long_as_that_takes() -> None:
    sim = Simulation(
        topology(
            {**jsonata(MADE), "sink": {"uri": "http://log.default.svc.cluster.local"}},
            more="topology: t\nservices: {log: {latency: 2s, responses: [{status: 503}]}}\n",
        )
    )

    sent = sim.send(type="raw")
    sim.run()

    assert sent.status == 500
    came = [r.at_s for r in sim.received("log")]
    assert [r.status for r in sim.received("a-jsonata")] == [503] * 11
    assert came[:3] == [
        0,
        2.2,
        4.6,
    ]  # the broker's waits of 0.2 s and 0.4 s lie between


def test_what_its_sink_answers_is_transformed_in_turn() -> None:
    spec = {
        **jsonata("$"),
        "sink": {"uri": "http://log.default.svc.cluster.local"},
        "reply": jsonata(
            '{"specversion": "1.0", "id": id, "type": "made", "source": "/t"}'
        ),
    }
    described = "topology: t\nservices: {log: {reply: {type: answer}}, end: {}}\n"
    out = TRIGGER % ("out", "made", "{uri: 'http://end.default.svc.cluster.local'}")
    sim = Simulation(topology(spec, more=f"{described}---\n{out}"))

    sim.send(type="raw", id="e1")
    sim.run()

    (received,) = sim.received("end")
    assert (received.event.id, received.event.source) == ("e1/answer", "/t")


def test_one_may_be_the_sink_of_another() -> None:
    ref = json.loads(REF.replace("{", '{"').replace(": ", '": "').replace(", ", '", "')
                     .replace('"{', "{").replace("}}", '"}}') % "b")  # fmt: skip
    sink = {"uri": "http://log.default.svc.cluster.local"}
    sim = Simulation(
        topology({**jsonata(MADE), "sink": ref}, {**jsonata("$"), "sink": sink})
    )

    sim.send(type="raw")
    sim.run()

    assert [r.event.type for r in sim.received("log")] == ["made"]


def test_a_value_that_is_no_object_fails_and_is_tried_again() -> None:
    sim = Simulation(topology(jsonata("data.a")))

    sent = sim.send(type="raw", data={"a": 1})
    sim.run()

    assert sent.status == 500
    assert {r.status for r in sim.received("a-jsonata")} == {500}


@pytest.mark.parametrize(
    ("reply", "codes"),
    [({}, []), ({"reply": jsonata(MADE)}, ["loop"])],
    ids=["passes on", "replies"],
)
def test_only_what_replies_may_go_in_a_circle(
    reply: dict[str, object], codes: list[str]
) -> None:
    more = "topology: x\nservices: {log: {}}\n"
    sink = {"uri": "http://log.default.svc.cluster.local/"}
    every = TRIGGER.replace("filter: {attributes: {type: %s}}, ", "")
    spec = {**jsonata(MADE), "sink": sink, **reply}
    sim = Simulation(
        Topology.parse(
            "---\n".join(
                [
                    BROKER,
                    every % ("in", REF % "a"),
                    TRANSFORM % ("a", json.dumps(spec)),
                    more,
                ]
            )
        )
    )

    assert [finding.code for finding in sim.findings] == codes


def test_data_that_is_a_number_is_refused_before_it_is_transformed() -> None:
    sim = Simulation(topology(jsonata(MADE)))

    sim.send(type="raw", data=5)
    sim.run()

    assert [r.status for r in sim.received("a-jsonata")] == [400]


def test_a_text_beyond_latin_1_kills_the_process() -> None:
    sim = Simulation(topology(jsonata("data.a")))

    sim.send(type="raw", data={"a": "Tōkyō"})
    sim.run()

    assert {r.fault for r in sim.received("a-jsonata")} == {Failure.CLOSED}


def test_an_expression_that_does_not_parse_never_starts() -> None:
    sim = Simulation(topology(jsonata("1 +")))

    sim.send(type="raw")
    sim.run()

    (finding,) = [f for f in sim.wiring.findings if f.id == "KN217"]
    assert finding.message.endswith("Unexpected end of expression")
    assert finding.path == "spec.jsonata.expression"
    assert {r.detail for r in sim.trace.select(kind="responded")} == {"refused"}


def test_an_expression_without_end_ends_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.jsonata.expression._LONGEST_S", 0.05)
    sim = Simulation(topology(jsonata("($f := function($x){$f($x)}; $f(1))")))
    sim.send(type="raw")

    with pytest.raises(UsageError, match=r"^transform/a: jsonata: no result after"):
        sim.run()


def test_one_that_is_its_own_sink_has_no_address() -> None:
    ref = {
        "ref": {
            "apiVersion": "eventing.knative.dev/v1alpha1",
            "kind": "EventTransform",
            "name": "a",
        }
    }

    wiring = Simulation(topology({**jsonata("$"), "sink": ref})).wiring

    assert {f.id for f in wiring.findings} >= {"KN203"}
    assert [e.node for e in wiring.endpoints] == []


def test_a_service_may_claim_its_address() -> None:
    described = "topology: t\nservices: {a-jsonata: {reply: {type: mine}}}\n"
    sim = Simulation(topology(jsonata(MADE), more=described))

    sim.send(type="raw")
    sim.run()

    assert [r.event.type for r in sim.trace.select(kind="replied")] == ["mine"]


def test_it_is_the_same_run_again() -> None:
    spec = {
        **jsonata('{"specversion": "1.0", "type": "made", "n": $random()}'),
        "sink": {"uri": "http://log.default.svc.cluster.local"},
    }

    def headers() -> list[dict[str, str]]:
        sim = Simulation(topology(spec), seed=3)
        sim.send(type="raw")
        sim.run()
        return [dict(r.request.headers) for r in sim.received("log")]

    assert headers() == headers()
