"""What the reading of a text complains about."""

import pytest

from simulator.errors import TopologyError
from simulator.topology import Topology


def faults_of(text: str, name: str = "t.yaml") -> list[str]:
    with pytest.raises(TopologyError) as caught:
        Topology.parse(text, name)
    return list(caught.value.faults)
