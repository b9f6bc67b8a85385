"""`explore`, as it is called: of a topology it searches, of a test it makes one that does."""

from __future__ import annotations

from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, overload

from simulator.errors import UsageError, nearest
from simulator.explore import exploring
from simulator.explore.plan import KINDS
from simulator.session.arguments import (
    expect_mapping,
    expect_seconds,
    expect_several,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.explore.exploring import Exploration

_BOUNDS = {"faults": 1, "delays": 2, "kinds": KINDS, "seeds": 0, "stateless": ()}
_KNOWN = (*_BOUNDS, "prune", "budget_s", "kept")

P = ParamSpec("P")
Q = ParamSpec("Q")


class Explore(Generic[Q]):
    """Searches a topology, if it gets one; without, it is the decorator of a test of pytest.

    ``@explore(faults=1, delays=2)``, or just ``@explore``, stands above a test that takes
    the fixture `simulate`. The test is run as it is, and then again and again with one
    request that goes wrong, one turn that is put off, and so on up to the bound; it fails
    with the shortest run in which it is red.

    Args:
        search: What searches; see `simulator.explore.exploring.explore`.
    """

    def __init__(self, search: Callable[Q, Exploration]) -> None:
        self._search = search
        update_wrapper(self, search)

    @overload  # it is no topology, which the third takes
    def __call__(  # type: ignore[overload-overlap]
        self, test: Callable[P, None], /
    ) -> Callable[P, None]: ...
    @overload
    def __call__(
        self,
        *,
        faults: int = 1,
        delays: int = 2,
        kinds: Sequence[str] = KINDS,
        seeds: int = 0,
        stateless: Sequence[str] = (),
        prune: bool = True,
        budget_s: float | None = None,
        kept: Sequence[Mapping[str, int | str]] = (),
    ) -> Callable[[Callable[P, None]], Callable[P, None]]: ...
    @overload
    def __call__(self, *args: Q.args, **kwargs: Q.kwargs) -> Exploration: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Search, or make the decorator, or decorate.

        Args:
            *args: A topology, and what else `exploring.explore` takes; or a test.
            **kwargs: With a topology, likewise. Without: ``faults``, ``delays``, ``kinds``,
                ``seeds``, ``stateless``, ``prune`` and ``budget_s`` as there, and ``kept``,
                choices of runs that are made before all others.

        Raises:
            UsageError: An argument is none, or the test does not take `simulate`.
        """
        if "topology" in kwargs or (args and not callable(args[0])):
            return self._search(*args, **kwargs)
        if args:
            return _decorator()(args[0])
        return _decorator(**kwargs)


def _decorator(
    *,
    prune: bool = True,
    budget_s: float | None = None,
    kept: Sequence[Mapping[str, int | str]] = (),
    **bounds: Any,
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    for name in bounds:
        if name not in _BOUNDS:
            raise UsageError(
                f"@explore: unknown {name!r}{nearest(name, _KNOWN)} "
                f"(there are: {', '.join(_KNOWN)})"
            )
    all_bounds = {**_BOUNDS, **bounds, "prunes": prune}
    for name in ("kinds", "stateless"):
        all_bounds[name] = expect_several(all_bounds[name], name, "several of them")
    exploring.check_bounds(all_bounds)
    expect_seconds(budget_s, "budget_s")
    several = expect_several(kept, "kept", "choices of runs")
    kept = [expect_mapping(choices, "kept") for choices in several]

    def decorate(test: Callable[P, None]) -> Callable[P, None]:
        from simulator.explore.tested import explored  # pytest

        return explored(test, kept=kept, budget_s=budget_s, **all_bounds)

    return decorate


explore = Explore(exploring.explore)
