"""How a trigger's annotations want it to be served."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.control.findings import Findings
    from simulator.control.given import Admitted
    from simulator.profiles import Profile
    from simulator.profiles.profile import Queue

# What triggers of some implementation are told by annotations.
_ANNOTATIONS = (
    "kafka.eventing.knative.dev/delivery.order",
    "rabbitmq.eventing.knative.dev/parallelism",
)


def queue_of(trigger: Admitted, profile: Profile) -> Queue | None:
    """Read in which order a trigger is to be served; None where it does not say.

    Raises:
        ValueError: It says something else; the message what is expected.

    Source: profiles 74.
    """
    queue = profile.queue
    written = trigger.annotations.get(queue.annotation)
    if not queue.annotation or written is None:
        return None
    text = str(written)
    if queue.choices:
        choices = dict(queue.choices)
        found = choices.get(text.lower())
        if found is None:
            raise ValueError(f"expected {' or '.join(choices)}, found {text!r}")
        return found
    if not text.isdecimal() or not 1 <= int(text) <= queue.most:
        raise ValueError(f"expected 1 to {queue.most}, found {text!r}")
    return queue.replace(workers=int(text))


def advise_on_annotations(
    trigger: Admitted, profile: Profile, findings: Findings
) -> None:
    """Say which annotations are those of another implementation."""
    for name in trigger.annotations:
        if name in _ANNOTATIONS and name != profile.queue.annotation:
            findings.note(
                trigger,
                "no-effect",
                f"{name} says nothing to {profile.name}, which plays its broker",
                "metadata.annotations",
            )
