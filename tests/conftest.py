"""Settings that hold for every test."""

import gc
import os

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import none

# What is printed here, and by what tests start, is the same wherever they are run.
for variable in ("NO_COLOR", "FORCE_COLOR", "PY_COLORS", "COLUMNS"):
    os.environ.pop(variable, None)

# `make check` tries as many examples of each law as "ci" says, `make test` those of "few".
for name, examples in (("ci", 60), ("few", 20)):
    settings.register_profile(
        name,
        derandomize=True,
        deadline=None,
        max_examples=examples,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.register_profile("deep", deadline=None, max_examples=2_000)
settings.load_profile("ci")


def pytest_sessionstart() -> None:
    """Look for cycles less often: a fifth of the time goes into that otherwise."""
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_finish() -> None:
    """Never look at what stays to the end, as the tests themselves and all modules do."""
    # Hypothesis makes a generator for its first test, and looks at who refers to it: of
    # what is frozen, nobody is seen to.
    given(none())(lambda _: None)()
    gc.collect()
    gc.freeze()
