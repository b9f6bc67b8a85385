"""The table of differences: complete, and true to the profiles."""

from itertools import combinations
from typing import Any

import pytest

from simulator.profiles import PROFILES, Profile
from simulator.profiles.answers import SAYS
from simulator.profiles.difference import Difference
from simulator.profiles.differences import DIFFERENCES
from simulator.value import Value

# What is no rule of its own: names, addresses, and what stands in `onward` alone.
OTHERS = {
    "name", "channel", "known_from", "door.url", "door.by_path", "door.dispatcher",
    "door.node", "door.inner", "door.reads_query", "door.reads_port", "door.reads_host",
    "retrying.settings",
}  # fmt: skip


def parts(profile: Profile) -> list[str]:
    found = []
    for field in Profile._fields:
        value: Any = getattr(profile, field)
        if isinstance(value, Value) and field not in ("channel", "onward"):
            found += [f"{field}.{each}" for each in type(value)._fields]
        else:
            found.append(field)
    return found


def test_each_answer_of_a_profile_belongs_to_one_difference() -> None:
    every = parts(PROFILES["spec"])

    told = [part for each in DIFFERENCES for part in each.parts]

    assert len(told) == len(set(told))
    assert {*told, *OTHERS} == set(every)


def test_each_difference_has_words() -> None:
    assert [each.code for each in DIFFERENCES] == list(SAYS)


@pytest.mark.parametrize("each", DIFFERENCES, ids=lambda each: each.code)
def test_profiles_that_answer_otherwise_are_told_of_in_other_words(
    each: Difference,
) -> None:
    pairs = combinations(PROFILES.values(), 2)

    differing = [pair for pair in pairs if each.tells(*pair)]

    assert differing, "no difference at all"
    assert [p for p in differing if each.says(p[0]) == each.says(p[1])] == []


def test_a_profile_with_all_answers_of_another_answers_as_that() -> None:
    kafka, rabbitmq = PROFILES["kafka"], PROFILES["rabbitmq"]

    made = kafka
    for each in DIFFERENCES:
        made = each.taken(made, rabbitmq)

    assert not any(each.tells(made, rabbitmq) for each in DIFFERENCES)
    assert made.name == "kafka"


def test_an_answer_names_what_it_is_known_from() -> None:
    by_code = {each.code: each for each in DIFFERENCES}

    source = by_code["other-statuses"].source(PROFILES["rabbitmq"])
    reading = by_code["no-event"].source(PROFILES["kafka"])

    project = "knative-extensions/eventing"
    assert source == f"run: status_4xx_a, status_3xx; {project}-rabbitmq at bd1ee997"
    assert reading == f"read: BaseResponseHandler; {project}-kafka-broker at 7d8fe89f"
