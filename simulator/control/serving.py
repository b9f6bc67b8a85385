"""How a trigger's annotations want it to be served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import nearest

if TYPE_CHECKING:
    from simulator.control.given import Admitted, Findings
    from simulator.profiles import Profile
    from simulator.profiles.profile import Queue

# What triggers of some implementation are told by annotations.
_OF_TRIGGERS = (
    "kafka.eventing.knative.dev/delivery.order",
    "rabbitmq.eventing.knative.dev/parallelism",
)
_EXTERNAL = "kafka.eventing.knative.dev/external.topic"
_DOMAINS = tuple(
    f"{name}.eventing.knative.dev/" for name in ("kafka", "rabbitmq", "natsjetstream")
)
# Source: eventing-kafka-broker, triggerv2.go; eventing-rabbitmq, pkg/utils,
#     resource_requirements.go; eventing-natss, pkg/broker/config (read).
_KNOWN = (
    *_OF_TRIGGERS,
    _EXTERNAL,
    *(f"rabbitmq.eventing.knative.dev/{what}" for what in (
        "cpu-request", "cpu-limit", "memory-request", "memory-limit",
    )),
    *(f"natsjetstream.eventing.knative.dev/{what}" for what in (
        "config", "fetch-batch-size", "max-concurrency", "retry-max-duration",
        "stream-name",
    )),
)  # fmt: skip


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
    owner: Admitted, profile: Profile, findings: Findings, *, of_hub: bool = False
) -> None:
    """Say which annotations of a trigger or broker are read by nobody.

    Args:
        owner: Whose they are.
        profile: Who plays the broker.
        findings: Takes what is found.
        of_hub: It is the broker.
    """
    for name in owner.annotations:
        said = ""
        if not name.startswith(_DOMAINS):
            continue
        if name not in _KNOWN:
            said = f"nobody knows the annotation {name}{nearest(name, _KNOWN)}"
        elif of_hub and name in _OF_TRIGGERS:
            said = f"{name} is read on a trigger, and not on its broker"
        elif name != profile.queue.annotation and name in _OF_TRIGGERS:
            said = f"{name} says nothing to {profile.name}, which plays its broker"
        elif name == _EXTERNAL and of_hub and profile.queue.partitions:
            said = (
                f"{name}: its own events are stored as in any topic; what others write "
                "to that topic does not come, and nobody else reads it"
            )
        elif name == _EXTERNAL:
            said = f"{name} is read on a broker of Kafka only"
        if said:
            findings.note(owner, "no-effect", said, "metadata.annotations")
