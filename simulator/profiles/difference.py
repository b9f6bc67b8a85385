"""One question on which implementations differ, with each one's answer in words."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from simulator.profiles.answers import SAYS
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.profiles.profile import Profile

# Where each implementation was run or read, for questions without a place of their own.
_COMMITS = {
    "mt-channel": "knative/eventing at 8cf4c4b6",
    "in-memory-channel": "knative/eventing at 8cf4c4b6",
    "kafka": "knative-extensions/eventing-kafka-broker at 7d8fe89f",
    "kafka-namespaced": "knative-extensions/eventing-kafka-broker at 7d8fe89f",
    "kafka-channel": "knative-extensions/eventing-kafka-broker at 7d8fe89f",
    "rabbitmq": "knative-extensions/eventing-rabbitmq at bd1ee997",
    "natss": "knative-extensions/eventing-natss at 03a34594",
    "natss-channel": "knative-extensions/eventing-natss at 03a34594",
    "spec": "knative/specs at 22d54f84",
}


class Difference(Value):
    """A question that implementations answer differently.

    Args:
        code: A short stable name, such as ``filters-ignored``.
        about: What the answers are about, in a few words.
        parts: The answers of a `Profile` that it consists of, such as
            ``retrying.first``.
        rows: Of the table "Behaviour and implementation" of the reference on profiles;
            empty for what is not in it.
        evidence: Name of a profile -> a recording, a unit test or a file that says so.
    """

    code: str
    about: str
    parts: tuple[str, ...]
    rows: str
    evidence: Mapping[str, str] = made(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it stands in the reference: ``row 17``, ``rows 35, 36``, ``no row``."""
        if not self.rows:
            return "no row"
        one = self.rows.isalnum()
        return f"row{'s' * (not one)} {self.rows}"

    def says(self, profile: Profile) -> str:
        return SAYS[self.code](profile)

    def answers(self, profile: Profile) -> tuple[object, ...]:
        return tuple(attrgetter(part)(profile) for part in self.parts)

    def tells(self, one: Profile, other: Profile) -> bool:
        return self.answers(one) != self.answers(other)

    def taken(self, profile: Profile, from_: Profile) -> Profile:
        for part in self.parts:
            question, _, field = part.partition(".")
            value = attrgetter(part)(from_)
            if field:
                asked = getattr(profile, question)
                value = asked.replace(**{field: value})
            profile = profile.replace(**{question: value})
        return profile

    def source(self, profile: Profile) -> str:
        """Name what an answer is known from: ``run: status_4xx_a; PROJECT at COMMIT``."""
        name = profile.name.rpartition(" over ")[2]
        found: Any = self.evidence.get(name, "")
        known = profile.known_from
        told = f"{known}: {found}" if found and ": " not in found else found or known
        return f"{told}; {_COMMITS[name]}" if name in _COMMITS else told
