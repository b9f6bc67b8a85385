"""The classes of HTTP status codes that are told apart in more than one place.

Source: RFC 9110, section 15.
"""

from __future__ import annotations

from typing import Final

SUCCESS: Final = range(200, 300)
REDIRECTION: Final = range(300, 400)
FAILING: Final = range(400, 600)
SERVER_ERROR: Final = 500
"""The first of them; what lies over 599 counts as one in Go."""
