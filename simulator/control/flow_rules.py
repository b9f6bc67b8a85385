"""What the webhook does to Sequence and Parallel alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.channelable import set_template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.control.defaulting import Defaulting
    from simulator.control.faults import Fault
    from simulator.control.go_types import Fields


def set_flow_template(spec: Fields, defaulting: Defaulting) -> None:
    """Fill in the channel template; `namespaceDefaults` do not count.

    Source: knative-resources 6.10, 6.11: the look-up is made without the namespace.
    """
    if spec.get("channelTemplate") is None:
        set_template(spec, "", defaulting)


def said(wrong: Sequence[Fault]) -> str:
    """Say what Knative's own words leave out: what is wrong with it."""
    texts = [each.text + (f", {each.ours}" if each.ours else "") for each in wrong]
    return "; ".join(texts)
