"""Python functions that a topology names, from files that the user named."""

from __future__ import annotations

import builtins
import importlib.util
import inspect
import os
import sys
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from simulator.errors import HandlerError, TopologyError, nearest
from simulator.session.arguments import unexpected
from simulator.subscribers.played import wants_context
from simulator.systems import OptionError, own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from simulator.session.prepared import Prepared
    from simulator.session.systems import Described
    from simulator.subscribers.played import Handler

_PREFIX = "kn_sim_handlers."


def load_handlers(
    wanted: Mapping[str, str], named: Sequence[Any], prepared: Prepared
) -> dict[str, Handler]:
    """Find the functions that services name, ``module:function`` or ``file.py:function``.

    Code is imported only from what the user named: a manifest alone runs nothing.
    Of a class an instance is made for each service, so that what it keeps is the
    state of one service in one run.

    Raises:
        HandlerError: A function is not to be had; every such service is named.
        UsageError: A file is no name of one.
    """
    neighbours = _Neighbours()
    modules = [_module(item, neighbours) for item in named]
    found: dict[str, Handler] = {}
    wrong: list[str] = []
    for service, reference in wanted.items():
        system = prepared.system(service)
        if system is not None:
            found[service] = own(system)
            continue
        try:
            found[service] = _handler(reference, modules, _described(prepared, service))
        except TopologyError as error:
            wrong += error.faults
        except HandlerError as error:
            place = prepared.places.get(f"services.{service}", service)
            wrong.append(f"{place}: service {service}: handler {reference!r}: {error}")
    if wrong:
        raise HandlerError("\n".join(wrong))
    return found


def function_of(reference: str) -> Callable[..., Any]:
    """Load ``FILE.py:NAME`` from a file that the user named, or raise HandlerError."""
    file, _, name = reference.rpartition(":")
    return _function(_module(file, _Neighbours()), name, file)


def _function(module: ModuleType, name: str, file: str) -> Callable[..., Any]:
    found = getattr(module, name, None)
    if not callable(found):
        there = [n for n, v in vars(module).items() if n[0] != "_" and callable(v)]
        raise HandlerError(f"{file} has no function {name!r}{nearest(name, there)}")
    function: Callable[..., Any] = found
    return function


def _described(prepared: Prepared, service: str) -> Described | None:
    systems = prepared.systems
    return None if systems is None else systems.described.get(service)


def _handler(
    reference: str, modules: Sequence[ModuleType], described: Described | None
) -> Handler:
    file, _, name = reference.rpartition(":")
    module = _named(file, modules)
    if module is None:
        stem = Path(file).stem
        raise HandlerError(
            f"kn-sim imports code only from files that you name; name it with "
            f"--handlers {stem}.py, or Simulation(…, handlers=['{stem}.py'])"
        )
    handler = _function(module, name, module.__name__.removeprefix(_PREFIX))
    given: dict[str, Any] = {}
    if described is not None:
        if not inspect.isclass(handler):
            raise HandlerError("is no class, and takes nothing: leave out `with`")
        given = described.arguments(handler)
    try:
        made = cast(
            "Handler", handler(**given) if inspect.isclass(handler) else handler
        )
        wants_context(made)
        made = own(made)
    except OptionError as error:
        assert described is not None, "others take no arguments"
        raise described.refused(error) from error
    except Exception as error:
        raise HandlerError(f"{type(error).__name__}: {error}") from error
    return made


def _named(file: str, modules: Sequence[ModuleType]) -> ModuleType | None:
    stem = Path(file).stem if file.endswith(".py") else file
    for module in modules:
        name = module.__name__
        if name in (file, stem) or name.rpartition(".")[2] == stem:
            return module
    return None


class _Neighbours:
    """What files of handlers import from their own folder.

    Files of one folder share it. Nobody else sees it: the files of another topology,
    and whoever runs this one, may have modules of the same names.
    """

    def __init__(self) -> None:
        self._of: dict[str, dict[str, ModuleType]] = {}

    @contextmanager
    def of(self, folder: str) -> Iterator[None]:
        """Let what lies in a folder be imported, unless it can be anyway."""
        if any(str(Path(path).resolve()) == folder for path in sys.path):
            yield
            return
        known = self._of.setdefault(folder, {})
        there = dict(sys.modules)
        sys.modules.update(known)
        sys.path.append(folder)
        try:
            yield
        finally:
            sys.path.remove(folder)
            new = [n for n, m in sys.modules.items() if there.get(n) is not m]
            for name in [name for name in new if _lies_in(name, folder)]:
                known[name] = sys.modules.pop(name)

    def importing(self, folder: str) -> Callable[..., ModuleType]:
        """Make the `__import__` of a file of handlers, for what it imports when called.

        What anybody can import is found first, as it is while the file is read.
        """

        def import_(name: str, *args: Any, **options: Any) -> ModuleType:
            try:
                return builtins.__import__(name, *args, **options)
            except ModuleNotFoundError:
                with self.of(folder):
                    return builtins.__import__(name, *args, **options)

        return import_


def _lies_in(name: str, folder: str) -> bool:
    spec = getattr(sys.modules.get(name.partition(".")[0]), "__spec__", None)
    if spec is None:
        return False
    places = spec.submodule_search_locations or [spec.origin or ""]
    return any(str(Path(place).parent) == folder for place in places)


def _module(named: Any, neighbours: _Neighbours) -> ModuleType:
    if isinstance(named, ModuleType):
        return named
    if not isinstance(named, str | os.PathLike):
        raise unexpected("handlers", "Python files or modules", named)
    path = Path(named)
    # Under a name that is no other module's: kn-sim imports some of its own late.
    name = f"{_PREFIX}{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise HandlerError(f"{path}: there is no such Python file")
    module = importlib.util.module_from_spec(spec)
    folder = str(path.parent.resolve())
    importing = neighbours.importing(folder)
    vars(module)["__builtins__"] = {**vars(builtins), "__import__": importing}
    sys.modules[name] = module
    try:
        # Its own neighbours are found as if it were run as a script. What it prints is
        # no result, which stdout is for.
        with neighbours.of(folder), redirect_stdout(sys.stderr):
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise HandlerError(
            f"{path}: cannot be imported: {type(error).__name__}: {error}"
        ) from error
    return module
