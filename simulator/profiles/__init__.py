"""What differs from one broker implementation to the next, as data.

* `profile`: the questions. * One file for each implementation, with its answers.
"""

from __future__ import annotations

from simulator.profiles.mt_channel import IN_MEMORY_CHANNEL, MT_CHANNEL
from simulator.profiles.profile import Profile
from simulator.profiles.specification import SPEC

__all__ = [
    "IN_MEMORY_CHANNEL",
    "MT_CHANNEL",
    "PROFILES",
    "SPEC",
    "Profile",
    "of_broker",
    "of_channel",
]

PROFILES = {each.name: each for each in (MT_CHANNEL, SPEC)}
"""By name: what all brokers of a run can be played by, whatever their class."""

_OF_CLASS = {"MTChannelBasedBroker": MT_CHANNEL}
_OF_KIND = {"InMemoryChannel": IN_MEMORY_CHANNEL}


def of_broker(class_: str, channel_kind: str = "") -> Profile | None:
    """Give who plays the brokers of a class; None for nobody.

    Args:
        class_: The annotation ``eventing.knative.dev/broker.class``.
        channel_kind: On which kind of channel it stands, if it stands on channels.
    """
    profile = _OF_CLASS.get(class_)
    channel = _OF_KIND.get(channel_kind)
    if profile is None or profile.channel is None or channel is None:
        return profile
    return profile if channel is profile.channel else profile.over(channel)


def of_channel(kind: str) -> Profile | None:
    """Give who plays channels of a kind; None for nobody."""
    return _OF_KIND.get(kind)
