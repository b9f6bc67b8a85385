"""A text that holds one YAML value, read safely: what a ConfigMap keeps under a key."""

from __future__ import annotations

from typing import cast


class YamlValueError(ValueError):
    """A text is no single YAML document of plain values; 0 is a place not known."""

    def __init__(self, problem: str, *, line: int = 0, column: int = 0) -> None:
        self.problem = problem
        self.line = line
        self.column = column
        where = f"line {line}, column {column}: " if line else ""
        super().__init__(f"{where}{problem}")


def parse_yaml_value(text: str) -> object:
    """Read one YAML document, None if empty, or raise YamlValueError."""
    import yaml  # only a topology with ConfigMaps pays for it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return cast("object", yaml.load(text, Loader=loader))  # noqa: S506 - a safe loader, of C or of Python
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlValueError(
            error.problem or "no YAML",
            line=mark.line + 1 if mark else 0,
            column=mark.column + 1 if mark else 0,
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        raise YamlValueError(" ".join(str(error).split())) from error
