"""Where a field that nobody wrote comes from."""

from __future__ import annotations

from functools import cache
from typing import Literal

from simulator.value import Value

OriginKind = Literal["cluster default", "namespace default", "webhook"]


class Origin(Value):
    """What set a field during defaulting.

    Args:
        kind: ``webhook`` where Knative's code fixes the value, otherwise which part
            of a ConfigMap it is.
        text: For a reader: ``config-br-defaults (as shipped)``.
        config_map: Its name, empty for ``webhook``.
        key: The key in its data, empty for ``webhook``.
    """

    kind: OriginKind
    text: str
    config_map: str = ""
    key: str = ""


def from_config(
    config_map: str, key: str, *, shipped: bool, namespace: str = ""
) -> Origin:
    """Say that a field comes from a ConfigMap.

    *namespace* is the one whose own defaults were used; empty for the cluster's.
    """
    how = "as shipped" if shipped else "as given"
    if namespace:
        how = f"{how}, namespaceDefaults of {namespace}"
    return Origin(
        kind="namespace default" if namespace else "cluster default",
        text=f"{config_map} ({how})",
        config_map=config_map,
        key=key,
    )


@cache  # a dozen texts, all of the code
def from_webhook(text: str) -> Origin:
    """Say that Knative's code sets this."""
    return Origin(kind="webhook", text=text)
