"""The old name of `kn_sim_pytest`: it warns for one release, then it goes."""

import warnings

from kn_sim_pytest import *  # noqa: F403 - hooks, and the fixture
from simulator.session.options import Simulate  # noqa: F401 - it was here

warnings.warn(
    "simulator.pytest_plugin is called kn_sim_pytest now",
    DeprecationWarning,
    stacklevel=2,
)
