"""Rules that need the whole topology: a minimal case of each, and near ones that are none.

What a rule calls certain is seen in a run.
"""

from pathlib import Path

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.session.blueprint import Blueprint
from simulator.wiring import Finding
from tests.shared_data import DATA, needs_data

HEAD = "topology: t\nbrokers: {b: {}, d: {}}\n"


def found(text: str, code: str, *asked: str) -> list[Finding]:
    blueprint = Blueprint(Topology.parse(HEAD + text))
    told = (*blueprint.findings, *blueprint.findings_of(asked))
    return [finding for finding in told if finding.code == code]


def run(text: str, type_: str = "x") -> Simulation:
    sim = Simulation(Topology.parse(HEAD + text))
    sim.send(id="a", type=type_, to="broker/b")
    sim.run()
    return sim


# Two triggers of one broker and one subscriber: their filters, short or whole.
SAME = "filter: {type: x}"
NARROW = "filter: {type: x, source: /s}"
PREFIX = "filters: [{prefix: {type: x}}]"


def pair(one: str, two: str, to: str = "s") -> str:
    return (
        f"triggers: {{one: {{broker: b, subscriber: s, {one}}}, "
        f"two: {{broker: b, subscriber: {to}, {two}}}}}\nservices: {{s: {{}}, z: {{}}}}\n"
    )


@pytest.mark.parametrize(
    ("one", "two", "subject"),
    [
        (SAME, SAME, "Trigger two"),
        ("", "", "Trigger two"),
        (SAME, "", "Trigger one"),
        ("", SAME, "Trigger two"),
        (NARROW, SAME, "Trigger one"),
        (PREFIX, SAME, "Trigger two"),
        (PREFIX, PREFIX, "Trigger two"),
        (SAME, "filters: [{exact: {type: x}}]", "Trigger two"),
        (SAME, "filters: [{cesql: \"type = 'x'\"}]", "Trigger two"),
    ],
)
def test_a_subscriber_that_gets_events_twice_is_told_of_with_both_places(
    one: str, two: str, subject: str
) -> None:
    text = pair(one, two)

    [finding] = found(text, "delivered-twice")

    assert (finding.id, finding.subject, finding.possible) == ("KN103", subject, False)
    assert [what for _, what in finding.also] == [
        {"Trigger one": "Trigger two", "Trigger two": "Trigger one"}[subject]
    ]
    sim = run(text.replace("source: /s", "source: /kn-sim"))
    assert len(sim.received("s")) == 2


@pytest.mark.parametrize(
    "text",
    [
        pair(SAME, "filter: {type: w}"),
        pair(SAME, SAME, to="z"),
        pair(NARROW, "filter: {type: x, source: /r}"),
        pair(PREFIX, "filters: [{suffix: {type: x}}]"),
        pair(SAME, SAME).replace("two: {broker: b", "two: {broker: d"),
    ],
)
def test_triggers_that_differ_in_what_they_let_pass_or_call_are_not(text: str) -> None:
    assert found(text, "delivered-twice") == []


def dead(filter_: str, sink: str = "broker/d") -> str:
    return (
        f"triggers: {{t: {{broker: b, subscriber: s, filter: {{type: x}}, delivery: "
        f"{{deadLetterSink: {sink}}}}}, u: {{broker: d, subscriber: z, {filter_}}}}}\n"
        "services: {s: {responses: [400]}, z: {}}\n"
    )


def test_dead_letters_that_no_filter_lets_pass_are_told_of() -> None:
    text = dead("filter: {type: w}")

    [finding] = found(text, "dead-letters-unmatched")

    assert (finding.id, finding.subject, finding.path) == (
        "KN109",
        "Trigger t",
        "spec.delivery",
    )
    assert [what for _, what in finding.also] == ["Broker d"]
    assert run(text).received("z") == []


@pytest.mark.parametrize(
    "text",
    [
        dead(""),
        dead("filter: {type: x}"),
        dead("filter: {knativeerrorcode: '400'}"),
        dead("filters: [{prefix: {knativeerrordest: 'http'}}]"),
        dead("filter: {type: w}", sink="z"),
    ],
)
def test_dead_letters_that_may_be_taken_are_not(text: str) -> None:
    assert found(text, "dead-letters-unmatched") == []


def slow(service: str, timeout: str = "PT2S") -> str:
    return (
        "triggers: {t: {broker: b, subscriber: s, delivery: "
        f"{{retry: 2, backoffPolicy: linear, backoffDelay: PT1S, timeout: {timeout}}}}}}}\n"
        f"services: {{s: {{{service}}}}}\n"
    )


