"""What a controller would make of a resource, and a webhook refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.control.go_types import Struct
from simulator.control.kind import Child
from simulator.control.registry import kind_of, webhook_of
from simulator.control.webhook import admit
from simulator.errors import nearest
from simulator.nodes import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from simulator.control.config import ClusterConfig
    from simulator.control.faults import Fault
    from simulator.control.go_types import Fields
    from simulator.control.kind import Kind
    from simulator.control.webhook import Admission


class Refused(NamedTuple):
    """What a webhook refuses to a controller; `faults` are by field of the parent."""

    part: str
    text: str
    faults: tuple[tuple[str, Fault | str], ...]


def refused_children(
    parent: Mapping[str, Any], config: ClusterConfig
) -> Iterator[Refused]:
    """Give what is made of *parent*, admitted and defaulted, and refused then.

    The webhook of the parent does not look at all that is written there: at the spec of a
    channel template, at the delivery of a branch of a Parallel.

    Source: knative-resources 6.11 (branch.delivery is not validated); read, not run:
        E:pkg/reconciler/parallel/resources/subscription.go (NewSubscription),
        E:pkg/reconciler/{channel,sequence,parallel}/resources/channel.go (NewChannel).
    """
    for child in _children(parent):
        admission = admit(child.manifest, config=config)
        if not admission.valid:
            yield Refused(
                child.part, _denied(child, admission), tuple(_faults(child, admission))
            )


def dropped_fields(parent: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the fields of a channel template that no channel has, and the nearest names.

    The API server drops them in silence.

    Source: data/crds: in the spec of a Channel and of an InMemoryChannel, unknown fields
        are not kept.
    """
    written, known = _template(parent)
    for name in written:
        if name not in known:
            yield f"spec.channelTemplate.spec.{name}", nearest(name, known)


def unserved_template(parent: Mapping[str, Any]) -> str:
    """Say that nobody serves the kind of a channel template in its version, if so.

    Source: knative-resources 1.1, 6.7: the controller makes the channel by the template.
    """
    template = parent["spec"].get("channelTemplate") or {}
    version, name = str(template.get("apiVersion")), str(template.get("kind"))
    served = kind_of(version.rpartition("/")[0], name).versions
    if not served or version in served:
        return ""
    return (
        f"nobody serves {version}: no channel is made; expected {' or '.join(served)}"
    )


def _faults(child: Child, admission: Admission) -> Iterator[tuple[str, Fault | str]]:
    from simulator.control.misfits import misfits  # only a fault pays

    found = misfits(child.manifest) if admission.stage == "decode" else ()
    for misfit in found:
        yield child.path(misfit.path), misfit.message
    for fault in () if found else admission.faults:
        yield child.path(fault.paths[0] if fault.paths else child.there), fault


def _denied(child: Child, admission: Admission) -> str:
    """Say what the API server answers.

    Source: knative/pkg webhook/resourcesemantics (defaulting decodes, then validation);
        knative/eventing cmd/webhook, cmd/in_memory/channel_controller.
    """
    webhook = _kind(child.manifest).served_by
    failed = "mutation failed"
    if admission.stage != "decode":
        webhook, failed = f"validation.{webhook}", "validation failed"
    texts = "\n".join(fault.text.removesuffix(": ") for fault in admission.faults)
    return (
        f'admission webhook "{webhook}.eventing.knative.dev" denied the request: '
        f"{failed}: {texts}"
    )


def _children(parent: Mapping[str, Any]) -> Iterator[Child]:
    written, known = _template(parent)
    if written:
        template = parent["spec"]["channelTemplate"]
        channel = {
            **{name: template.get(name) for name in ("apiVersion", "kind")},
            "metadata": {k: parent["metadata"].get(k) for k in ("name", "namespace")},
            "spec": {name: v for name, v in written.items() if name in known},
        }
        yield Child("spec.channelTemplate.spec", "spec", channel)
    makes = _kind(parent).makes
    if makes is not None:
        yield from makes(parent)


def _kind(manifest: Mapping[str, Any]) -> Kind:
    return kind_of(str(manifest["apiVersion"]).rpartition("/")[0], manifest["kind"])


def _template(parent: Mapping[str, Any]) -> tuple[Fields, Collection[str]]:
    """Give the spec of a channel template, and the fields that such channels have.

    Channels of others have webhooks of their own, which nobody here knows.
    """
    template = parent["spec"].get("channelTemplate") or {}
    version, name = str(template.get("apiVersion")), str(template.get("kind"))
    webhook, spec = webhook_of(version, name), template.get("spec")
    is_channel = kind_of(version.rpartition("/")[0], name).role is Role.CHANNEL
    if webhook is None or not is_channel or not isinstance(spec, dict):
        return {}, ()
    fields = webhook.type.by_name["spec"].type
    assert isinstance(fields, Struct), "of every kind"
    return spec, fields.by_name
