"""The life of a Knative Service in a Simulation document, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import nearest
from simulator.profiles.resending import OF_2022
from simulator.resource import mapping, mappings, name_fault
from simulator.serving.life import EXITED, Life, Step
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.profiles.resending import Resending
    from simulator.subscribers.fields import Fields, Table

CDEVENTS, CD_V1 = "cdevents-0.5", "cd-v1"
VOCABULARIES = (CDEVENTS, CD_V1)
KSVC = "ksvc/"

_OPERATIONS = ("image", "ready", "traffic", "delete")
_LISTED = ", ".join(_OPERATIONS) + ", or image and ready"
_REVISION: Table = {
    "image": ("text", "what the revision runs"),
    "ready": ("flag", "whether it gets ready"),
    "message": ("text", "why it does not"),
    "after": ("duration", "how long until that is so"),
}
STEP: Table = {
    "at": ("duration, required", "when, since the service was created"),
    **_REVISION,
    "traffic": ("traffic", "who gets requests: a name, or names with percentages"),
    "delete": ("flag", "the service is deleted"),
}
CREATED: Table = {"name": ("text", "of the service"), **_REVISION}
_MOST_STEPS = 1_000
_COLD_START_NS = 5_000_000_000
_ROUTING_NS = 1_000_000_000
_UNKNOWN = "(of the manifest)"


class LifeSpec(Value):
    """Whose life is told, and in which words.

    Args:
        of_manifest: Whether the image is that of the manifest of this name.
    """

    life: Life
    vocabulary: str
    of_manifest: bool = False

    @property
    def resending(self) -> Resending | None:
        """How whoever tells it sends again what failed; None if not."""
        return OF_2022 if self.is_of_2022 else None

    @property
    def is_of_2022(self) -> bool:
        return self.vocabulary == CD_V1

    def with_manifest(self, manifest: Mapping[str, object]) -> LifeSpec:
        """Give the same, of the service that a manifest describes.

        Raises:
            ValueError: It says no image, or sends requests elsewhere than to the latest
                revision.
        """
        spec = mapping(manifest.get("spec"))
        traffic = spec.get("traffic")
        for target in traffic if isinstance(traffic, list) else ():
            if not isinstance(target, dict) or not target.get("latestRevision"):
                raise ValueError(
                    "its spec.traffic names revisions, and a life begins with the first "
                    "one; describe the service by its image, and its traffic by steps"
                )
        template = mapping(spec.get("template"))
        listed = mappings(mapping(template.get("spec")).get("containers"))
        # Source: serving revision_types.go: of several, the one with ports takes requests.
        served = [each for each in listed if each.get("ports")] or listed
        image = served[0].get("image") if served else None
        if not isinstance(image, str) or not image:
            raise ValueError("has no spec.template.spec.containers[0].image")
        name = mapping(template.get("metadata")).get("name")
        life = self.life.replace(
            created=self.life.created.replace(image=image),
            revision=name if isinstance(name, str) else "",
        )
        return self.replace(life=life)


def parse_life(fields: Fields, name: str) -> LifeSpec | None:
    """Read ``{service: …, steps: […]}``; None where a fault leaves nothing to tell.

    *name* is that of the source; the service has the same, unless it says another.
    """
    before = len(fields.faults)
    vocabulary = fields.text("vocabulary", CDEVENTS)
    if vocabulary not in VOCABULARIES:
        hint = nearest(vocabulary, VOCABULARIES)
        there_are = ", ".join(VOCABULARIES)
        what = f"unknown vocabulary {vocabulary!r}{hint} (there are: {there_are})"
        fields.fault("vocabulary", what)
    namespace = fields.text("namespace", "default")
    written = fields.get("service")
    of_manifest = isinstance(written, str)
    if of_manifest:
        created = Step(at_ns=0, image=_UNKNOWN)
        namespace, name = _named(fields, written, namespace)
    else:
        created, name = _created(fields, name)
    life = Life(
        name=name,
        namespace=namespace,
        created=created,
        steps=_steps(fields),
        cold_start_ns=_wait(fields, "coldStart", _COLD_START_NS),
        routing_ns=_wait(fields, "routing", _ROUTING_NS),
    )
    if len(fields.faults) > before:
        return None
    for path, what in life.wrong():
        fields.fault(path, what)
    return LifeSpec(life=life, vocabulary=vocabulary, of_manifest=of_manifest)


def _named(fields: Fields, written: str, namespace: str) -> tuple[str, str]:
    """Read ``ksvc/NAME`` or ``ksvc/NAMESPACE/NAME``."""
    space, slash, name = written.removeprefix(KSVC).rpartition("/")
    wrong = not written.startswith(KSVC) or not name or (slash and not space)
    if wrong or "/" in space:
        what = "expected ksvc/NAME of a manifest, or a mapping with image"
        fields.fault("service", f"{what}, found {written!r}")
    return space or namespace, name


def _created(fields: Fields, name: str) -> tuple[Step, str]:
    part = fields.child("service")
    if "service" not in fields:
        what = "is required: {image: …}, or ksvc/NAME of a manifest"
        fields.fault("service", what)
    part.only(CREATED)
    if "image" not in part and isinstance(fields.get("service"), dict):
        part.fault("image", "is required: what its first revision runs")
    return _step(part, 0), _name(part, name)


def _name(part: Fields, name: str) -> str:
    found = part.text("name", name)
    wrong = service_name_fault(found)
    if wrong and "name" in part:
        part.fault("name", wrong)
    elif wrong:
        part.fault("name", f"is that of the source, if left out: {wrong}")
    return found


def service_name_fault(name: str) -> str | None:
    return name_fault("serving.knative.dev", "Service", name)


def _steps(fields: Fields) -> tuple[Step, ...]:
    parts = fields.children("steps")
    if len(parts) > _MOST_STEPS:
        what = f"expected at most {_MOST_STEPS:,} steps, found {len(parts):,}"
        fields.fault("steps", what)
        return ()
    steps: list[Step] = []
    for part in parts:
        step = parse_step(part, at=True)
        if step is None:
            continue
        if steps and step.at_ns < steps[-1].at_ns and "at" in part:
            part.fault("at", "is before the step before it")
        steps.append(step)
    return tuple(steps)


def parse_step(part: Fields, *, at: bool) -> Step | None:
    """Read ``{image: …}``, with ``at`` or for now; None for nothing, which is a fault."""
    if not part.values:
        if not any(each.path == part.path for each in part.faults):
            part.fault("", f"expected a step: {_LISTED}")
        return None
    before = len(part.faults)
    part.only(STEP if at else tuple(STEP)[1:])
    if at and "at" not in part:
        part.fault("at", "is required: when, since the service was created")
    found = [each for each in _OPERATIONS if each in part]
    if found != ["image", "ready"] and len(found) != 1:
        what = f", found {' and '.join(found)}" if found else ""
        if found or len(part.faults) == before:
            part.fault("", f"expected one of {_LISTED}{what}")
    elif found == ["delete"] and part.get("delete") is not True:
        part.fault("delete", f"expected true, found {part.get('delete')!r}")
    return _step(part, part.duration("at") if at else 0)


def _step(part: Fields, at_ns: int) -> Step:
    ready = part.flag("ready") if "ready" in part else None
    if "message" in part and ready is not False:
        part.fault("message", "goes with ready: false, which it explains")
    if "after" in part and not ("image" in part or "ready" in part):
        part.fault("after", "goes with image or ready: how long until that is so")
    for name in ("image", "traffic"):
        if part.get(name) == "":
            part.fault(name, "is empty")
    return Step(
        at_ns=at_ns,
        image=part.text("image"),
        ready=ready,
        message=part.text("message", EXITED),
        after_ns=part.duration("after") if "after" in part else None,
        shares=_shares(part),
        delete="delete" in part and part.get("delete") is True,
    )


def _shares(part: Fields) -> tuple[tuple[str, int], ...]:
    """Read who gets requests: a name for all of them, or names with percentages.

    Source: serving route_validation.go: the percentages have to add up to 100.
    """
    if not isinstance(part.get("traffic"), dict):
        name = part.text("traffic")
        return ((name, 100),) if name else ()
    shares = part.child("traffic")
    found = tuple((str(n), shares.number(n, 0, 100, 0)) for n in shares.values)
    total = sum(percent for _, percent in found)
    if total != 100 and not any(f.path.startswith(shares.path) for f in shares.faults):  # noqa: PLR2004
        part.fault("traffic", f"Traffic targets sum to {total}, want 100")
    return found


def _wait(fields: Fields, name: str, default: int) -> int:
    return fields.duration(name) if name in fields else default
