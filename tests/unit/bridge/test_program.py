"""Lines of a program, as they are shown and kept."""

from __future__ import annotations

import pytest

from simulator.bridge.program import Lines, shown


def test_lines_are_told_when_they_are_whole_and_the_rest_at_the_end() -> None:
    lines = Lines()

    told = [list(lines.fed(each, 0)) for each in (b"a\nb", b"c\r\n", b"d", b"")]

    assert told == [["a"], ["bc"], [], ["d"]]


def test_a_line_without_an_end_is_cut() -> None:
    lines = Lines()

    (told,) = lines.fed(b"x" * 100_000, 0)

    assert len(told) == 8_192


def test_more_lines_than_anybody_reads_are_counted_and_the_next_second_tells() -> None:
    lines = Lines()

    first = list(lines.fed(b"a\n" * 1_000, 5.1))
    second = list(lines.fed(b"b\n", 6.0))

    assert first == ["a"] * 200
    assert second == ["… 800 more lines within a second", "b"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b"\x1b[32minfo\x1b[0m ready", "info ready"),
        (b"\x1b]0;title\x07ready", "ready"),
        (b"50%\r100%", "50%\N{REPLACEMENT CHARACTER}100%"),
        (b"\xff\xc3\x9c", "\N{REPLACEMENT CHARACTER}Ü"),
    ],
    ids=["colours", "a title", "a cursor", "bytes that are no text"],
)
def test_a_line_cannot_move_the_cursor_of_a_terminal(line: bytes, text: str) -> None:
    assert shown(line) == text
