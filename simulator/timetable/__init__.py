"""When every attempt of a delivery happens, computed without running anything.

>>> from simulator.timetable import timetables
"""

from simulator.timetable.course import (
    Course,
    Ladder,
    Resent,
    Waited,
    course,
    ladder,
    senders,
)
from simulator.timetable.settings import Setting, settings_of
from simulator.timetable.table import (
    Idle,
    Timetable,
    idle_routes,
    is_own,
    nodes_of,
    timetable,
    timetables,
)
from simulator.timetable.warnings import Warned, warnings_of

__all__ = [
    "Course",
    "Idle",
    "Ladder",
    "Resent",
    "Setting",
    "Timetable",
    "Waited",
    "Warned",
    "course",
    "idle_routes",
    "is_own",
    "ladder",
    "nodes_of",
    "senders",
    "settings_of",
    "timetable",
    "timetables",
    "warnings_of",
]
