"""Services that somebody describes and that nothing sends to."""

import pytest

from simulator import Blueprint, Topology
from simulator.session.findings import UNCALLED

TEXT = """
topology: t
brokers: {default: {delivery: {deadLetterSink: parking}}}
triggers: {pay: {subscriber: authorizer}, ship: {subscriber: shipping}}
services:
  shipping: {emit: [{to: service/audit, event: {type: shipped}}]}
  parking: {}
  audit: {}
"""


def told(text: str, *more: str, strict: bool = False) -> list[str]:
    blueprint = Blueprint(Topology.parse(text), strict=strict)
    return [
        f"{finding.severity.value}: {finding}"
        for finding in blueprint.book(more).wiring.findings
        if finding.code == UNCALLED
    ]


def test_a_service_that_a_route_a_sink_or_a_service_names_is_called() -> None:
    assert told(TEXT) == []


@pytest.mark.parametrize("strict", [False, True])
def test_a_name_like_that_of_a_service_that_nobody_describes_is_a_warning(
    strict: bool,
) -> None:
    declared = """---
apiVersion: v1
kind: Service
metadata: {name: authorizer}
"""
    [line] = told(f"{TEXT}  authoriser: {{}}\n{declared}", strict=strict)

    assert line == (
        f"{'fault' if strict else 'warning'}: <text>:9:3: KN214 service authoriser: is described, "
        "but nothing sends to it; did you mean 'authorizer'?"
    )


def test_a_service_of_another_name_may_be_called_by_hand() -> None:
    [line] = told(f"{TEXT}  shipping2: {{}}\n")

    assert line == (
        "note: <text>:9:3: KN214 service shipping2: is described, but nothing sends to it"
    )


def test_a_service_in_python_may_be_meant_for_any_that_is_called() -> None:
    [line] = told(TEXT, "shiping")

    assert line == (
        "warning: KN214 service shiping: is described, but nothing sends to it; did you mean "
        "'shipping'?"
    )


def test_where_nothing_sends_at_all_services_are_called_by_hand() -> None:
    assert told("topology: t\nservices: {a: {}, b: {}}") == []


@pytest.mark.parametrize("strict", [False, True])
def test_a_misspelt_reference_is_told_of_once(strict: bool) -> None:
    assert (
        told(TEXT.replace("subscriber: shipping", "subscriber: shiping"), strict=strict)
        == []
    )
