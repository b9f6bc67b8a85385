"""What goes round in what leads where, and what is reached."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.graph.walks import reached, rings

names = st.integers(0, 7)
ways = st.dictionaries(names, st.lists(names, max_size=4), max_size=8)


def test_a_ring_is_each_of_which_every_other_is_reached() -> None:
    after = {"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": ["e"], "e": ["d", "d"]}

    found = sorted(sorted(ring) for ring in rings(after))

    assert found == [["a", "b", "c"], ["d", "e"]]


def test_what_is_reached_begins_with_the_start_and_may_lead_out() -> None:
    after = {"a": ["b", "x"], "b": ["b"], "c": ["a"]}

    assert reached("a", after) == {"a", "b", "x"}
    assert reached("x", after) == {"x"}


@given(ways)
def test_two_are_in_a_ring_if_each_is_reached_from_the_other(
    after: dict[int, list[int]],
) -> None:
    inside = {one: [to for to in all_ if to in after] for one, all_ in after.items()}

    alike = {name: ring for ring in rings(after) for name in ring}

    for one in after:
        mutual = {to for to in reached(one, inside) if one in reached(to, inside)}
        assert alike[one] == mutual
