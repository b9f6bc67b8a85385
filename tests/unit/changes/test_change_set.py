"""What becomes of each resource."""

from simulator import Topology
from simulator.changes.change_set import Op, change_set


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
