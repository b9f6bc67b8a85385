"""What becomes of each resource."""

from simulator import Topology
from simulator.changes.change_set import (
    ADDED,
    COMMON,
    REMOVED,
    Op,
    change_set,
    difference,
    shown,
)


def manifest(kind: str, name: str, **fields: object) -> dict[str, object]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **fields}


def test_another_version_of_the_api_is_an_update() -> None:
    # given
    old = Topology.of({**manifest("Job", "a"), "apiVersion": "batch/v1beta1"})
    new = Topology.of({**manifest("Job", "a"), "apiVersion": "batch/v1"})

    # when
    [change] = change_set(old, new, {})

    # then
    assert change.op is Op.UPDATE


def test_the_values_of_a_secret_are_not_shown_and_equal_ones_have_one_number() -> None:
    # given
    old = Topology.of(manifest("Secret", "s", data={"a": "eA==", "b": "eA=="}))
    new = Topology.of(manifest("Secret", "s", data={"a": "eA==", "b": "eQ=="}))

    # when
    [change] = change_set(old, new, {})

    # then
    texts = [line.text for line in change.lines if "#" in line.text]
    assert texts == [
        "  a: <-- value not shown (#1)",
        "  b: <-- value not shown (#1)",
        "  b: <-- value not shown (#2)",
    ]
    assert change.op is Op.UPDATE


def test_a_resource_is_shown_in_the_namespace_that_it_is_put_in() -> None:
    # given
    new = Topology.of(manifest("ConfigMap", "c"), manifest("Namespace", "n"))

    # when
    titles = [change.title for change in change_set((), new, {})]

    # then
    assert titles == [
        "create configmap/c (v1) namespace: default",
        "create namespace/n (v1) cluster",
    ]


def test_what_somebody_else_creates_is_left_alone() -> None:
    # given
    notes = {"exists": "there", "noop": "left"}
    new = Topology.of(
        *(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": name, "annotations": {f"kapp.k14s.io/{word}": ""}},
            }
            for word, name in notes.items()
        )
    )

    # when
    ops = [change.op for change in change_set((), new, {})]

    # then
    assert ops == [Op.EXISTS, Op.NOOP]


def sorts(old: str, new: str) -> str:
    return "".join(line.sort for line in difference(old.split(), new.split()))


def test_what_is_removed_stands_before_what_is_added() -> None:
    # given
    old, new = "a x c", "a y c"

    # when
    found = sorts(old, new)

    # then
    assert found == COMMON + REMOVED + ADDED + COMMON


def test_the_last_line_is_not_taken_for_common_where_one_text_is_only_longer() -> None:
    # given: kapp looks from the end for as long as a line before it is left on both sides
    old, new = "a b", "a c b"

    # when
    found = difference(old.split(), new.split())

    # then
    assert [line.sort for line in found] == [COMMON, ADDED, COMMON]
    assert [(line.old, line.new) for line in found] == [(0, 0), (1, 1), (1, 2)]


def test_one_line_less_is_shown_before_a_change_than_after_it() -> None:
    # given
    lines = difference(list("abcdefg"), list("abcXefg"))

    # when
    found = [text for _, text in shown(lines, 2)]

    # then
    assert found == [
        "  ...",
        "  2,  2   c",
        "  3     - d",
        "      3 + X",
        "  4,  4   e",
        "  5,  5   f",
    ]


def test_all_is_removed_and_added_where_too_much_differs_to_compare_it() -> None:
    # given
    old, new = [f"a{n}" for n in range(3_000)], [f"b{n}" for n in range(3_000)]

    # when
    found = difference(["same", *old, "same"], ["same", *new, "same"])

    # then
    assert [line.sort for line in found] == [
        COMMON, *[REMOVED] * 3_000, *[ADDED] * 3_000, COMMON
    ]  # fmt: skip
