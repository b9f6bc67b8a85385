"""What services answer: declared in a Simulation document or written in Python.

* `parse`: the `services` of a Simulation document, every fault with its path.
* `script`: `responses` and rules. * `replies`: static, echoed and JSONata replies.
* `latency`: how long an answer takes. * `service_spec`: all of it, and events that are posted besides.
* `approval_spec`: what is held until somebody decides. * `fault_spec`: what hits requests.
* `condition`: which events something is about. * `handler`: Python functions. * `source_spec`: generators of events.
"""
