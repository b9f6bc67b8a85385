"""A kind is one file and one line: nothing else has to know of it."""

from importlib import import_module
from pathlib import Path

import pytest

import simulator
from simulator.control.kind import Kind
from simulator.control.registry import LINES, SHORT_FORM, kind_of
from tests.house import naming, sources

KINDS = Path(simulator.__file__).parent / "control" / "kinds"
# Kubernetes' own kinds, and Serving's, stand wherever Knative sends to one.
EVENTING = [(g, k) for g, k in LINES if g.endswith(".knative.dev") and k != "Service"]
# What Knative itself names, and no more: each with the reason.
NAMED_ELSEWHERE = {
    "Broker": {
        "changes/needs.py",  # what kapp has to create first
        "control/configuration.py",  # errors of its controller about spec.config
        "control/injection.py",  # what a mark once made
        "control/kinds/config_map.py",  # who reads one
        "control/kinds/event_type.py",  # spec.broker
        "control/kinds/request_reply.py",  # spec.brokerRef
        "control/kinds/trigger.py",  # spec.broker
        "control/pipes.py",  # what Camel K refers to, and makes
    },
    "Trigger": {
        "control/advice.py",  # the only one whose delivery has a format
        "control/kinds/request_reply.py",  # makes some
        "control/pipes.py",  # what Camel K makes
    },
    "Channel": {
        "changes/needs.py",  # one that is not there, for what refers to it
        "control/foreign.py",  # the name of each kind of channel ends so
        "control/kinds/in_memory_channel.py",  # an error of its webhook
        "control/kinds/subscription.py",  # spec.channel
        "control/pipes.py",  # what Camel K refers to, and makes
    },
    "InMemoryChannel": {
        "control/default_config.py",  # the template that is shipped
        "control/configuration.py",  # likewise
        "control/kinds/subscription.py",  # spec.channel
        "implementations.py",  # what profiles play
    },
    "Subscription": {
        "control/flows.py",  # what flows are made of
        "control/kinds/parallel.py",  # makes some
        "control/pipes.py",  # what Camel K makes
    },
    "KafkaChannel": {"implementations.py"},  # what profiles play
    "ContainerSource": {"control/kinds/integration_source.py"},  # makes one
    "SinkBinding": {"control/objects.py"},  # what other kinds make
    "EventType": {"event_types.py"},  # what a feature makes
}


@pytest.mark.parametrize(("group", "name"), EVENTING)
def test_nothing_outside_of_its_file_names_a_kind(group: str, name: str) -> None:
    own = {f"control/kinds/{LINES[group, name].file}.py", "control/registry.py"}

    named = set(naming(name, sources()))
    named = {file for file in named if not file.startswith("rules/")}  # they explain

    assert named - own == NAMED_ELSEWHERE.get(name, set())


@pytest.mark.parametrize(("group", "name"), LINES)
def test_the_line_of_a_kind_says_what_its_file_says(group: str, name: str) -> None:
    line = LINES[group, name]

    kind = kind_of(group, name)

    assert (kind.group, kind.name) == (group, name)
    if line.word:
        target = SHORT_FORM.target(line.word)
        assert target is not None
        assert SHORT_FORM.word_for(target) == line.word


def test_every_file_of_a_kind_has_its_line() -> None:
    files = {path.stem for path in KINDS.glob("*.py")} - {"__init__", "kubernetes"}

    assert files == {line.file for line in LINES.values()}


def test_what_is_only_accepted_says_what_that_means() -> None:
    accepted = import_module("simulator.control.kinds.kubernetes").KINDS

    assert all(isinstance(kind, Kind) and kind.means for kind in accepted)
    assert all(kind_of(kind.group, kind.name) is kind for kind in accepted)


def test_a_kind_that_nobody_knows_is_accepted_too() -> None:
    kind = kind_of("example.com", "Widget")

    assert kind.versions == ()
    assert kind.means == "it plays no part in the flow of events"


def test_what_is_no_text_has_no_word() -> None:
    assert SHORT_FORM.word_for(([], "Broker")) is None
    assert SHORT_FORM.word_for(("v1", {})) is None