@pytest.mark.parametrize(
    "service",
    [
        "latency: 3s",
        "latency: {uniform: [3s, 4s]}",
        "latency: 1s, responses: [{status: 202, delay: 1500ms}]",
    ],
)
def test_a_service_that_never_answers_in_time_is_told_of(service: str) -> None:
    text = slow(service)

    [finding] = found(text, "slower-than-timeout")

    assert (finding.id, finding.path) == ("KN113", "spec.delivery.timeout")
    assert [what for _, what in finding.also] == ["service/s"]
    assert len(run(text).lost) == 1


@pytest.mark.parametrize(
    "text",
    [
        slow("latency: 3s", timeout="PT4S"),
        slow("latency: 2s"),
        slow("latency: {uniform: [1s, 4s]}"),
        slow("latency: {exponential: 9s}"),
        slow("responses: [{status: 202, delay: 9s}, 202]"),
        slow("rules: [{match: {type: x}, responses: [{status: 202, delay: 9s}]}]"),
    ],
)
def test_a_service_that_may_answer_in_time_is_not(text: str) -> None:
    assert found(text, "slower-than-timeout") == []


def sent(
    filter_: str, source: str = "{sink: broker/b, event: {type: order.placed}}"
) -> str:
    return (
        f"triggers: {{t: {{broker: b, subscriber: s, filter: {{{filter_}}}}}}}\n"
        f"services: {{s: {{}}}}\nsources: {{web: {source}}}\n"
    )


def test_a_type_that_is_nearly_that_of_an_event_that_comes_is_a_warning() -> None:
    [finding] = found(sent("type: order.plced"), "nobody-sends")

    assert (finding.severity.value, finding.possible) == ("warning", True)
    assert finding.message.endswith("did you mean 'order.placed'?")
    assert finding.fix == "write 'order.placed'"


def test_a_type_that_nobody_sends_is_a_note() -> None:
    [finding] = found(sent("type: invoice"), "nobody-sends")

    assert (finding.severity.value, finding.possible) == ("note", True)


def test_an_attribute_that_nobody_sets_is_told_of() -> None:
    [finding] = found(sent("region: eu"), "unset-attribute")

    assert (finding.id, finding.possible) == ("KN115", True)
    assert "'region'" in finding.message


ELSE = "{sink: broker/d, event: {type: order.placed}}"
REGION = "{sink: broker/b, event: {type: a, region: us}}"


@pytest.mark.parametrize(
    "text",
    [
        sent("type: order.placed"),
        sent("type: order.plced", ELSE),
        sent("type: order.plced")
        .replace("{sink: broker/b", "{sink: z")
        .replace("s: {}", "s: {}, z: {emit: [{to: broker/b, event: {type: a}}]}"),
        sent("region: us", REGION),
        sent("type: w").replace("s: {}", "s: {}, r: {reply: {type: w}}")
        + "---\ntopology: u\ntriggers: {u: {broker: b, subscriber: r}}\n",
        sent("type: w")
        + "---\napiVersion: eventing.knative.dev/v1beta2\nkind: EventType\n"
        "metadata: {name: w}\nspec: {type: w, reference: {apiVersion: eventing.knative.dev/v1,"
        " kind: Broker, name: b}}\n",
    ],
)
def test_what_may_come_is_not(text: str) -> None:
    assert [*found(text, "nobody-sends"), *found(text, "unset-attribute")] == []


def test_replies_posts_and_dead_letters_come_too() -> None:
    text = (
        "triggers:\n"
        "  first: {broker: b, subscriber: replier, filter: {type: a}}\n"
        "  replied: {broker: b, subscriber: s, filter: {type: b}}\n"
        "  posted: {broker: b, subscriber: u, filter: {type: c}}\n"
        "  wrong: {broker: b, subscriber: v, filter: {type: d}}\n"
        "services:\n"
        "  replier: {reply: {type: b}, emit: [{to: broker/b, event: {type: c}}]}\n"
        "  s: {}\n  u: {}\n  v: {}\n"
        "sources: {web: {sink: broker/b, event: {type: a}}}\n"
    )

    assert [f.subject for f in found(text, "nobody-sends")] == ["Trigger wrong"]


@pytest.mark.parametrize("service", ["{handler: h.py:f}", None])
def test_nothing_is_said_beside_code_that_nobody_can_read(service: str | None) -> None:
    text = sent("type: w").replace(
        "s: {}", f"s: {{}}, h: {service}" if service else "s: {}"
    )
    text += "---\ntopology: u\ntriggers: {u: {broker: b, subscriber: h}}\n"

    assert found(text, "nobody-sends") == []


