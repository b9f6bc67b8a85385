"""Each operator, on a resource as small as it can be: what is written afterwards."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from simulator import Topology
from simulator.mutation.mutant import mutants_of


def mutants(text: str) -> dict[str, str]:
    """Give the short form of each mutant of a topology by its name."""
    topology = Topology.parse("topology: play\n" + dedent(text))
    return {m.name: m.of(topology).to_short() for m, _ in mutants_of(topology)}


def of_filter(written: str, filter_: str = "filters") -> dict[str, str]:
    """Give what each mutant of a trigger's filter makes of it."""
    found = mutants(
        f"""
        brokers: {{default: {{}}}}
        triggers: {{a: {{{filter_}: {written}, subscriber: s}}}}
        """
    )
    return {
        name.removeprefix("trigger/a:"): _condensed(text)
        for name, text in found.items()
        if ":filter" in name
    }


def _condensed(short: str) -> str:
    """Give what the trigger says in one line, but for its subscriber."""
    _, _, trigger = re.sub(r"\s+", " ", short).partition(" triggers: a: ")
    said = trigger.strip().removeprefix("{").removesuffix("}")
    return re.sub("(, )?subscriber: s(, | )?", "", said)


def test_a_legacy_filter_is_dropped_negated_and_made_loose() -> None:
    assert of_filter("{type: x, region: eu}", "filter") == {
        "filter:drop-filter": "",
        "filter.attributes.type:drop-condition": "filter: {region: eu}",
        "filter.attributes.type:negate": (
            "filters: [{all: [{exact: {region: eu}}, {not: {exact: {type: x}}}]}]"
        ),
        "filter.attributes.type:exact-to-prefix": (
            "filters: [{all: [{exact: {region: eu}}, {prefix: {type: x}}]}]"
        ),
        "filter.attributes.type:exact-to-suffix": (
            "filters: [{all: [{exact: {region: eu}}, {suffix: {type: x}}]}]"
        ),
        "filter.attributes.region:drop-condition": "filter: {type: x}",
        "filter.attributes.region:negate": (
            "filters: [{all: [{exact: {type: x}}, {not: {exact: {region: eu}}}]}]"
        ),
        "filter.attributes.region:exact-to-prefix": (
            "filters: [{all: [{exact: {type: x}}, {prefix: {region: eu}}]}]"
        ),
        "filter.attributes.region:exact-to-suffix": (
            "filters: [{all: [{exact: {type: x}}, {suffix: {region: eu}}]}]"
        ),
    }


def test_what_a_legacy_filter_asks_of_any_value_is_only_dropped() -> None:
    assert [*of_filter("{type: x, region: ''}", "filter")] == [
        "filter:drop-filter",
        "filter.attributes.type:drop-condition",
        "filter.attributes.region:drop-condition",
    ]


@pytest.mark.parametrize(
    ("written", "operators"),
    [
        (
            "[{prefix: {type: ab}}]",
            {
                "filters:drop-filter": "",
                "filters[0].prefix.type:negate": "filters: [{not: {prefix: {type: ab}}}]",
                "filters[0].prefix.type:prefix-shorter": "filters: [{prefix: {type: a}}]",
                "filters[0].prefix.type:prefix-longer": "filters: [{prefix: {type: abx}}]",
            },
        ),
        (
            "[{suffix: {type: a}}]",
            {
                "filters:drop-filter": "",
                "filters[0].suffix.type:negate": "filters: [{not: {suffix: {type: a}}}]",
                "filters[0].suffix.type:suffix-longer": "filters: [{suffix: {type: xa}}]",
            },
        ),
        (
            "[{not: {exact: {type: a}}}]",
            {
                "filters:drop-filter": "",
                "filters[0]:negate": "filters: [{exact: {type: a}}]",
                "filters[0].not.exact.type:exact-to-prefix": (
                    "filters: [{not: {prefix: {type: a}}}]"
                ),
                "filters[0].not.exact.type:exact-to-suffix": (
                    "filters: [{not: {suffix: {type: a}}}]"
                ),
            },
        ),
    ],
)
def test_a_dialect_is_changed_where_it_stands(
    written: str, operators: dict[str, str]
) -> None:
    assert of_filter(written) == operators


def test_each_member_of_a_list_of_conditions_is_dropped() -> None:
    found = of_filter("[{any: [{prefix: {type: a}}, {cesql: total > 1}]}]")

    dropped = {name: text for name, text in found.items() if "drop-cond" in name}
    assert dropped == {
        "filters[0].any[0].prefix.type:drop-condition": "filters: [{any: [{cesql: total > 1}]}]",
        "filters[0].any[1]:drop-condition": "filters: [{any: [{prefix: {type: a}}]}]",
    }


