"""CloudEvents SQL by itself: compile once, evaluate for any event, explain each part."""

from simulator.cesql import Node, ParseError, compile_expression

expression = compile_expression("type LIKE 'order.%' AND (total > 100 OR EXISTS vip)")
print("depends on:", ", ".join(expression.attributes))

events: list[dict[str, int | str]] = [
    {"type": "order.placed", "total": 120},
    {"type": "order.placed", "total": 20},
    {"type": "staff.hired"},
    {"type": "order.placed"},
]
for attributes in events:
    value, error = expression.evaluate(attributes)
    print(value, f"({error})" if error else "", attributes)


def show(node: Node, depth: int = 0) -> None:
    """Print a part of an expression with its value, and whether it was needed."""
    needed = "" if node.reached else "   not reached"
    print(f"{'  ' * depth}{node.text} = {node.value!r}{needed}")
    for child in node.children:
        show(child, depth + 1)


show(expression.explain({"type": "staff.hired", "total": 120}))

try:
    compile_expression("type LIKE 'order.%' AND")
except ParseError as error:
    print(error)
