"""Objects change, and sources that watch them send events of it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Simulation, Topology
from simulator.errors import TopologyError, UsageError

POD = {"apiVersion": "v1", "kind": "Pod"}
_TOP = """
topology: objects
apiserversources:
  watcher: {resources: [{apiVersion: v1, kind: Pod, selector: {matchLabels: {app: web}}}], sink: sink, %s}
services: {sink: {}}
"""


def pod(name: str = "web", app: str = "web", **metadata: Any) -> dict[str, Any]:
    return {**POD, "metadata": {"name": name, "labels": {"app": app}, **metadata}}


def simulation(more: str = "", spec: str = "", **options: Any) -> Simulation:
    return Simulation(Topology.parse(_TOP % spec + more), **options)


def told(sim: Simulation) -> list[str]:
    return [
        f"{each.at_ns // 10**9}s {each.event.type.rpartition('.')[2]} {each.event.subject}"
        for each in sim.received("sink")
    ]


def test_changes_that_a_topology_describes_are_told_at_their_instants() -> None:
    sim = simulation(
        """
objects:
- {at: 4s, delete: {apiVersion: v1, kind: Pod, metadata: {name: web}}}
- {at: 1s, add: {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}}
- {at: 2s, update: {apiVersion: v1, kind: Pod, metadata: {name: web}, status: {phase: Running}}}
"""
    )

    sim.run()

    where = "/apis/v1/namespaces/default/pods/web"
    assert told(sim) == [f"1s add {where}", f"2s update {where}", f"4s delete {where}"]


def test_what_begins_to_fit_a_selector_is_added_and_what_ceases_to_is_deleted() -> None:
    sim = simulation(spec="mode: Resource")

    sim.change(add=pod("db", app="db"))
    sim.change(update=pod("db", app="web"))
    sim.change(update=pod("db", app="db"))
    sim.run()

    assert [each.event.type for each in sim.received("sink")] == [
        "dev.knative.apiserver.resource.add",
        "dev.knative.apiserver.resource.delete",
    ]
    deleted = sim.received("sink")[1].event.get_data()
    assert isinstance(deleted, dict)
    assert deleted["metadata"]["labels"] == {"app": "web"}


def test_only_its_own_namespace_is_watched() -> None:
    sim = simulation()

    sim.change(add=pod(namespace="other"))
    sim.run()

    assert told(sim) == []


def test_a_selector_of_namespaces_sees_labels_as_they_are_then() -> None:
    sim = simulation(
        "namespaces: {team: {labels: {env: test}}}\n",
        "namespaceSelector: {matchLabels: {env: test}}",
    )
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}}

    sim.change(add=pod("a", namespace="team"))
    sim.change(add=pod("b"))
    sim.change(update={**namespace, "metadata": {"name": "team", "labels": None}})
    sim.change(add=pod("c", namespace="team"))
    sim.run()

    assert told(sim) == ["0s add /apis/v1/namespaces/team/pods/a"]


def test_a_namespace_is_known_by_its_name_without_being_declared() -> None:
    sim = simulation(
        spec="namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: team}}"
    )

    sim.change(add=pod(namespace="team"))
    sim.run()

    assert len(told(sim)) == 1


def test_objects_of_no_namespace_are_watched_whatever_the_namespaces() -> None:
    nodes = "resources: [{apiVersion: v1, kind: Node}], sink: sink"
    sim = Simulation(
        Topology.parse(f"topology: t\napiserversources: {{watcher: {{{nodes}}}}}\n"
                       "services: {sink: {}}\n")
    )  # fmt: skip

    sim.change(add={"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}})
    sim.run()

    [received] = sim.received("sink")
    assert received.event.subject == "/apis/v1/namespaces//nodes/n"
    assert received.request.headers["ce-namespace"] == ""
    assert received.event.get_data() == {
        "kind": "Node",
        "name": "n",
        "apiVersion": "v1",
    }


def test_a_plural_that_is_met_by_a_kind_that_is_none_is_guessed_anew_for_the_subject() -> (
    None
):
    names = {"kind": "Dish", "plural": "dishes"}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "dishes.x.io"},
        "spec": {"group": "x.io", "names": names},
    }
    source = {
        "apiVersion": "sources.knative.dev/v1",
        "kind": "ApiServerSource",
        "metadata": {"name": "watcher"},
        "spec": {
            "resources": [{"apiVersion": "x.io/v1", "kind": "Dishe"}],
            "sink": {"uri": "http://sink.default.svc.cluster.local"},
        },
    }
    sim = Simulation(Topology.of(definition, source))

    sim.change(add={"apiVersion": "x.io/v1", "kind": "Dish", "metadata": {"name": "d"}})
    sim.run()

    [received] = sim.received()
    assert received.event.get_subject() == "/apis/x.io/v1/namespaces/default/dishs/d"


@pytest.mark.parametrize(
    ("owners", "count"),
    [
        ([], 0),
        ([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "controller": True}], 1),
        ([{"apiVersion": "apps/v1", "kind": "ReplicaSet"}], 0),
        ([{"apiVersion": "batch/v1", "kind": "Job", "controller": True}], 0),
    ],
)
def test_only_what_the_right_owner_controls_is_told(owners: Any, count: int) -> None:
    sim = simulation(spec="owner: {apiVersion: apps/v1, kind: ReplicaSet}")

    sim.change(add=pod(ownerReferences=owners))
    sim.run()

    assert len(told(sim)) == count


def test_filters_are_judged_before_overrides_are_set() -> None:
    flag = {"config-features": {"new-apiserversource-filters": "enabled"}}
    overrides = "ceOverrides: {extensions: {team: a, kind: b}}"
    seen = simulation(
        spec=f"filters: [{{exact: {{kind: Pod}}}}], {overrides}", configmaps=flag
    )
    unseen = simulation(
        spec=f"filters: [{{exact: {{team: a}}}}], {overrides}", configmaps=flag
    )

    for sim in (seen, unseen):
        sim.change(add=pod())
        sim.run()

    assert [each.event.get_attributes()["kind"] for each in seen.received("sink")] == [
        "b"
    ]
    assert unseen.received("sink") == []


def test_it_sends_again_what_its_sink_does_not_take_now() -> None:
    sim = simulation()
    sim.service("sink", lambda _: 503)

    sim.change(add=pod())
    sim.run()

    instants = [each.at_ns // 10**6 for each in sim.received("sink")]
    assert instants == [0, 100, 300, 700, 1500, 3100]


def test_what_is_written_among_the_manifests_is_there_from_the_start() -> None:
    written = f"---\n{Topology.of(pod()).to_knative()}"
    sim = simulation(written)

    sim.change(delete=pod())
    sim.run()

    assert told(sim) == ["0s delete /apis/v1/namespaces/default/pods/web"]


def test_objects_lie_in_the_namespace_of_the_topology() -> None:
    sim = simulation(
        "namespace: team\nobjects: "
        "[{add: {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}}]"
    )

    sim.run()

    [received] = sim.received("team/sink")
    assert received.event.subject == "/apis/v1/namespaces/team/pods/web"


def test_what_a_handler_changes_is_told_as_following_from_its_request() -> None:
    sim = simulation("brokers: {default: {}}\ntriggers: {t: {subscriber: maker}}")

    @sim.service("maker")
    def _(_: object) -> None:
        sim.change(add=pod())

    sent = sim.send(type="make")
    sim.run()

    assert len(sim.received("sink", caused_by=sent)) == 1


def test_what_an_async_handler_changes_is_told_when_it_has_come_to_rest() -> None:
    sim = simulation("brokers: {default: {}}\ntriggers: {t: {subscriber: maker}}")

    @sim.service("maker")
    async def _(_: object) -> None:
        await sim.sleep("1s")
        sim.change(add=pod())

    sim.send(type="make")
    sim.run()

    assert told(sim) == ["1s add /apis/v1/namespaces/default/pods/web"]


def test_changes_may_let_others_go_first_in_their_instant() -> None:
    change = "{at: 1s, add: {apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: web}}}}"
    also = f"objects: [{change}]\nsources: {{g: {{at: 1s, sink: sink}}}}"

    first = simulation(also, choices={"order/source/g#1": 1})
    last = simulation(also, choices={"order/objects#1": 1})
    for sim in (first, last):
        sim.run()

    types = [
        [each.event.type for each in sim.received("sink")] for sim in (first, last)
    ]
    assert types[0] == types[1][::-1]
    assert types[1] == ["g.event", "dev.knative.apiserver.ref.add"]


def test_a_fork_makes_the_same_changes() -> None:
    sim = simulation(journal=True)
    sim.change(add=pod())
    sim.run()

    fork = sim.fork()

    assert list(fork.trace) == list(sim.trace)


def test_a_reload_goes_on_with_the_objects_and_plans_the_new_changes_from_now() -> None:
    added = "objects: [{at: 1s, add: {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}}]"
    gone = "objects: [{at: 2s, delete: {apiVersion: v1, kind: Pod, metadata: {name: web}}}]"
    sim = simulation(added)
    sim.run(until="10s")

    sim.reload(Topology.parse(_TOP % "" + gone))
    sim.run()

    where = "/apis/v1/namespaces/default/pods/web"
    assert told(sim) == [f"1s add {where}", f"12s delete {where}"]


def test_a_reload_tells_of_what_it_applies() -> None:
    def topology(*pods: dict[str, Any]) -> Topology:
        return Topology.parse(_TOP % "" + "---\n" + Topology.of(*pods).to_knative())

    sim = Simulation(topology(pod("old"), pod("same"), pod("other")))
    sim.run(until="3s")

    sim.reload(topology(pod("new"), pod("same"), pod("other", app="db")))
    sim.run()

    where = "/apis/v1/namespaces/default/pods"
    assert told(sim) == [
        f"3s delete {where}/old",
        f"3s add {where}/new",
        f"3s delete {where}/other",
    ]


def test_a_planned_change_makes_way_for_what_a_caller_did_before() -> None:
    sim = simulation(
        """
