"""A blueprint that is asked for again is made once, and never in another's place."""

from __future__ import annotations

import os
from inspect import signature
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Blueprint, Simulation, Topology, TopologyError
from simulator.errors import UsageError
from simulator.profiles.specification import SPEC
from simulator.session.blueprint import BlueprintOptions as Options
from simulator.session.blueprint import Blueprints

if TYPE_CHECKING:
    from pathlib import Path

ONE = "topology: one\nbrokers: {default: {}}\n"
TWO = "topology: two\nbrokers: {default: {}}\n"
FAULTY = "topology: one\nbrokers: {default: []}\n"
DEFAULT = Options()


def test_the_same_text_file_folder_or_topology_is_made_ready_once(
    tmp_path: Path,
) -> None:
    blueprints = Blueprints()
    file, topology = tmp_path / "one.yaml", Topology.parse(ONE)
    file.write_text(ONE)

    def all_of_them() -> list[Blueprint]:
        return [
            blueprints.of_text(ONE, "<text>", DEFAULT),
            blueprints.of_files(file, DEFAULT),
            blueprints.of_files(tmp_path, DEFAULT),
            blueprints.of(topology, DEFAULT),
        ]

    first, again = all_of_them(), all_of_them()

    assert [id(each) for each in again] == [id(each) for each in first]
    assert len({id(each) for each in first}) == 4


def test_a_file_that_was_changed_within_one_tick_of_its_clock_is_read_anew(
    tmp_path: Path,
) -> None:
    blueprints, file = Blueprints(), tmp_path / "t.yaml"
    file.write_text(ONE)
    written = file.stat()
    first = blueprints.of_files(file, DEFAULT)

    file.write_text(ONE.replace("default", "another"))  # as many characters
    os.utime(file, ns=(written.st_atime_ns, written.st_mtime_ns))
    second = blueprints.of_files(file, DEFAULT)

    changed = file.stat()
    assert (changed.st_size, changed.st_mtime_ns) == (
        written.st_size,
        written.st_mtime_ns,
    )
    assert [hub.node for hub in first.wiring.hubs] == ["broker/default"]
    assert [hub.node for hub in second.wiring.hubs] == ["broker/another"]


def test_a_file_that_came_into_a_folder_is_missed_by_no_blueprint(
    tmp_path: Path,
) -> None:
    blueprints = Blueprints()
    (tmp_path / "one.yaml").write_text(ONE)
    first = blueprints.of_files(tmp_path, DEFAULT)

    (tmp_path / "two.yaml").write_text(TWO.replace("default", "other"))
    second = blueprints.of_files(tmp_path, DEFAULT)

    assert [len(each.topology) for each in (first, second)] == [1, 2]


def test_a_file_is_itself_and_not_the_folder_that_it_is_alone_in(
    tmp_path: Path,
) -> None:
    blueprints, file = Blueprints(), tmp_path / "values.yaml"
    file.write_text("image: shop\n")

    folder = blueprints.of_files(tmp_path, DEFAULT)

    assert len(folder.topology.left_out) == 1
    with pytest.raises(TopologyError):
        blueprints.of_files(file, DEFAULT)


def test_the_same_text_in_another_file_has_places_of_its_own(tmp_path: Path) -> None:
    blueprints = Blueprints()
    names = ["a.yaml", "b.yaml"]
    for name in names:
        (tmp_path / name).write_text(ONE)

    made = [blueprints.of_files(tmp_path / name, DEFAULT) for name in names]

    [places] = zip(*[[f.where for f in each.findings] for each in made], strict=True)
    assert places == tuple(f"{tmp_path / name}:2:11" for name in names)


def test_equal_topologies_from_two_places_are_two() -> None:
    blueprints = Blueprints()
    first, second = Topology.parse(ONE, "first"), Topology.parse(ONE, "second")
    assert first == second

    made = [blueprints.of(each, DEFAULT) for each in (first, second)]

    assert [each.topology for each in made] == [first, second]
    assert [each.findings[0].where for each in made] == ["first:2:11", "second:2:11"]


@pytest.mark.parametrize(
    "option",
    [
        {"profile": "spec"},
        {"profile": SPEC},
        {"strict": True},
        {"configmaps": {"config-features": {"delivery-retryafter": "enabled"}}},
        {"defaults": False},
        {"validate": False},
    ],
    ids=lambda option: next(iter(option)),
)
def test_another_option_makes_another_blueprint_that_is_kept_beside_the_first(
    option: dict[str, Any],
) -> None:
    blueprints = Blueprints()
    plain = blueprints.of_text(ONE, "<text>", DEFAULT)

    other = blueprints.of_text(ONE, "<text>", Options(**option))

    assert other is not plain
    assert blueprints.of_text(ONE, "<text>", DEFAULT) is plain
    assert blueprints.of_text(ONE, "<text>", Options(**option)) is other


def test_config_maps_that_were_changed_in_place_are_other_ones() -> None:
    blueprints = Blueprints()
    maps = {"config-features": {"delivery-retryafter": "disabled"}}
    first = blueprints.of_text(ONE, "<text>", Options(configmaps=maps))

    maps["config-features"]["delivery-retryafter"] = "enabled"
    second = blueprints.of_text(ONE, "<text>", Options(configmaps=maps))

    feature = "knative-eventing/config-features"
    assert [
        each.prepared.configmaps[feature]["delivery-retryafter"]
        for each in (first, second)
    ] == ["disabled", "enabled"]


def test_an_option_of_a_wrong_type_is_refused_as_a_blueprint_refuses_it() -> None:
    strange: Any = {"mine": {"key": ["a", "list"]}}

    with pytest.raises(UsageError, match="configmaps: mine: key: expected text"):
        Blueprints().of_text(ONE, "<text>", Options(configmaps=strange))


def test_a_fault_is_told_each_time_and_gone_when_it_is_mended(tmp_path: Path) -> None:
    blueprints, file = Blueprints(), tmp_path / "t.yaml"
    file.write_text(FAULTY)

    told = []
    for _ in range(2):
        with pytest.raises(TopologyError) as error:
            blueprints.of_files(file, DEFAULT)
        told.append(str(error.value))
    file.write_text(ONE)

    assert told[0] == told[1]
    assert told[0].startswith(f"{file}:2:")
    assert len(blueprints.of_files(file, DEFAULT).topology) == 1


def test_the_one_goes_that_nobody_has_asked_for_for_longest() -> None:
    blueprints = Blueprints(most=2)
    texts = [ONE.replace("default", name) for name in "abc"]

    def ask(number: int) -> Blueprint:
        return blueprints.of_text(texts[number], "<text>", DEFAULT)

    first, second = ask(0), ask(1)
    ask(0)  # so that the second is the oldest
    third = ask(2)

    assert (ask(0), ask(2)) == (first, third)
    assert ask(1) is not second


def test_the_options_are_all_that_a_simulation_hands_to_its_blueprint() -> None:
    handed = set(signature(Simulation).parameters) & set(
        signature(Blueprint).parameters
    )

    assert set(Options._fields) == handed - {"topology"}
    assert DEFAULT._asdict() == {
        name: signature(Blueprint).parameters[name].default for name in Options._fields
    }
