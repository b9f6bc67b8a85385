"""Kinds that nobody has, and that are almost one that somebody has."""

import pytest

from simulator.control.registry import no_such_kind


@pytest.mark.parametrize(
    ("api_version", "kind", "path", "said"),
    [
        ("Eventing.knative.dev/v1", "Broker", "apiVersion", "written in lower case"),
        ("Serving.Knative.dev/v1", "Service", "apiVersion", "written in lower case"),
        ("serving.knative.dev/v1", "Servcie", "kind", "Knative has no kind 'Servcie'"),
        ("v1", "service", "kind", "Kubernetes has no kind 'service'; did you mean"),
        ("v1", "ConfigMaps", "kind", "did you mean 'ConfigMap'"),
    ],
)
def test_a_kind_or_group_that_is_almost_one_is_told(
    api_version: str, kind: str, path: str, said: str
) -> None:
    found = no_such_kind(api_version, kind)

    assert found is not None
    assert found[0] == path
    assert said in found[1]


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("v1", "Service"),
        ("v1", "Endpoints"),
        ("v1", "PersistentVolumeClaim"),
        ("serving.knative.dev/v1", "Route"),
        ("example.com/v1", "Trigger"),
        ("messaging.knative.dev/v1alpha1", "NatssChannel"),
    ],
)
def test_what_may_be_there_is_let_pass(api_version: str, kind: str) -> None:
    assert no_such_kind(api_version, kind) is None