objects:
- {at: 1s, add: {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}}
- {at: 2s, update: {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {a: b}}}}
- {at: 3s, delete: {apiVersion: v1, kind: Pod, metadata: {name: web}}}
"""
    )

    sim.change(add=pod())
    sim.run(until="1s")
    sim.change(delete=pod())
    sim.run()

    assert [each.split()[:2] for each in told(sim)] == [
        ["0s", "add"], ["1s", "update"], ["1s", "delete"],
    ]  # fmt: skip


def test_changes_without_anybody_who_watches_are_named() -> None:
    change = "{add: {apiVersion: v1, kind: Pod, metadata: {name: x}}}"

    sim = Simulation(Topology.parse(f"topology: t\nobjects: [{change}]\n"))

    assert [f.message for f in sim.findings] == [
        "nobody is told of it: no source watches pods of v1"
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "change: expected one of add, update, delete"),
        ({"add": pod(), "delete": pod()}, "found add and delete"),
        ({"add": 3}, "change.add: expected a manifest"),
        ({"add": {**POD, "metadata": {"name": object()}}}, "no JSON value"),
        ({"update": {"kind": "Pod"}}, "a manifest needs apiVersion"),
        ({"delete": pod("wbe")}, "there is no Pod wbe by then"),
    ],
)
def test_what_is_no_change_is_refused(change: Any, said: str) -> None:
    sim = simulation()

    with pytest.raises(UsageError, match=said):
        sim.change(**change)


def test_changes_that_cannot_be_made_are_refused_in_document_order() -> None:
    text = """
