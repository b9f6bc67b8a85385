"""Tests that stand in YAML.

* `case`: a document of kind Test as data. * `expected`: one expectation, and the verb of
  `Simulation.expect` that it is. * `suite`: the tests of a topology, made ready, and run.
* `kept`: a recorded run as a test.
"""