def test_an_expression_is_negated_shortened_and_moved_by_its_boundary() -> None:
    found = of_filter("[{cesql: (a = 'x' AND b >= 2) OR EXISTS c}]")

    assert {name.rpartition(":")[2]: text for name, text in found.items()} == {
        "drop-filter": "",
        "negate": "filters: [{cesql: NOT ((a = 'x' AND b >= 2) OR EXISTS c)}]",
        "drop-condition-1": "filters: [{cesql: (b >= 2) OR EXISTS c}]",
        "drop-condition-2": "filters: [{cesql: (a = 'x') OR EXISTS c}]",
        "boundary-1": "filters: [{cesql: (a = 'x' AND b > 2) OR EXISTS c}]",
    }


def test_a_negated_expression_is_made_plain() -> None:
    assert of_filter("[{cesql: NOT a = 'x'}]")["filters[0].cesql:negate"] == (
        "filters: [{cesql: NOT (NOT a = 'x')}]"  # NOT binds tighter than =
    )
    assert of_filter("[{cesql: NOT EXISTS a}]")["filters[0].cesql:negate"] == (
        "filters: [{cesql: EXISTS a}]"
    )


def test_a_trigger_is_dropped_and_gets_the_subscriber_of_the_next_of_its_broker() -> (
    None
):
    found = mutants(
        """
        brokers: {default: {}, other: {}}
        triggers:
          a: {subscriber: s}
          b: {subscriber: s}
          c: {subscriber: t}
          d: {broker: other, subscriber: u}
        """
    )

    assert [name for name in found if name.startswith(("trigger/a", "trigger/d"))] == [
        "trigger/a:drop-trigger",
        "trigger/a:subscriber:swap-subscriber",
        "trigger/d:drop-trigger",
    ]
    assert "  a: {" not in found["trigger/a:drop-trigger"]
    assert "  a: {subscriber: t}\n" in found["trigger/a:subscriber:swap-subscriber"]


def test_a_delivery_loses_each_of_its_settings_and_all() -> None:
    found = mutants(
        """
        brokers: {default: {delivery: {retry: 2, backoffPolicy: linear,
          backoffDelay: 1s, timeout: 5s, deadLetterSink: parking}}}
        """
    )

    written = Topology.parse(found["broker/default:delivery.retry:no-retry"])
    whole = Topology.parse(found["broker/default:delivery:drop-delivery"])
    policy = found["broker/default:delivery.backoffPolicy:backoff-policy"]
    [broker] = written
    assert broker.spec["delivery"]["retry"] == 0
    assert [dict(each.spec) for each in whole] == [{}]
    assert "backoffPolicy: exponential" in policy
    assert "timeout" not in found["broker/default:delivery.timeout:drop-timeout"]
    assert [name.rpartition(":")[2] for name in found] == [
        "no-retry",
        "backoff-policy",
        "drop-dead-letter-sink",
        "drop-timeout",
        "drop-backoff-delay",
        "drop-delivery",
    ]


def test_replies_steps_branches_and_their_filters_are_dropped() -> None:
    found = mutants(
        """
        sequences: {s: {steps: [a, b], reply: c}}
        parallels: {p: {branches: [{filter: f, subscriber: a, reply: b}]}}
        """
    )

    assert [*found] == [
        "sequence/s:reply:drop-reply",
        "sequence/s:steps[0]:drop-member",
        "sequence/s:steps[1]:drop-member",
        "parallel/p:branches[0].reply:drop-reply",
        "parallel/p:branches[0].filter:drop-filter",
    ]
    assert "reply" not in found["sequence/s:reply:drop-reply"].partition("parallels")[0]
    assert "filter" not in found["parallel/p:branches[0].filter:drop-filter"]


def test_manifests_have_the_mutants_of_their_short_form_at_their_own_places() -> None:
    short = Topology.parse(
        """
topology: play
brokers: {default: {}}
triggers: {a: {filter: {type: x}, subscriber: s}}
"""
    )
    manifests = Topology.parse(short.to_knative(), "k8s.yaml")

    one, other = ([m for m, _ in mutants_of(each)] for each in (short, manifests))

    assert [m.name for m in one] == [m.name for m in other]
    assert [m.words for m in one] == [m.words for m in other]
    [loose] = [m for m in other if m.operator == "exact-to-prefix"]
    assert "type: x" in manifests.to_knative().splitlines()[loose.position.line - 1]


def test_what_the_webhooks_refuse_is_no_mutant() -> None:
    found = mutants("sequences: {s: {steps: [a]}}")

    assert [*found] == []
