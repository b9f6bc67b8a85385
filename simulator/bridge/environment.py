"""The environment that a program is started with.

Source: Knative Serving, runtime contract (PORT, K_SERVICE, K_REVISION, K_CONFIGURATION);
    knative/func pkg/functions/runner.go (PORT, LISTEN_ADDRESS, PWD); knative/eventing
    sinkbinding_lifecycle.go (K_SINK, K_CE_OVERRIDES).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.control.objects import overrides_text

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST = "127.0.0.1"
_NO_PROXY = f"{HOST},localhost,::1"


class Sending(NamedTuple):
    """What a program is told that sends events by itself.

    Args:
        sink: The URL on this machine that it sends to.
        overrides: The extensions that it sets in each event.
    """

    sink: str
    overrides: Mapping[str, str]


class Serving(NamedTuple):
    """What a program is told that requests are sent to.

    Args:
        name: Of the service.
        revision: Of the service.
        port: Where it shall listen.
    """

    name: str
    revision: str
    port: int


def environment(
    parent: Mapping[str, str],
    *,
    cwd: str,
    proxy: str,
    container: Mapping[str, str],
    serving: Serving | None = None,
    sending: Sending | None = None,
    own: Mapping[str, str],
) -> dict[str, str]:
    """Give all variables of a program; what is named later counts.

    Args:
        parent: Those of kn-sim.
        cwd: Where it is started.
        proxy: Host and port at which URLs of the cluster are answered.
        container: Those that the manifests say.
        serving: What requests need.
        sending: What events need.
        own: Those that the topology says.
    """
    url = f"http://{proxy}"
    env = {
        "PYTHONUNBUFFERED": "1",  # so that a line is seen when it is written
        **parent,
        "PWD": cwd,
        "HTTP_PROXY": url,
        "http_proxy": url,
        "NO_PROXY": _NO_PROXY,
        "no_proxy": _NO_PROXY,
        **container,
    }
    if serving is not None:
        env |= {
            "PORT": str(serving.port),
            "LISTEN_ADDRESS": f"{HOST}:{serving.port}",
            "K_SERVICE": serving.name,
            "K_REVISION": serving.revision,
            "K_CONFIGURATION": serving.name,
        }
    if sending is not None:
        overrides = sending.overrides
        told = overrides_text({"extensions": overrides}) if overrides else ""
        env |= {"K_SINK": sending.sink, "K_CE_OVERRIDES": told}
    return {**env, **own}
