from __future__ import annotations

from typing import Any

import pytest

from simulator.control import admit
from tests.unit.control.examples import (
    A_SERVICE,
    SHIPPED,
    features,
    manifest,
    said,
    spec_of,
)

EVENTING = "eventing.knative.dev/v1alpha1"
SOURCES = "sources.knative.dev/v1"
SINKS = "sinks.knative.dev/v1alpha1"
OIDC = features(authentication_oidc="enabled")
A_BROKER = {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "name": "b"}
AUTH = {"secret": {"ref": {"name": "s"}}}


@pytest.mark.parametrize(
    ("version", "spec", "expected"),
    [
        ("v1beta1", {}, ["missing field(s): spec.type"]),
        (
            "v1beta1",
            {"type": "t", "source": "", "schema": ""},
            ["invalid value: : spec.schema, spec.source"],
        ),
        ("v1beta2", {"source": ""}, ["missing field(s): spec.type"]),
        (
            "v1beta3",
            {},
            [
                (
                    "missing field(s): spec.attributes.id, spec.attributes.source, "
                    "spec.attributes.specversion, spec.attributes.type"
                )
            ],
        ),
        (
            "v1beta3",
            {
                "attributes": [
                    {"name": n} for n in ("id", "type", "source", "specversion")
                ]
            },
            [],
        ),
    ],
)
def test_an_event_type_is_checked(
    version: str, spec: dict[str, Any], expected: list[str]
) -> None:
    assert (
        said(manifest(f"eventing.knative.dev/{version}", "EventType", spec)) == expected
    )


def test_an_event_policy_needs_oidc() -> None:
    new = manifest(EVENTING, "EventPolicy", {"from": [{}]})
    changed = manifest(EVENTING, "EventPolicy", {})

    assert said(new) == ["oidc-authentication feature not enabled: "]
    assert said(changed, old=changed) == []


def test_an_update_of_an_event_policy_is_checked_without_oidc_too() -> None:
    old = manifest(EVENTING, "EventPolicy", {})
    new = manifest(EVENTING, "EventPolicy", {"from": [{"sub": "a"}]})
    bad = manifest(EVENTING, "EventPolicy", {"from": [{}]})

    assert said(new, old=old) == []
    assert said(bad, old=old) == [
        "expected exactly one, got neither: spec.from[0].ref, spec.from[0].sub"
    ]


def test_who_may_send_is_in_the_namespace_of_the_policy() -> None:
    spec = {"from": [{"ref": {"kind": "K"}}], "to": [{"ref": {"kind": "K"}}]}

    assert spec_of(manifest(EVENTING, "EventPolicy", spec)) == {
        "from": [{"ref": {"kind": "K", "name": "", "namespace": "default"}}],
        "to": [{"ref": {"kind": "K", "name": ""}}],
    }


def test_an_event_type_shows_what_go_writes_of_nothing() -> None:
    group = "eventing.knative.dev"

    assert spec_of(manifest(f"{group}/v1beta2", "EventType", {})) == {"type": ""}
    assert spec_of(manifest(f"{group}/v1beta3", "EventType", {})) == {
        "attributes": None
    }


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            {"from": [{}]},
            ["expected exactly one, got neither: spec.from[0].ref, spec.from[0].sub"],
        ),
        (
            {"from": [{"ref": {}, "sub": "a*"}]},
            [
                "expected exactly one, got both: spec.from[0].ref, spec.from[0].sub",
                (
                    "missing field(s): spec.from[0].ref.apiVersion, "
                    "spec.from[0].ref.kind, spec.from[0].ref.name"
                ),
            ],
        ),
        ({"from": [{"sub": "a*b"}]}, ["invalid value: a*b: spec.from[0].sub"]),
        ({"from": [{"sub": "*"}]}, []),
        (
            {"to": [{}]},
            ["expected exactly one, got neither: spec.to[0].ref, spec.to[0].selector"],
        ),
        (
            {"to": [{"ref": A_BROKER, "selector": {"matchLabels": {"a": "b"}}}]},
            ["expected exactly one, got both: spec.to[0].ref, spec.to[0].selector"],
        ),
        (
            {"filters": [{"exact": {"A": "x"}}]},
            ['invalid key name "A": spec.filters[0].exact[A]'],
        ),
    ],
)
def test_with_oidc_an_event_policy_is_checked(
    spec: dict[str, Any], expected: list[str]
) -> None:
    assert said(manifest(EVENTING, "EventPolicy", spec), OIDC) == expected


JSONATA = {"jsonata": {"expression": "$("}}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, ["expected exactly one, got neither: spec.jsonata"]),
        (JSONATA, []),
        (
            {**JSONATA, "reply": {}},
            ["reply is set without spec.sink: spec.reply"],
        ),
        (
            {**JSONATA, "sink": A_SERVICE, "reply": {**JSONATA, "discard": True}},
            ["expected exactly one, got both: spec.reply.discard, spec.reply.jsonata"],
        ),
        ({**JSONATA, "sink": A_SERVICE, "reply": {"discard": True}}, []),
        (
            {**JSONATA, "sink": {"ref": {**A_SERVICE["ref"], "namespace": "o"}}},
            ["mismatched namespaces: spec.sink.ref.namespace"],
        ),
    ],
)
def test_an_event_transform_is_checked(
    spec: dict[str, Any], expected: list[str]
) -> None:
    assert said(manifest(EVENTING, "EventTransform", spec)) == expected


