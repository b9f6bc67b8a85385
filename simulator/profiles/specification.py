"""A broker that does what the specification says, and nothing beyond it.

Nobody ships it. It plays brokers of a class that has no profile of its own.
"""

from __future__ import annotations

from simulator.profiles.profile import Profile

SPEC = Profile(name="spec", known_from="written")
