"""Two texts line by line."""

from simulator.changes.lines import ADDED, COMMON, REMOVED, difference, shown


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
