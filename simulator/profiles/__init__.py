"""What differs from one implementation of brokers and channels to the next, as data.

* `profile`: the questions. * One file for each implementation, with its answers; those
that a topology does not name are not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from simulator.implementations import BROKERS, OF_CLASS, OF_KIND
from simulator.profiles.mt_channel import IN_MEMORY_CHANNEL, MT_CHANNEL
from simulator.profiles.profile import Profile

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "IN_MEMORY_CHANNEL",
    "MT_CHANNEL",
    "PROFILES",
    "Profile",
    "of_broker",
    "of_channel",
]

# Name of a profile -> the file that it is in, and as what.
_WHERE = {
    "mt-channel": ("mt_channel", "MT_CHANNEL"),
    "kafka": ("kafka", "KAFKA"),
    "kafka-namespaced": ("kafka", "KAFKA_NAMESPACED"),
    "rabbitmq": ("rabbitmq", "RABBITMQ"),
    "natss": ("natss", "NATSS"),
    "spec": ("specification", "SPEC"),
    "in-memory-channel": ("mt_channel", "IN_MEMORY_CHANNEL"),
    "kafka-channel": ("kafka", "KAFKA_CHANNEL"),
    "natss-channel": ("natss", "NATSS_CHANNEL"),
}


class _Profiles(Mapping[str, Profile]):
    def __getitem__(self, name: str) -> Profile:
        if name not in BROKERS:
            raise KeyError(name)
        return _load(name)

    def __iter__(self) -> Iterator[str]:
        return iter(BROKERS)

    def __len__(self) -> int:
        return len(BROKERS)


PROFILES: Mapping[str, Profile] = _Profiles()
"""By name: what all brokers of a run can be played by, whatever their class."""


def _load(name: str) -> Profile:
    file, attribute = _WHERE[name]
    found: Profile = getattr(import_module(f"simulator.profiles.{file}"), attribute)
    return found


def of_broker(class_: str, channel_kind: str = "") -> Profile | None:
    """Give who plays the brokers of a class; None for nobody.

    Args:
        class_: The annotation ``eventing.knative.dev/broker.class``.
        channel_kind: On which kind of channel it stands, if it stands on channels.
    """
    name = OF_CLASS.get(class_)
    if name is None:
        return None
    profile, channel = _load(name), of_channel(channel_kind)
    if profile.channel is None or channel is None:
        return profile
    return profile if channel is profile.channel else profile.over(channel)


def of_channel(kind: str) -> Profile | None:
    name = OF_KIND.get(kind)
    return None if name is None else _load(name)