def test_certificates_for_the_sink_of_a_transform_are_refused() -> None:
    sink = {**A_SERVICE, "CACerts": "x"}

    (text,) = said(manifest(EVENTING, "EventTransform", {**JSONATA, "sink": sink}))

    assert text.startswith("CACerts for the sink is not supported for JSONata")
    assert text.endswith(": spec.sink.CACerts")


def test_the_type_of_a_transformation_is_immutable() -> None:
    old = manifest(EVENTING, "EventTransform", JSONATA)
    new = manifest(EVENTING, "EventTransform", {})
    immutable = "Transformations types are immutable, "
    suggestion = (
        "Suggestion: create a new transformation, migrate services to the new one, and "
        "delete this transformation.: "
    )

    assert said(new, old=old) == [
        (
            f"{immutable}transformation type cannot be changed to a jsonata transformation. "
            f"{suggestion}"
        ),
        "expected exactly one, got neither: spec.jsonata",
    ]
    assert said(old, old=new) == [
        (
            f"{immutable}jsonata transformation cannot be changed to a different "
            f"transformation type. {suggestion}"
        )
    ]
    assert said(old, old=old) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        (
            {"brokerRef": {**A_BROKER, "kind": "Channel"}},
            ["invalid value: Channel: spec.brokerRef.kind"],
        ),
        (
            {"brokerRef": {**A_BROKER, "namespace": "default"}},
            ["must not set the field(s): spec.brokerRef.namespace"],
        ),
        ({"timeout": "-PT1S"}, ["invalid value: -PT1S: spec.timeout"]),
        ({"timeout": "PT0S"}, ["invalid value: PT0S: spec.timeout"]),
        ({"timeout": "5s"}, ["invalid value: 5s: spec.timeout"]),
        ({"correlationAttribute": "source"}, []),
        (
            {"correlationAttribute": "course"},
            ["invalid value: course: spec.correlationattribute"],
        ),
        ({"replyAttribute": "id"}, ["invalid value: id: spec.replyattribute"]),
        ({"delivery": {"retry": -1}}, ["invalid value: -1: spec.delivery.retry"]),
    ],
)
def test_a_request_reply_is_checked(
    change: dict[str, Any], expected: list[str]
) -> None:
    new = manifest(EVENTING, "RequestReply", {"brokerRef": A_BROKER, **change})

    assert said(new) == expected


@pytest.mark.parametrize(
    ("timeout", "why"),
    [
        ("PT0S", "timeout must be a positive duration"),
        ("5s", "expected 'P' period mark at the start: 5s"),
        ("PT1X", "unexpected remaining components 1X: PT1X"),
    ],
)
def test_the_timeout_of_a_request_reply_is_refused_in_the_parsers_words(
    timeout: str, why: str
) -> None:
    spec = {"brokerRef": A_BROKER, "timeout": timeout}

    (fault,) = admit(manifest(EVENTING, "RequestReply", spec), config=SHIPPED).faults

    assert fault.details == why


def test_a_request_reply_is_labelled_with_its_broker_even_without_one() -> None:
    made = admit(manifest(EVENTING, "RequestReply", {}), config=SHIPPED).defaulted

    assert made is not None
    assert made["metadata"]["labels"] == {"eventing.knative.dev/broker": ""}


def test_a_request_reply_gets_timeout_and_attribute_names() -> None:
    spec = spec_of(manifest(EVENTING, "RequestReply", {}), features())

    assert spec == {
        "brokerRef": {"kind": "", "name": ""},
        "timeout": "PT30S",
        "correlationAttribute": "correlationid",
        "replyAttribute": "replyid",
    }


RESOURCE = {"apiVersion": "v1", "kind": "Pod"}
SINK = {"sink": A_SERVICE}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"resources": [RESOURCE]}, []),
        ({}, ["missing field(s): spec.resources"]),
        (
            {
                "resources": [{"apiVersion": "a/b/c", "kind": " "}],
                "owner": {"kind": "K"},
            },
            [
                "invalid value: a/b/c: spec.resources[0].apiVersion",
                "missing field(s): spec.resources[0].kind",
            ],
        ),
        (
            {"resources": [RESOURCE], "filters": [{}]},
            ["Filters is not empty but the NewAPIServerFilters feature is disabled.: "],
        ),
    ],
)
def test_an_api_server_source_is_checked(
    spec: dict[str, Any], expected: list[str]
) -> None:
    assert said(manifest(SOURCES, "ApiServerSource", {**SINK, **spec})) == expected


