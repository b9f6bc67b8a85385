"""Numbers of any length, as people may write them."""

from __future__ import annotations

# Python refuses to read more than 4,300; nothing here counts to as many.
_MOST = 400


def whole(text: str) -> int:
    """Read decimal digits, with a sign perhaps; what has too many is 10**400, or less.

    So it is refused by whatever bounds it, and in the same words as others.
    """
    if len(text) <= _MOST:
        return int(text)
    digits = text.lstrip("+-").lstrip("0")
    number = int(digits or "0") if len(digits) <= _MOST else 10**_MOST
    return -number if text.startswith("-") else number
