"""Whether files changed."""

import os
from pathlib import Path

from simulator.manifests.watching import Watch


def write(path: Path, text: str, mtime: int) -> None:
    path.write_text(text)
    os.utime(path, (mtime, mtime))


def test_a_file_that_is_written_has_changed_once(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    write(path, "a", 1)
    watch = Watch([str(path)])

    before = watch.changed()
    write(path, "b", 2)
    after = (watch.changed(), watch.changed())

    assert (before, after) == (False, (True, False))


def test_a_folder_changes_with_yaml_anywhere_below_it_and_nothing_else(
    tmp_path: Path,
) -> None:
    below = tmp_path / "team"
    below.mkdir()
    watch = Watch([str(tmp_path)])

    write(below / "notes.txt", "x", 1)
    notes = watch.changed()
    write(below / "broker.yml", "x", 1)
    manifest = watch.changed()

    assert (notes, manifest) == (False, True)


def test_a_file_that_goes_and_comes_back_has_changed_twice(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    write(path, "a", 1)
    watch = Watch([str(path), "-"])

    path.unlink()
    gone = watch.changed()
    write(path, "a", 1)

    assert (gone, watch.changed()) == (True, True)


def test_a_huge_folder_is_looked_through_in_part(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"{number}.yaml", "", 1)
    watch = Watch([str(tmp_path)], most=2)

    write(tmp_path / "2.yaml", "x", 2)
    beyond = watch.changed()
    write(tmp_path / "1.yaml", "x", 2)

    assert (beyond, watch.changed()) == (False, True)
