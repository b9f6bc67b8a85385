import pytest

from simulator.tui.commands import COMMANDS
from simulator.tui.key_bar import key_name, key_names


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("ctrl+f", "ctrl+f"),
        ("question_mark", "?"),
        ("greater_than_sign", ">"),
        ("less_than_sign", "<"),
        ("full_stop", "."),
        ("space", "space"),
        ("shift+tab", "shift+tab"),
        ("ctrl+left", "ctrl+←"),
        ("pageup", "pgup"),
        ("f5", "F5"),
        ("B", "B"),
        ("escape", "esc"),
        ("left_square_bracket", "["),
        ("nonsense", "nonsense"),
    ],
)
def test_a_key_is_named_as_people_write_it(key: str, name: str) -> None:
    assert key_name(key) == name


def test_keys_that_do_the_same_stand_side_by_side() -> None:
    assert key_names("left,h") == "← h"
    assert key_names("plus, equals_sign", most=1) == "+"
    assert key_names("") == ""


def test_every_key_of_the_table_has_a_short_name() -> None:
    names = {key.id: key_names(key.keys) for key in COMMANDS}

    assert not [id_ for id_, name in names.items() if "_" in name or len(name) > 10]
