"""The systems that kn-sim brings: what a topology calls them, and where they are."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from simulator.systems.system import System

PREFIX = "kn-sim/"
"""What stands before their names in ``handler:``."""

SYSTEMS = {
    "approval-service": "simulator.systems.approval_service:ApprovalService",
    "knative-service": "simulator.systems.knative_service:KnativeService",
    "keptn": "simulator.systems.keptn:Keptn",
    "keptn-executor": "simulator.systems.keptn_executor:Executor",
    "lighthouse": "simulator.systems.lighthouse:Lighthouse",
    "remediation-service": "simulator.systems.remediation_service:RemediationService",
    "tekton": "simulator.systems.tekton:Tekton",
    "keptn-cdf-translator": "simulator.systems.cdf_2021:Translator",
    "cdf-events-keptn-adapter": "simulator.systems.cdf_2021:Adapter",
    "keptn-cdevents": "simulator.systems.keptn_cdevents:KeptnCDEvents",
    "spinnaker": "simulator.systems.spinnaker:Spinnaker",
}
"""Name -> module and class, imported when a topology names it."""


def system_class(name: str) -> type[System]:
    """Give the class of a system.

    Raises:
        KeyError: There is none of this name.
    """
    module, _, kind = SYSTEMS[name].partition(":")
    return cast("type[System]", getattr(import_module(module), kind))