def replied(
    own: str = "timeout: PT2S",
    other: str = "",
    type_: str = "w",
    last: str = "latency: 3s",
) -> str:
    return (
        "triggers:\n"
        f"  one: {{broker: b, subscriber: a, filter: {{type: x}}, delivery: {{{own}}}}}\n"
        f"  two: {{broker: b, subscriber: c, filter: {{type: w}}{other}}}\n"
        f"services: {{a: {{reply: {{type: {type_}}}}}, c: {{{last}}}}}\n"
    )


def test_a_reply_is_cut_off_where_it_leads_to_a_service_that_takes_longer() -> None:
    text = replied("timeout: PT2S, retry: 1, backoffPolicy: linear, backoffDelay: PT1S")

    [finding] = found(text, "reply-cut-off")

    assert (finding.id, finding.possible) == ("KN113", False)
    assert (finding.subject, finding.path) == ("Trigger one", "spec.delivery.timeout")
    assert [what for _, what in finding.also] == ["Trigger two", "service/c"]
    sim = run(text)
    assert [each.status for each in sim.received("c")] == [0, 0]
    assert len(sim.trace.select(kind="cut")) == 2


def test_that_is_possible_where_not_each_reply_goes_there() -> None:
    text = replied().replace("{type: w}", "{type: w, country: DE}", 1)
    text = text.replace("reply: {type: w}", "echo: {set: {type: w}}")

    [finding] = found(text, "reply-cut-off")

    assert finding.possible


@pytest.mark.parametrize(
    "text",
    [
        replied("timeout: PT4S"),
        replied("retry: 2"),
        replied(type_="z"),
        replied(last="latency: 1s"),
        replied(last="latency: {exponential: 9s}"),
        replied(other=", delivery: {timeout: PT1S}"),
        replied() + "profile: kafka\n",  # it answers before it delivers
    ],
)
def test_a_reply_that_is_answered_in_time_is_not(text: str) -> None:
    assert found(text, "reply-cut-off") == []


def chain(last: str = "", retry: int = 4) -> str:
    retries = f"retry: {retry}, backoffPolicy: linear, backoffDelay: PT1S"
    return (
        f"triggers:\n"
        f"  one: {{broker: b, subscriber: a, filter: {{type: x}}, delivery: {{{retries}}}}}\n"
        f"  two: {{broker: b, subscriber: c, filter: {{type: w}}, delivery: {{{retries}}}}}\n"
        f"  end: {{broker: b, subscriber: z, filter: {{type: z}}, delivery: {{{retries}{last}}}}}\n"
        "services: {a: {reply: {type: w}}, c: {reply: {type: z}}, z: {responses: [503]}, q: {}}\n"
    )


def test_retries_that_multiply_are_told_of_when_asked_and_are_made_in_a_run() -> None:
    [finding] = [f for f in found(chain(), "retry-storm", "retry-storm") if f.subject == "Trigger one"]  # fmt: skip

    assert (finding.id, finding.possible) == ("KN107", True)
    assert "125 requests" in finding.message
    assert found(chain(), "retry-storm") == []
    assert len(run(chain()).received("z")) == 125


@pytest.mark.parametrize("text", [chain(", deadLetterSink: q"), chain(retry=3)])
def test_retries_that_end_or_are_few_are_not(text: str) -> None:
    told = found(text, "retry-storm", "retry-storm")

    assert told == []


ROOT = Path(__file__).parents[3]
WRITTEN = [
    *sorted(ROOT.glob("topologies/*.yaml")),
    *sorted(each.parent for each in ROOT.glob("topologies/*/*/simulation.yaml")),
    ROOT / "topologies/knative",
]
CERTAIN = {
    "delivered-twice",
    "dead-letters-unmatched",
    "slower-than-timeout",
    "reply-cut-off",
}


def wrong(path: Path) -> list[Finding]:
    try:
        found_ = Blueprint(Topology.load(path)).findings
    except TopologyError:  # no topology, or one that a cluster refuses
        return []
    return [finding for finding in found_ if finding.code in CERTAIN]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_nothing_is_said_of_topologies_in_which_nothing_of_that_is_wrong(
    path: Path,
) -> None:
    assert wrong(path) == []


@needs_data
def test_nothing_is_said_of_the_manifests_of_others() -> None:
    paths = sorted((DATA / "manifests").rglob("*.yaml"))
    folders = sorted({path.parent for path in paths})

    assert len(paths) > 40
    assert [str(each) for path in (*paths, *folders) for each in wrong(path)] == []
