"""How the widgets' apps are run."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Textual runs on asyncio only."""
    return "asyncio"
