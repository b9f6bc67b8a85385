"""Mutants made ready: only those that are chosen, and each forgotten before the next."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from simulator import Topology
from simulator.collector import collector_resting
from simulator.control.cluster import Cluster
from simulator.mutation import mutant as making
from simulator.mutation.campaign import candidates_of
from simulator.session.blueprint import Blueprint

SHOP = Topology.parse("""
topology: shop
brokers: {default: {delivery: {retry: 1, backoffPolicy: linear, backoffDelay: 1s}}}
triggers:
  ship: {filter: {type: order.paid}, subscriber: shipping}
  bill: {filter: {type: order.placed}, subscriber: billing}
services: {shipping: {}, billing: {}}
""")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Topology]:
    """The topologies that were made ready for mutants."""
    topologies: list[Topology] = []

    def noted(topology: Topology, **options: Any) -> Blueprint:
        topologies.append(topology)
        return Blueprint(topology, **options)

    monkeypatch.setattr(making, "Blueprint", noted)
    return topologies


def test_only_the_mutants_that_are_chosen_are_made_ready(made: list[Topology]) -> None:
    found = candidates_of([SHOP], lambda each: each.node == "trigger/bill")

    assert len(made) == len(found)
    told: list[int] = []
    every = candidates_of([SHOP], count=told.append)
    assert found == [each for each in every if each.mutant.node == "trigger/bill"]
    assert told == list(range(1, len(every) + 1))


def test_the_cluster_of_a_mutant_is_forgotten_before_the_next_is_made() -> None:
    gc.collect()
    before = _clusters()

    with collector_resting():  # as in the command
        found = candidates_of([SHOP])
        after = _clusters()

    assert len(found) > 10
    assert after - before <= 2  # that of the original, and of the last mutant


def _clusters() -> int:
    return sum(isinstance(each, Cluster) for each in gc.get_objects())
