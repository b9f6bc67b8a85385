from __future__ import annotations

import pytest

from simulator.control import ClusterConfig, versions_of
from simulator.manifests.values import YamlValueError, parse_yaml_value
from tests.unit.control.examples import broker, features, said


def faults_of(config: ClusterConfig) -> list[str]:
    return [fault.text for fault in config.faults]


def test_the_shipped_configuration_has_no_faults() -> None:
    config = ClusterConfig.shipped()

    assert config.faults == ()
    assert config.given == ()
    assert config.broker_channel == {
        "apiVersion": "messaging.knative.dev/v1",
        "kind": "InMemoryChannel",
    }
    assert ClusterConfig.from_configmaps({"unread": {"a": "b"}}) == config


@pytest.mark.parametrize(
    ("value", "enabled"), [("Enabled", True), ("ALLOWED", False), ("disabled", False)]
)
def test_a_flag_counts_whatever_its_case(value: str, *, enabled: bool) -> None:
    config = features(authentication_oidc=value)

    assert config.enabled("authentication-oidc") is enabled
    assert config.faults == ()


def test_a_flag_of_no_known_value_is_a_fault_and_keeps_its_default() -> None:
    config = features(delivery_timeout="enabledd")

    assert faults_of(config) == [
        (
            "cannot parse the feature flag 'delivery-timeout' = 'enabledd': "
            "config-features.data.delivery-timeout\n"
            "expected one of enabled, disabled, allowed; did you mean 'enabled'?"
        )
    ]
    assert config.enabled("delivery-timeout")


def test_flags_with_texts_of_their_own_are_kept() -> None:
    config = ClusterConfig.from_configmaps(
        {
            "config-features": {
                "_example": "anything",
                "requestreply-default-timeout": "PT5S",
                "transport-encryption": "Strict",
                "default-authorization-mode": "Deny-All",
                "apiserversources-nodeselector-zone": "A",
                "made-up": "enabled",
            }
        }
    )

    assert config.faults == ()
    assert config.flags["requestreply-default-timeout"] == "PT5S"
    assert config.flags["transport-encryption"] == "strict"
    assert config.flags["default-authorization-mode"] == "deny-all"
    assert config.flags["apiserversources-nodeselector-zone"] == "A"
    assert config.enabled("made-up")


@pytest.mark.parametrize(
    ("name", "key", "text", "why"),
    [
        (
            "config-br-defaults",
            "default-br-config",
            " ",
            "is empty; expected a mapping",
        ),
        (
            "config-br-defaults",
            "default-br-config",
            "[]",
            "expected a mapping, found list",
        ),
        (
            "config-br-defaults",
            "default-br-config",
            "a: [",
            "no YAML: line 2, column 1: did not find expected node content",
        ),
        (
            "config-br-defaults",
            "default-br-config",
            "clusterDefault: {brokerClass: 5}",
            (
                "json: cannot unmarshal number into Go struct field "
                "DefaultConfig.clusterDefault.brokerClass of type string"
            ),
        ),
        (
            "default-ch-webhook",
            "default-ch-config",
            "5",
            "expected a mapping, found int",
        ),
        (
            "default-ch-webhook",
            "default-ch-config",
            "clusterDefault: x",
            (
                "json: cannot unmarshal string into Go struct field "
                "ChannelDefaults.clusterDefault of type v1.ChannelTemplateSpec"
            ),
        ),
        (
            "config-br-default-channel",
            "channel-template-spec",
            "",
            "is empty; expected a mapping",
        ),
        (
            "config-ping-defaults",
            "data-max-size",
            "big",
            "expected a number of bytes, found 'big'",
        ),
    ],
)
def test_a_bad_value_is_a_fault_and_the_shipped_one_stays_in_force(
    name: str, key: str, text: str, why: str
) -> None:
    config = ClusterConfig.from_configmaps({name: {key: text}})

    assert faults_of(config) == [f"{why}: {name}.data.{key}"]
    assert said(broker(), config) == []


def test_keys_that_admission_does_not_read_change_nothing() -> None:
    shipped = ClusterConfig.shipped()
    names = (
        "config-br-defaults",
        "default-ch-webhook",
        "config-br-default-channel",
        "config-ping-defaults",
    )

    config = ClusterConfig.from_configmaps({name: {"other": "x"} for name in names})

    assert config.brokers == shipped.brokers
    assert config.channels == shipped.channels
    assert config.broker_channel == shipped.broker_channel
    assert config.faults == ()


def test_the_old_spelling_of_a_key_is_read() -> None:
    config = ClusterConfig.from_configmaps(
        {
            "config-br-default-channel": {"channelTemplateSpec": "kind: K"},
            "config-ping-defaults": {"dataMaxSize": "7"},
        }
    )

    assert config.broker_channel == {"kind": "K"}
    assert config.ping_data_max_size == 7


def test_admitted_kinds_are_told_from_others() -> None:
    sources = "sources.knative.dev"

    assert versions_of("eventing.knative.dev", "Broker") == ("eventing.knative.dev/v1",)
    assert versions_of(sources, "PingSource") == (f"{sources}/v1", f"{sources}/v1beta2")
    assert not versions_of("", "Service")


def test_a_yaml_value_is_one_document_of_plain_values() -> None:
    assert parse_yaml_value("a: [1, yes]") == {"a": [1, True]}
    assert parse_yaml_value("") is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [", (2, 1)),
        ("a: 1\n---\nb: 2\n", (2, 1)),
        ("!!python/name:os.x", (1, 1)),
        ("\x00", (0, 0)),
    ],
)
def test_a_bad_yaml_value_says_where(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(YamlValueError) as caught:
        parse_yaml_value(text)

    assert (caught.value.line, caught.value.column) == place
