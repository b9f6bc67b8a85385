"""Reading our own documents: each fault with its path, all of them at once."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from simulator.duration import EXPECTED, duration_ns
from simulator.errors import Fault, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Shape = str | tuple[str, ...]
"""What a member is: a word of `simulator.schemas.ours`, or the texts it may be."""
Table = dict[str, tuple[Shape, str]]
"""The members of a mapping -> what each is, and what it says."""
_LONGEST_SHOWN = 40


class Fields:
    """A mapping that is being read; knows its path and collects the faults.

    Args:
        path: Where it stands, such as ``spec.services.pricing``.
        faults: Shared by all parts of one document; none has a position yet.
        warnings: Likewise, what is wrong and does no harm; without it, that is a fault.
    """

    def __init__(
        self,
        value: object,
        path: str,
        faults: list[Fault],
        warnings: list[Fault] | None = None,
    ) -> None:
        self.path = path
        self.faults = faults
        self.warnings = faults if warnings is None else warnings
        self.values: Mapping[str, Any] = {}
        self._unread = False
        if isinstance(value, dict):
            self.values = value
        elif value is not None:
            self.fault("", f"expected a mapping, found {_shown(value)}")
            self._unread = True

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if name else self.path

    def fault(self, name: str, message: str) -> None:
        """Note what is wrong with a member, unless nothing is known of any."""
        self._note(self.faults, name, message)

    def warn(self, name: str, message: str) -> None:
        """Note what is wrong with a member, and refused only where nothing may be."""
        self._note(self.warnings, name, message)

    def _note(self, found: list[Fault], name: str, message: str) -> None:
        if not self._unread:
            path = self.at(name)
            found.append(Fault(f"{path}: {message}", path=path))

    def only(self, valid: Collection[str]) -> None:
        """Note members of other names, and say which was probably meant."""
        for name in self.values:
            if name not in valid:
                expected = f"expected one of {', '.join(valid)}"
                self.warn(
                    str(name), f"unknown field{nearest(str(name), valid)} ({expected})"
                )

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def text(self, name: str, default: str = "") -> str:
        """Read a text; *default* where it is absent, or none, which is a fault."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.fault(name, f"expected text, found {_shown(value)}")
            return default
        return value

    def needed(self, name: str) -> str:
        """Read a text that has to be there; empty where it is not, which is one fault."""
        if name not in self:
            self.fault(name, "is missing, and needed")
        elif self.get(name) == "":
            self.fault(name, "is empty")
        return self.text(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of texts, or a single one."""
        value = self.values.get(name)
        if isinstance(value, str):
            return (value,)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.fault(
                name, f"expected a text or a list of texts, found {_shown(value)}"
            )
            return ()
        return tuple(value)

    def account(self, name: str) -> str:
        """Read the name of a service account; empty where there is none."""
        text = self.text(name)
        if name in self:
            from simulator.access import account_fault  # few documents name one

            fault = account_fault(text)
            if fault:
                self.fault(name, fault)
        return text

    def flag(self, name: str) -> bool:
        value = self.values.get(name, False)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.fault(name, f"expected true or false, found {_shown(value)}")
        return False

    def number(self, name: str, lowest: int, highest: int, default: int) -> int:
        value = self.values.get(name)
        if value is None:
            return default
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or not lowest <= value <= highest:
            expected = f"expected a whole number from {lowest} to {highest}"
            self.fault(name, f"{expected}, found {_shown(value)}")
            return default
        number: int = value
        return number

    def share(self, name: str) -> float:
        """Read a number from 0 to 1; 1 when absent."""
        value = self.values.get(name)
        if value is None:
            return 1.0
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= 1:
            self.fault(name, f"expected a number from 0 to 1, found {_shown(value)}")
            return 1.0
        return float(value)

    def duration(self, name: str) -> int:
        """Read a duration, in ns; 0 when absent."""
        value = self.values.get(name)
        if value is None:
            return 0
        if isinstance(value, str):
            try:
                return duration_ns(value)
            except ValueError:
                pass  # told below, as for what is no text
        self.fault(name, f"{_shown(value)} is no duration; expected {EXPECTED}")
        return 0

    def durations(self, name: str) -> tuple[int, ...]:
        """Read a list of durations, or a single one, in ns."""
        value = self.values.get(name)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        listed = {f"{name}[{i}]": item for i, item in enumerate(items)}
        part = Fields(listed, self.path, self.faults)
        return tuple(part.duration(item) for item in listed)

    def texts_by_name(self, name: str, *, folded: bool = True) -> dict[str, str]:
        """Read headers or attributes; numbers become texts, names lower case if folded."""
        part = self.child(name)
        texts: dict[str, str] = {}
        for key, value in part.values.items():
            called = str(key).lower() if folded else str(key)
            if isinstance(value, bool):
                texts[called] = "true" if value else "false"
            elif isinstance(value, str | int | float):
                texts[called] = str(value)
            else:
                part.fault(str(key), f"expected text, found {_shown(value)}")
        return texts

    def base64(self, name: str) -> bytes | None:
        """Read bytes; None when absent."""
        text = self.text(name)
        if not text:
            return None
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            self.fault(name, "is not base64")
            return None

    def child(self, name: str) -> Fields:
        value = self.values.get(name)
        part = Fields(value, self.at(name), self.faults, self.warnings)
        part._unread |= self._unread
        return part

    def children(self, name: str) -> list[Fields]:
        """Read a list of mappings, or a single one."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            return [self.child(name)]
        return [
            Fields(item, f"{self.at(name)}[{i}]", self.faults, self.warnings)
            for i, item in enumerate(value)
        ]


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
