"""A manifest goes through the webhooks: decoded, defaulted, validated."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from simulator.control.defaulting import Defaulting, Origin, from_webhook
from simulator.control.faults import ERROR, Fault, merged
from simulator.control.go_types import DecodeError, decode
from simulator.control.kind import Checking
from simulator.control.registry import webhook_of
from simulator.control.types_duck import OBJECT_META, TYPE_META
from simulator.resource import DEFAULT_NAMESPACE
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.config import ClusterConfig
    from simulator.control.go_types import Fields
    from simulator.control.kind import Webhook
    from simulator.resource import ResourceKey

Stage = Literal["", "decode", "default", "validate"]
_NO_OBJECTS: Mapping[ResourceKey, Mapping[str, Any]] = MappingProxyType({})
_NO_ORIGINS: Mapping[str, Origin] = MappingProxyType({})


class Admission(Value):
    """What the webhooks made of a manifest.

    Args:
        stage: Where it was refused; empty when it was not.
        defaulted: The object with its defaults, without status; None when it could
            not be decoded. It belongs to the caller.
        origins: Each path that defaulting set, to where the value comes from. What
            the manifest says itself is not in it.
        is_asked: The API server asks for it. Otherwise the faults are what the code of
            the type would say, and keep nothing out; those of decoding do, as the
            schema has no other fields.
    """

    valid: bool
    stage: Stage = ""
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    defaulted: dict[str, Any] | None = None
    origins: Mapping[str, Origin] = made(default_factory=lambda: _NO_ORIGINS)
    is_asked: bool = True


def admit(
    manifest: Mapping[str, Any],
    *,
    config: ClusterConfig,
    old: Mapping[str, Any] | None = None,
    stranger: str | None = None,
) -> Admission:
    """Do to a manifest what Knative's webhooks do, and leave it as it is.

    Args:
        manifest: JSON-like values.
        config: The config maps of the cluster.
        old: The manifest as it was, for an update; it is defaulted first, as the
            stored object was.
        stranger: The name of a user without the right (`knsubscribe`) to link to brokers
            and channels of other namespaces; None for a user who has it.

    Source: knative-resources 1.1; knative/pkg webhook/resourcesemantics; stages and
        texts as in data/golden/validate.json.
    """
    try:
        version, name = _type_of(manifest)
    except DecodeError as error:
        return _refused(str(error))
    kind = webhook_of(version, name)
    if kind is None:
        return _refused(f"unhandled kind: {version}, Kind={name}")
    try:
        new, defaulting = _defaulted(kind, manifest, config)
    except DecodeError as error:
        return _refused(f"cannot decode incoming new object: {error}")
    before = None
    if old is not None:
        try:
            before, _ = _defaulted(kind, old, config)
        except DecodeError as error:
            return _refused(f"cannot decode incoming old object: {error}")
    found = kind.validate(new, Checking(config=config, old=before, stranger=stranger))
    if before is not None:
        found = [*found, *kind.check_update(before, new)]
    faults = merged(found) if found else ()
    errors = tuple(fault for fault in faults if fault.level == ERROR)
    return Admission(
        valid=not errors,
        stage="validate" if errors else "",
        faults=errors,
        warnings=tuple(fault for fault in faults if fault.level != ERROR),
        defaulted=new,
        origins=MappingProxyType(defaulting.origins),
        is_asked=kind.is_asked,
    )


def immutability(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    objects: Mapping[ResourceKey, Mapping[str, Any]] = _NO_OBJECTS,
) -> tuple[Fault, ...]:
    """Tell which changes webhooks refuse; both are defaulted already.

    *objects* are all that there are, since a webhook may look at others.

    Nothing for a kind without webhook, or an object that cannot be decoded: that is
    another fault, which `admit` reports.
    """
    try:
        kind = webhook_of(*_type_of(new))
        if kind is None:
            return ()
        before, after = (_decoded(kind, each) for each in (old, new))
    except DecodeError:
        return ()
    among = kind.check_among(before, after, objects)
    return merged([*kind.check_update(before, after), *among])


def _type_of(manifest: Mapping[str, Any]) -> tuple[str, str]:
    """Whatever the case of a key, the last one counts; DecodeError for no text."""
    read = decode(TYPE_META, manifest, strict=False)
    return read.get("apiVersion", ""), read.get("kind", "")


def _refused(message: str) -> Admission:
    return Admission(valid=False, stage="decode", faults=(Fault(message=message),))


def _decoded(kind: Webhook, manifest: Mapping[str, Any]) -> Fields:
    # The metadata is opaque to the webhook: it is read apart, and leniently.
    metadata = manifest.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        what = "array" if isinstance(metadata, list) else "string"
        if isinstance(metadata, int | float):
            what = "bool" if isinstance(metadata, bool) else "number"
        raise DecodeError(
            f"json: cannot unmarshal {what} into Go value of type struct {{}}"
        )
    rest = {
        name: {} if name == "metadata" else value for name, value in manifest.items()
    }
    decoded = decode(kind.type, rest)
    if metadata:
        decoded["metadata"] = decode(
            OBJECT_META, metadata, strict=False, path=("metadata",)
        )
    decoded.pop("status", None)
    return decoded


def _defaulted(
    kind: Webhook, manifest: Mapping[str, Any], config: ClusterConfig
) -> tuple[Fields, Defaulting]:
    decoded = _decoded(kind, manifest)
    metadata = decoded["metadata"]
    defaulting = Defaulting(
        config=config,
        namespace=metadata.get("namespace") or DEFAULT_NAMESPACE,
        name=metadata.get("name", ""),
    )
    if not metadata.get("namespace"):
        origin = from_webhook("namespace of the request")
        defaulting.put(metadata, "metadata.namespace", defaulting.namespace, origin)
    kind.set_defaults(decoded, defaulting)
    return decoded, defaulting
