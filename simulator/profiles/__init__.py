"""What differs from one broker implementation to the next, as data."""

from simulator.profiles.mt_channel import MT_CHANNEL
from simulator.profiles.profile import Profile

__all__ = ["MT_CHANNEL", "PROFILES", "Profile"]

PROFILES = {MT_CHANNEL.name: MT_CHANNEL}
