from __future__ import annotations

from typing import Any

import pytest

from simulator.control import ClusterConfig
from tests.unit.control.examples import A_SERVICE, IMC, flow, manifest, said, spec_of

SHOWN_A = (
    "{Kind = Service, Namespace = default, Name = a, APIVersion = v1, Group = , "
    "Address =   <nil> <nil>}"
)


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        ({**A_SERVICE, "delivery": {"retry": -1}}, f"{{{SHOWN_A} <pointer>}}"),
        ({}, "{{<nil>  <nil> <nil>} <nil>}"),
        ({"uri": "/rel", "audience": "aud"}, "{{<nil> /rel <nil> <pointer>} <nil>}"),
    ],
)
def test_a_bad_step_is_shown_whole(step: dict[str, Any], shown: str) -> None:
    assert said(flow("Sequence", {"steps": [{"uri": "http://x"}, step]})) == [
        f"invalid value: {shown}: spec.steps[1]"
    ]


def test_a_sequence_has_steps_and_a_template() -> None:
    assert said(flow("Sequence", {"channelTemplate": {"kind": "K"}})) == [
        "missing field(s): spec.channelTemplate.apiVersion, spec.steps"
    ]


def test_steps_and_reply_get_their_namespaces() -> None:
    step = {**A_SERVICE, "delivery": {"deadLetterSink": A_SERVICE}}

    spec = spec_of(flow("Sequence", {"steps": [step], "reply": A_SERVICE}))

    assert spec["channelTemplate"] == IMC
    assert spec["steps"][0]["ref"]["namespace"] == "default"
    assert spec["reply"]["ref"]["namespace"] == "default"


def test_a_flow_ignores_the_namespaces_channel_defaults() -> None:
    config = ClusterConfig.from_configmaps(
        {
            "default-ch-webhook": {
                "default-ch-config": "clusterDefault: {apiVersion: a/v1, kind: C}\n"
                "namespaceDefaults: {team: {apiVersion: a/v1, kind: T}}"
            }
        }
    )
    new = manifest(
        "flows.knative.dev/v1", "Sequence", {"steps": [A_SERVICE]}, namespace="team"
    )

    assert spec_of(new, config)["channelTemplate"]["kind"] == "C"


def test_the_ends_of_a_branch_are_checked_and_shown() -> None:
    branch = {"filter": {}, "subscriber": A_SERVICE, "reply": {"uri": "/r"}}

    shown = f"{{<pointer> {SHOWN_A} <pointer> <nil>}}"
    assert said(flow("Parallel", {"branches": [branch]})) == [
        f"invalid value: {shown}: spec.branches.filter[0], spec.branches.reply[0]"
    ]


def test_the_delivery_of_a_branch_is_not_checked() -> None:
    branch = {"subscriber": A_SERVICE, "delivery": {"retry": -1}}

    assert said(flow("Parallel", {"branches": [branch]})) == []


def test_a_parallel_has_branches_a_template_and_a_good_reply() -> None:
    new = flow("Parallel", {"branches": [], "channelTemplate": {}, "reply": {}})

    assert said(new) == [
        "expected at least one, got none: spec.reply.ref, spec.reply.uri",
        (
            "missing field(s): spec.branches, spec.channelTemplate.apiVersion, "
            "spec.channelTemplate.kind"
        ),
    ]


def test_without_template_the_reply_of_a_parallel_is_not_looked_at() -> None:
    empty = ClusterConfig.from_configmaps(
        {"default-ch-webhook": {"default-ch-config": "{}"}}
    )
    new = flow("Parallel", {"branches": [{"subscriber": A_SERVICE}], "reply": {}})

    assert said(new, empty) == ["missing field(s): spec.channelTemplate"]


def test_nothing_of_a_flow_is_immutable() -> None:
    old = flow("Sequence", {"steps": [A_SERVICE]})

    assert said(flow("Sequence", {"steps": [{"uri": "http://x"}]}), old=old) == []