def test_the_filters_of_an_api_server_source_need_the_feature() -> None:
    spec = {**SINK, "resources": [RESOURCE], "filters": [{"exact": {"A": "x"}}]}

    assert said(
        manifest(SOURCES, "ApiServerSource", spec),
        features(new_apiserversource_filters="enabled"),
    ) == ['invalid key name "A": spec.filters[0].exact[A]']


def test_a_container_is_named_after_its_source_and_needs_an_image() -> None:
    template = {"spec": {"containers": [{"image": "i"}, {"name": "n"}]}}
    new = manifest(SOURCES, "ContainerSource", {**SINK, "template": template})

    names = [each["name"] for each in spec_of(new)["template"]["spec"]["containers"]]

    assert names == ["x-0", "n"]
    assert said(new) == ["missing field(s): spec.containers[1].image"]


SUBJECT = {"apiVersion": "apps/v1", "kind": "Deployment"}


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ({**SUBJECT, "name": "d"}, []),
        ({**SUBJECT, "selector": {"matchLabels": {"a": "b"}}}, []),
        (
            {**SUBJECT, "name": "d", "selector": {}},
            [
                "expected exactly one, got both: spec.subject.name, spec.subject.selector"
            ],
        ),
        (
            {**SUBJECT, "name": "d", "namespace": "other"},
            ["invalid value: other: spec.subject.namespace"],
        ),
        (
            {**SUBJECT, "apiVersion": "a/b/c", "name": "d"},
            ["invalid value: a/b/c: spec.subject.apiVersion"],
        ),
        (
            {**SUBJECT, "name": "a" * 64},
            ["invalid value: must be no more than 63 characters: spec.subject.name"],
        ),
    ],
)
def test_a_sink_binding_is_checked(
    subject: dict[str, Any], expected: list[str]
) -> None:
    assert (
        said(manifest(SOURCES, "SinkBinding", {**SINK, "subject": subject})) == expected
    )


def test_the_name_of_a_subject_is_a_label() -> None:
    new = manifest(
        SOURCES, "SinkBinding", {**SINK, "subject": {**SUBJECT, "name": "A_b"}}
    )

    (text,) = said(new)

    assert text.startswith("invalid value: a lowercase RFC 1123 label must consist of")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, ["at least one sink type must be specified: spec.spec"]),
        ({"log": {}, "aws": {"s3": {}}}, ["only one sink type can be set: spec.spec"]),
        (
            {"aws": {"sns": {}}},
            [
                (
                    "missing field(s): spec.aws.auth.secret.ref.name, spec.aws.sns.arn, "
                    "spec.aws.sns.region"
                )
            ],
        ),
        ({"aws": {"sqs": {"arn": "a", "region": "r"}, "auth": AUTH}}, []),
        (
            {"aws": {"s3": {"arn": "a", "region": "r"}, "auth": {}}},
            ["missing field(s): spec.aws.auth.secret.ref.name"],
        ),
        (
            {
                "aws": {
                    "s3": {"arn": "a", "region": "r"},
                    "auth": {"serviceAccountName": "s"},
                }
            },
            [],
        ),
    ],
)
def test_an_integration_sink_is_checked(
    spec: dict[str, Any], expected: list[str]
) -> None:
    assert said(manifest(SINKS, "IntegrationSink", spec)) == expected


def test_the_structs_of_aws_show_what_go_writes_of_nothing() -> None:
    spec = spec_of(manifest(SINKS, "IntegrationSink", {"aws": {"sns": {}, "s3": {}}}))

    assert spec["aws"]["sns"] == {"overrideEndpoint": False, "autoCreateTopic": False}
    assert spec["aws"]["s3"]["delay"] == 0


def test_the_fields_of_a_stream_are_named_with_a_hyphen() -> None:
    spec = {"aws": {"ddbStreams": {}, "auth": AUTH}}
    new = manifest("sources.knative.dev/v1alpha1", "IntegrationSource", spec)

    assert said(new) == [
        "missing field(s): spec.aws.ddb-streams.region, spec.aws.ddb-streams.table"
    ]


def test_the_containers_of_a_job_get_the_execution_mode() -> None:
    own = [{"name": "K_EXECUTION_MODE", "value": "mine"}]
    pod = {
        "containers": [{"name": "a", "image": "i"}, {"name": "b", "env": own}],
        "initContainers": [{"name": "c"}],
    }
    job = {"spec": {"template": {"spec": pod}}}

    admission = admit(manifest(SINKS, "JobSink", {"job": job}), config=SHIPPED)

    assert admission.defaulted is not None
    found = admission.defaulted["spec"]["job"]["spec"]["template"]["spec"]
    batch = [{"name": "K_EXECUTION_MODE", "value": "batch"}]
    assert [each["env"] for each in found["containers"]] == [batch, own]
    assert found["initContainers"][0]["env"] == batch


def test_a_job_sink_has_a_job() -> None:
    assert said(manifest(SINKS, "JobSink", {})) == [
        "expected exactly one, got neither: spec.job"
    ]
