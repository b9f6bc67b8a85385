"""The kernel compiled by mypyc as the wheel is built, where that is asked for.

``HATCH_BUILD_HOOK_ENABLE_CUSTOM=true`` asks for it; else this file is not even read.
Which files are compiled stands in pyproject.toml. Their sources go into the wheel, too:
tracebacks show lines of them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# What all compiled modules lie in, each with a small one of its own that leads there.
_LIBRARY = "simulator.compiled"


class CompilingHook(BuildHookInterface[BuilderConfig]):
    """Compiles modules into the wheel; an editable install stays pure."""

    def dependencies(self) -> list[str]:
        """List what a build in isolation needs besides; see `_compile`."""
        return ["mypy >= 2.4", "setuptools >= 77"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and hand the result to hatchling."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        built = _compile(self._sources(), Path(self._folder.name))
        build_data["force_include"].update(built)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(
        self, version: str, build_data: dict[str, Any], artifact_path: str
    ) -> None:
        """Remove what the wheel holds now."""
        if version != "editable":
            self._folder.cleanup()

    def _sources(self) -> list[str]:
        """Give the files that are to be compiled, as paths from the root."""
        root = Path(self.root)
        found = [
            path.relative_to(root).as_posix()
            for pattern in self.config["compile"]
            for path in sorted(root.glob(pattern))
        ]
        return [path for path in found if path not in self.config["leave"]]


def _compile(sources: list[str], folder: Path) -> dict[str, str]:
    """Compile files of the working folder, which is the root of the project.

    Returns:
        Path of each extension module -> its place in the wheel.
    """
    from mypyc.build import mypycify  # imports mypy
    from setuptools import Distribution

    options = ["--config-file=pyproject.toml", "--follow-imports=silent"]
    extensions = mypycify(
        [*options, *sources],
        debug_level="0",
        group_name=_LIBRARY,
        target_dir=str(folder / "c"),
    )
    command = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(folder / "lib"), str(folder / "o")
    command.ensure_finalized()
    command.run()
    return {
        path: Path(path).relative_to(folder / "lib").as_posix()
        for path in command.get_outputs()
    }
