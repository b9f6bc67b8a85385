"""The life of a Knative Service, as it is written; and what is refused of it."""

from typing import TYPE_CHECKING, Any

import pytest

from simulator.subscribers.fields import Fields
from simulator.subscribers.source_spec import parse_source

if TYPE_CHECKING:
    from simulator.errors import Fault

_S = 1_000_000_000


def faults(**written: Any) -> dict[str, str]:
    """Read a source; give the faults by their field."""
    found: list[Fault] = []
    service = {"image": "a"}
    parse_source(Fields({"service": service, **written}, "poc", found), "poc")
    return {
        each.path.removeprefix("poc."): each.reason.partition(": ")[2] for each in found
    }


def test_what_is_not_said_of_a_life_has_its_default() -> None:
    # given
    found: list[Fault] = []
    steps = [{"at": "1m", "image": "b", "after": "10s"}, {"at": "2m", "ready": False}]
    fields = Fields({"service": {"image": "a"}, "steps": steps}, "poc", found)

    # when
    spec = parse_source(fields, "poc").life

    # then
    assert not found
    assert spec is not None
    assert spec.vocabulary == "cdevents-0.5"
    assert (spec.life.name, spec.life.namespace) == ("poc", "default")
    assert (spec.life.cold_start_ns, spec.life.routing_ns) == (5 * _S, _S)
    assert [step.after_ns for step in spec.life.steps] == [10 * _S, None]


@pytest.mark.parametrize(
    ("written", "path", "reason"),
    [
        ({"service": {}}, "service.image", "is required: what its first revision runs"),
        ({"service": {"image": "a", "nmae": "b"}}, "service.nmae", "unknown field; did you mean 'name'? (expected one of name, image, ready, message, after)"),
        ({"service": "poc"}, "service", "expected ksvc/NAME of a manifest, or a mapping with image, found 'poc'"),
        ({"service": ["a"]}, "service", "expected a mapping, found ['a']"),
        ({"service": None, "steps": []}, "service", "is required: {image: …}, or ksvc/NAME of a manifest"),
        ({"vocabulary": "cd-v2"}, "vocabulary", "unknown vocabulary 'cd-v2'; did you mean 'cd-v1'? (there are: cdevents-0.5, cd-v1)"),
        ({"every": "1s"}, "every", "does not go with service: its life says what is sent"),
        ({"coldStart": "soon"}, "coldStart", "'soon' is no duration; expected an ISO 8601 duration such as PT0.5S, or 500ms, 2s, 5m, 1h, 1d"),
        ({"steps": [{"at": "2s", "image": "b"}, {"at": "1s", "image": "c"}]}, "steps[1].at", "is before the step before it"),
        ({"steps": [{"image": "b"}]}, "steps[0].at", "is required: when, since the service was created"),
        ({"steps": [{"at": "1s"}]}, "steps[0]", "expected one of image, ready, traffic, delete, or image and ready"),
        ({"steps": [{"at": "1s", "image": "b", "delete": True}]}, "steps[0]", "expected one of image, ready, traffic, delete, or image and ready, found image and delete"),
        ({"steps": [{"at": "1s", "delete": False}]}, "steps[0].delete", "expected true, found False"),
        ({"service": {"image": 7}}, "service.image", "expected text, found 7"),
        ({"service": {"image": ""}}, "service.image", "is empty"),
        ({"steps": [{"at": "1s", "image": ""}]}, "steps[0].image", "is empty"),
        ({"steps": [{"at": "1s", "traffic": ""}]}, "steps[0].traffic", "is empty"),
        ({"service": {"image": "a", "name": "A_b"}}, "service.name", 'Invalid value: "A_b": a DNS-1035 label must consist of lower case alphanumeric characters or \'-\', start with an alphabetic character, and end with an alphanumeric character'),
        ({"steps": [{"at": "1s", "image": "b", "message": "c"}]}, "steps[0].message", "goes with ready: false, which it explains"),
        ({"steps": [{"at": "9s", "traffic": "latest", "after": "1s"}]}, "steps[0].after", "goes with image or ready: how long until that is so"),
        ({"steps": [{"at": "9s", "traffic": {"poc-00001": 90}}]}, "steps[0].traffic", "Traffic targets sum to 90, want 100"),
        ({"steps": [{"at": "9s", "traffic": {"latest": "all"}}]}, "steps[0].traffic.latest", "expected a whole number from 0 to 100, found 'all'"),
        ({"steps": [{}]}, "steps[0]", "expected a step: image, ready, traffic, delete, or image and ready"),
        ({"steps": ["a"]}, "steps[0]", "expected a mapping, found 'a'"),
        ({"steps": [{"at": "1s", "image": "b"}] * 1001}, "steps", "expected at most 1,000 steps, found 1,001"),
        ({"steps": [{"at": "9s", "traffic": "poc-0001"}]}, "steps[0].traffic", "there is no revision 'poc-0001' by then; did you mean 'poc-00001'? (there are: poc-00001)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_stands(
    written: dict[str, Any], path: str, reason: str
) -> None:
    assert faults(**written) == {path: reason}


def test_a_source_whose_name_is_none_of_a_service_has_to_name_its_service() -> None:
    # given
    found: list[Fault] = []

    # when
    parse_source(Fields({"service": {"image": "a"}}, "poc_1", found), "poc_1")
    parse_source(Fields({"service": {"image": "a", "name": "a"}}, "b_1", found), "b_1")

    # then
    [fault] = found
    assert fault.path == "poc_1.service.name"
    assert "is that of the source, if left out" in fault.reason
