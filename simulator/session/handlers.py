"""Python functions that a topology names, from files that the user named."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from simulator.errors import HandlerError, nearest
from simulator.subscribers.played import wants_context

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.subscribers.played import Handler


_PREFIX = "kn_sim_handlers."


def load_handlers(
    wanted: Mapping[str, str], named: Sequence[Any], places: Mapping[str, str]
) -> dict[str, Handler]:
    """Find the functions that services name.

    Code is imported only from what the user named: a manifest alone runs nothing.
    Of a class an instance is made for each service, so that what it keeps is the
    state of one service in one run.

    Args:
        wanted: Service -> ``module:function`` or ``file.py:function``.
        named: Files (paths) or modules.
        places: ``services.NAME`` -> where the service is described.

    Raises:
        HandlerError: A function is not to be had; every such service is named.
    """
    modules = [_module(item) for item in named]
    found: dict[str, Handler] = {}
    wrong: list[str] = []
    for service, reference in wanted.items():
        try:
            found[service] = _handler(reference, modules)
        except HandlerError as error:
            place = places.get(f"services.{service}", service)
            wrong.append(f"{place}: service {service}: handler {reference!r}: {error}")
    if wrong:
        raise HandlerError("\n".join(wrong))
    return found


def _handler(reference: str, modules: Sequence[ModuleType]) -> Handler:
    file, _, name = reference.rpartition(":")
    module = _named(file, modules)
    if module is None:
        stem = Path(file).stem
        raise HandlerError(
            f"kn-sim imports code only from files that you name; name it with "
            f"--handlers {stem}.py, or Simulation(…, handlers=['{stem}.py'])"
        )
    handler: Any = getattr(module, name, None)
    if not callable(handler):
        there = [n for n, v in vars(module).items() if n[0] != "_" and callable(v)]
        raise HandlerError(
            f"{module.__name__.removeprefix(_PREFIX)} has no function {name!r}"
            f"{nearest(name, there)}"
        )
    try:
        made = cast("Handler", handler() if inspect.isclass(handler) else handler)
        wants_context(made)
    except Exception as error:
        raise HandlerError(f"{type(error).__name__}: {error}") from error
    return made


def _named(file: str, modules: Sequence[ModuleType]) -> ModuleType | None:
    stem = Path(file).stem if file.endswith(".py") else file
    for module in modules:
        if (
            module.__name__ in (file, stem)
            or module.__name__.rpartition(".")[2] == stem
        ):
            return module
    return None


def _module(named: Any) -> ModuleType:
    if isinstance(named, ModuleType):
        return named
    path = Path(named)
    # Under a name that is no other module's: kn-sim imports some of its own late.
    name = f"{_PREFIX}{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise HandlerError(f"{path}: there is no such Python file")
    module = importlib.util.module_from_spec(spec)
    # Its own neighbours are found as if it were run as a script.
    folder = str(path.parent.resolve())
    sys.path.append(folder)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise HandlerError(
            f"{path}: cannot be imported: {type(error).__name__}: {error}"
        ) from error
    finally:
        sys.path.remove(folder)
    return module
