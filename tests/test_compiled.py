"""The sources are what the tests meet, and in `make check-compiled` what mypyc made of them."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMPILED = "KN_SIM_COMPILED" in os.environ


def modules() -> list[str]:
    """Name the modules that a compiled wheel has compiled."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]
    hook = build["build"]["targets"]["wheel"]["hooks"]["custom"]
    files = {
        path.relative_to(ROOT).as_posix()
        for pattern in hook["compile"]
        for path in ROOT.glob(pattern)
    }
    return [
        path.removesuffix(".py").replace("/", ".")
        for path in sorted(files.difference(hook["leave"]))
    ]


@pytest.mark.parametrize("module", modules())
def test_a_module_is_loaded_from_what_is_tested(module: str) -> None:
    suffixes = EXTENSION_SUFFIXES if COMPILED else SOURCE_SUFFIXES

    spec = find_spec(module)

    assert spec is not None
    assert spec.origin is not None
    assert spec.origin.endswith(tuple(suffixes))


def test_a_process_that_a_test_starts_runs_the_same_kernel() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.endswith("(compiled)\n") == COMPILED


@pytest.mark.parametrize(
    ("asked", "hooks"), [("", []), ("false", []), ("true", ["custom"])]
)
def test_a_wheel_is_pure_unless_the_compiled_one_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, asked: str, hooks: list[str]
) -> None:
    wheel = pytest.importorskip("hatchling.builders.wheel")  # test-lowest is without it
    monkeypatch.setenv("HATCH_BUILD_HOOK_ENABLE_CUSTOM", asked)

    builder = wheel.WheelBuilder(str(ROOT))

    assert list(builder.config.hook_config) == hooks
