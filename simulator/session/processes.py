"""What answers for a process of Knative's own, in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.processes import Asking, Connector, Transformation

if TYPE_CHECKING:
    from simulator.kernel.addresses import Answering
    from simulator.processes import Process
    from simulator.session.run import Run, Service


def playing(process: Process, service: Service, run: Run) -> Answering:
    """Make what answers; each is imported when there is one."""
    if isinstance(process, Transformation):
        from simulator.session.transforming import transforming

        return transforming(process, service, run)
    if isinstance(process, Asking):
        from simulator.session.asking import asking

        return asking(process, service, run)
    if isinstance(process, Connector):
        from simulator.session.connecting import connected

        return connected
    from simulator.session.job_door import job_door

    return job_door(run)
