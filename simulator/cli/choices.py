"""What is chosen in place of what the seed says: ``--choices``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

_LARGEST = 64 * 1024 * 1024


def add_choices(parser: argparse.ArgumentParser) -> None:
    """Let it take what is chosen in place of what the seed says."""
    parser.add_argument(
        "--choices",
        metavar="@FILE",
        help="JSON: point -> what is chosen there in place of what the seed says, such as "
        '{"fault/2#7": 1}; the text itself, or @ and a file',
    )


def choices_of(args: argparse.Namespace) -> Mapping[str, int | str] | None:
    """Read ``--choices``; None where it is not given.

    Raises:
        UsageError: It is no JSON object, or the file cannot be read.
    """
    given: str | None = getattr(args, "choices", None)
    if given is None:
        return None
    import json  # only this option pays

    where, text = "--choices", given.encode("utf-8", "surrogateescape")
    if given.startswith("@"):
        where = f"--choices {given[1:]}"
        if not given[1:]:
            raise UsageError("--choices @: name a file")
        with open(given[1:], "rb") as file:
            text = file.read(_LARGEST + 1)  # a device may never end
        if len(text) > _LARGEST:
            limit = _LARGEST // 1024**2
            raise UsageError(f"{where}: is larger than {limit} MiB")
    try:
        found = json.loads(text, object_pairs_hook=partial(_each_once, where))
    except UnicodeDecodeError:
        raise UsageError(f"{where}: is no UTF-8 text") from None
    except RecursionError:
        raise UsageError(f"{where}: is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"{where}:{error.lineno}:{error.colno}: {error.msg}") from None
    except ValueError:  # of Python's, for more than 4,300 digits
        raise UsageError(f"{where}: has a number of too many digits") from None
    if not isinstance(found, dict):
        raise UsageError(
            f"{where}: expected an object of points, such as "
            f'{{"fault/2#7": 1}}, found {type(found).__name__}'
        )
    return found


def _each_once(where: str, pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"{where}: {twice} stands there twice")
    return found