objects:
- {at: 2s, update: {apiVersion: v1, kind: Pod, metadata: {name: wbe}}}
- {at: 1s, add: {apiVersion: v1, kind: Pod, metadata: {name: web}}}
- {at: 3s, add: {apiVersion: v1, kind: Pod, metadata: {name: web}}}
"""

    with pytest.raises(TopologyError) as caught:
        simulation(text)

    assert [each.path for each in caught.value.faults] == [
        "spec.objects[0].update",
        "spec.objects[2].add",
    ]
    assert "did you mean 'web'?" in str(caught.value)


def test_who_is_told_of_nothing_keeps_silent_and_says_so() -> None:
    sim = simulation()

    assert [source.silent for source in sim.wiring.sources] == [True]
    [finding] = [f for f in sim.findings if f.code == "silent-source"]
    assert finding.message == (
        "nothing that it watches changes here: describe that (objects:), or let a source "
        "of a Simulation stand for it (for: ApiServerSource/watcher)"
    )


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        ("apiVersion: v1, kind: Secret", "no source watches secrets of v1"),
        (
            "apiVersion: v2, kind: Pod",
            "watches pods of v1, and versions are not converted",
        ),
        ("apiVersion: v1, kind: Pod", "watches pods with labels app=web only"),
    ],
)
def test_a_change_that_nobody_is_told_of_is_named_with_the_reason(
    manifest: str, why: str
) -> None:
    sim = simulation(f"objects: [{{add: {{{manifest}, metadata: {{name: x}}}}}}]")

    [finding] = [f for f in sim.findings if f.code == "never-told"]
    assert finding.message.startswith("nobody is told of it: ")
    assert why in finding.message


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (
            "owner: {kind: Job, apiVersion: ''}",
            "no owner that it wants controls the object",
        ),
        ("filters: [{exact: {kind: Node}}]", "its filters refuse the event"),
    ],
)
def test_who_is_told_and_keeps_it_to_himself_is_named(spec: str, why: str) -> None:
    change = (
        "{add: {apiVersion: v1, kind: Pod, metadata: {name: x, labels: {app: web}}}}"
    )

    sim = simulation(f"objects: [{change}]", spec, validate=False)

    [finding] = [f for f in sim.findings if f.code == "never-told"]
    assert finding.message == (
        f"apiserversource/watcher is told of it, and sends nothing: {why}"
    )
    assert [source.silent for source in sim.wiring.sources] == [True]


def test_a_change_of_what_runs_is_only_told() -> None:
    change = "{delete: {apiVersion: eventing.knative.dev/v1, kind: Broker, metadata: {name: b}}}"

    sim = simulation(f"brokers: {{b: {{}}}}\nobjects: [{change}]")

    [finding] = [f for f in sim.findings if f.code == "no-effect"]
    assert finding.subject == "Broker b"
    assert "what runs stays as it is" in finding.message


def test_a_namespace_that_nobody_watches_is_named() -> None:
    sim = simulation(
        "objects: [{add: {apiVersion: v1, kind: Pod, metadata: {name: x, namespace: far}}}]"
    )

    [finding] = [f for f in sim.findings if f.code == "never-told"]
    assert finding.message == (
        "nobody is told of it: apiserversource/watcher does not watch pods of namespace "
        "'far'"
    )


def test_another_api_server_is_the_source_of_the_events() -> None:
    sim = simulation("apiServer: https://10.43.0.1:443")

    sim.change(add=pod())
    sim.run()

    assert sim.received("sink")[0].event.get_source() == "https://10.43.0.1:443"
