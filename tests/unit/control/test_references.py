from __future__ import annotations

import base64
from typing import Any

import pytest

from simulator.control import ClusterConfig, admit
from tests.unit.control.examples import (
    A_SERVICE,
    IMC,
    SHIPPED,
    channel,
    features,
    said,
    subscription,
    trigger,
)

ABSOLUTE = (
    "Absolute URI is not allowed when Ref or [apiVersion, kind, name] is present: "
    "spec.subscriber.ref, spec.subscriber.uri, "
    "spec.subscriber[apiVersion, kind, name]"
)
RELATIVE = (
    "invalid value: Relative URI is not allowed when Ref and "
    "[apiVersion, kind, name] is absent: spec.subscriber.uri"
)
BAD_CERTIFICATE = "invalid value: CA Cert provided is invalid: spec.subscriber.caCert"


def pem(kind: str, der: bytes) -> str:
    return f"-----BEGIN {kind}-----\n{base64.b64encode(der).decode()}\n-----END {kind}-----\n"


@pytest.mark.parametrize(
    ("subscriber", "expected"),
    [
        (
            {},
            [
                "expected at least one, got none: spec.subscriber.ref, spec.subscriber.uri"
            ],
        ),
        ({**A_SERVICE, "uri": "http://x/y"}, [ABSOLUTE]),
        ({"uri": "/only/a/path"}, [RELATIVE]),
        ({"uri": "mailto:someone"}, [RELATIVE]),
        ({"uri": ""}, [RELATIVE]),
        ({"uri": "bad://uri"}, []),
        (
            {"ref": {}},
            [
                (
                    "missing field(s): spec.subscriber.ref.apiVersion, "
                    "spec.subscriber.ref.kind, spec.subscriber.ref.name"
                )
            ],
        ),
        ({"ref": {}, "uri": "/relative"}, []),
        (
            {"ref": {**A_SERVICE["ref"], "group": "g"}},
            ["must not set the field(s): spec.subscriber.ref.group"],
        ),
        ({"ref": {**A_SERVICE["ref"], "namespace": "other"}}, []),
        ({**A_SERVICE, "CACerts": "nonsense"}, []),
        ({"uri": "http://x", "CACerts": "nonsense"}, [BAD_CERTIFICATE]),
        ({"uri": "http://x", "CACerts": ""}, [BAD_CERTIFICATE]),
        (
            {"uri": "http://x", "CACerts": pem("PRIVATE KEY", b"0\x00")},
            [
                (
                    "invalid value: CA Cert provided is not a certificate: "
                    "spec.subscriber.caCert"
                )
            ],
        ),
        (
            {"uri": "http://x", "CACerts": pem("CERTIFICATE", b"junk")},
            [BAD_CERTIFICATE],
        ),
        (
            {
                "uri": "http://x",
                "CACerts": pem("CERTIFICATE", b"0\x03ab").replace("==", "="),
            },
            [BAD_CERTIFICATE],
        ),
        ({"uri": "http://x", "CACerts": pem("CERTIFICATE", b"0\x03abc")}, []),
        (
            {
                "uri": "http://x",
                "CACerts": pem("CERTIFICATE", b"0\x81\x80" + bytes(128)),
            },
            [],
        ),
    ],
)
def test_a_destination_is_checked(
    subscriber: dict[str, Any], expected: list[str]
) -> None:
    assert said(trigger({"subscriber": subscriber})) == expected


def test_a_channel_wants_its_dead_letter_sink_in_its_own_namespace() -> None:
    sink = {"ref": {**A_SERVICE["ref"], "namespace": "other"}}

    (fault,) = admit(
        channel({"delivery": {"deadLetterSink": sink}}), config=SHIPPED
    ).faults

    assert fault.text == (
        "mismatched namespaces: spec.delivery.deadLetterSink.ref.namespace\n"
        'parent namespace: "default" does not match ref: "other"'
    )


GROUPS = features(kreference_group="Enabled")


@pytest.mark.parametrize(
    ("reference", "config", "expected"),
    [
        ({"kind": "Broker", "name": "b", "group": "g"}, GROUPS, []),
        (
            {"kind": "Broker", "name": "b"},
            GROUPS,
            [
                (
                    "missing field(s): spec.subscriber.ref.apiVersion, "
                    "spec.subscriber.ref.group"
                )
            ],
        ),
        (
            {"kind": "Broker", "name": "b", "group": "g", "apiVersion": "h/v1"},
            GROUPS,
            [
                (
                    "both apiVersion and group are specified and they refer to different "
                    "API groups: spec.subscriber.ref.apiVersion, spec.subscriber.ref.group"
                )
            ],
        ),
        (
            {"kind": "Broker", "name": "b", "group": "g", "apiVersion": "g/v1"},
            GROUPS,
            [],
        ),
        (
            {"kind": "Broker", "name": "b", "group": "g"},
            features(kreference_group="allowed"),
            [
                "missing field(s): spec.subscriber.ref.apiVersion",
                "must not set the field(s): spec.subscriber.ref.group",
            ],
        ),
    ],
)
def test_a_group_stands_for_the_api_version_only_with_the_feature(
    reference: dict[str, Any], config: ClusterConfig, expected: list[str]
) -> None:
    assert said(subscription({"subscriber": {"ref": reference}}), config) == expected


def test_a_channel_of_another_namespace_needs_the_feature() -> None:
    new = subscription({"channel": {**IMC, "name": "c", "namespace": "other"}})

    assert said(new) == ["must not set the field(s): spec.channel.namespace"]
    assert said(new, features(cross_namespace_event_links="enabled")) == []
