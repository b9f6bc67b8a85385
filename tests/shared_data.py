"""Where the data lies that tests read and the repository does not hold."""

import os
from pathlib import Path

import pytest

DATA = Path(
    os.environ.get("KN_SIM_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data")
)

needs_data = pytest.mark.skipif(
    not DATA.is_dir(),
    reason=f"{DATA} is absent; name the data with KN_SIM_SHARED_DATA",
)
