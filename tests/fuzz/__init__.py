"""A fuzzer: what users may bring, mangled, must end in an answer or in one of our errors.

``python -m tests.fuzz --help``, or ``make fuzz``. A case is made of a seed and a number
alone, so that a count of cases says which ones were tried.

- ``corpus`` finds what is mangled: manifests, traces, texts of the tests.
- ``scalars``, ``trees`` and ``texts`` mangle it.
- ``manifests``, ``reloads``, ``traces``, ``words``, ``expressions`` and ``programs`` are the
  kinds of case: each makes them and tries them, below whatever catches errors for users.
- ``trying`` tells what is a fault; ``shrinking`` makes its case small; ``workers`` does
  all of it in several processes.
"""
