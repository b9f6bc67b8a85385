"""The API server's names of kinds, and what Knative guesses of them."""

from __future__ import annotations

import pytest

from simulator.discovery import Discovery, guessed_plural, usual_plural

GATEWAYS = ("gateway.networking.k8s.io", "Gateway")


@pytest.mark.parametrize(
    ("kind", "plural"),
    [
        ("Pod", "pods"),
        ("NetworkPolicy", "networkpolicies"),
        ("Ingress", "ingresses"),
        ("Endpoints", "endpoints"),
        ("Gateway", "gatewaies"),
        ("Dish", "dishs"),
    ],
)
def test_a_plural_is_guessed_by_the_last_letter(kind: str, plural: str) -> None:
    assert guessed_plural(kind) == plural


@pytest.mark.parametrize(
    ("kind", "plural"),
    [("Dish", "dishes"), ("Key", "keys"), ("Box", "boxes"), ("Bus", "buses")],
)
def test_generators_of_definitions_know_more_english(kind: str, plural: str) -> None:
    assert usual_plural(kind) == plural


def test_widely_used_kinds_are_known_by_their_own_plural() -> None:
    assert Discovery([]).plural(*GATEWAYS) == "gateways"
    assert Discovery([]).knows(*GATEWAYS)


def test_a_definition_tells_plural_and_scope() -> None:
    names = {"kind": "Dish", "plural": "dishes"}
    spec = {"group": "x.io", "names": names, "scope": "Cluster"}

    discovery = Discovery([{"kind": "CustomResourceDefinition", "spec": spec}])

    assert discovery.plural("x.io", "Dish") == "dishes"
    assert not discovery.has_namespaces("x.io", "Dish")
    assert discovery.has_namespaces("y.io", "Dish")


@pytest.mark.parametrize("spec", [None, [], {}, {"names": 1}, {"names": {"plural": 2}}])
def test_a_broken_definition_tells_nothing(spec: object) -> None:
    discovery = Discovery([{"kind": "CustomResourceDefinition", "spec": spec}])

    assert discovery.plural("", "Pod") == "pods"
