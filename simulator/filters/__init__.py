"""The filters of a Trigger: a verdict for each event, and why.

>>> paid = compile_filters([{"exact": {"type": "order.paid"}}], None)
>>> paid.verdict({"type": "order.paid"})
<Verdict.PASS: 'pass'>
>>> print(paid.explain({"type": "order.Paid"}))
✗ exact type: wanted 'order.paid', got 'order.Paid' (differs only in case)
"""

from simulator.filters.compiler import compile_filters
from simulator.filters.explanation import Explanation
from simulator.filters.filter import Filter
from simulator.filters.verdict import Change, Verdict

__all__ = ["Change", "Explanation", "Filter", "Verdict", "compile_filters"]
