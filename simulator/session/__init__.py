"""One run of a topology: the kernel driven, the services called, the questions answered.

* `simulation`: `Simulation`, the front door; `driving`: what of it is about time.
* `settings`: how it is set. * `prepare`: from a topology to what runs,
  every fault at once. * `engine`: all that runs, put together. * `run`: what services share.
* `services`: what answers by description. * `functions`: Python functions that answer.
* `handlers`: functions that a topology names. * `pending`: handlers that really wait.
* `starting`, `sources`: what sends by itself. * `sending`: what a caller sends.
* `journal`: what a caller did; `forking`, `repeating`: the same done again.
* `interventions`: what is done to a run from outside; `gate`: who looks at each request for it, for `faults` and
  `breakpoints`; `approvals`: services that hold requests.
* `reloading`: another topology takes over; `changes`: what tells it from the old one.
* `asked`: what is asked of a run. * `expectation`: what a test expects of it; `selection`: of which events; `unmet`: what
  came instead; `nearness`: which trigger was missed most narrowly. * `options`: the types of the fixture.
* `running`: how time goes on. * `views`: what a run shows of itself. * `why`: explanations.
"""

from simulator.session.simulation import Simulation

__all__ = ["Simulation"]
