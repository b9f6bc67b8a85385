"""Reports of a coverage for other tools, as these read them."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from simulator.coverage import Coverage, Item
from simulator.coverage.formats import FORMATS, targets_of
from simulator.coverage.item import Fact
from simulator.errors import Position, UsageError

# Element -> its children in order, each with how often, and its attributes; those behind
# a / need not be there. Source: coverage-04.dtd of Cobertura.
RATES = "line-rate branch-rate complexity"
COUNTS = "lines-covered lines-valid branches-covered branches-valid version timestamp"
DTD = {
    "coverage": ("sources? packages", f"{RATES} {COUNTS} /"),
    "sources": ("source*", "/"),
    "source": ("", "/"),
    "packages": ("package*", "/"),
    "package": ("classes", f"name {RATES} /"),
    "classes": ("class*", "/"),
    "class": ("methods lines", f"name filename {RATES} /"),
    "methods": ("method*", "/"),
    "lines": ("line*", "/"),
    "line": ("conditions*", "number hits / branch condition-coverage"),
    "conditions": ("condition*", "/"),
    "condition": ("", "number type coverage /"),
}


def item(file: str, line: int, fact: Fact, node: str = "trigger/ship") -> Item:
    return Item(node=node, path="spec.filter", fact=fact, position=Position(file, line))


@pytest.fixture
def coverage() -> Coverage:
    """One line half covered, one not at all, and one, elsewhere, wholly."""
    items = [
        item("k8s/ship.yaml", 2, Fact.TRUE),
        item("k8s/ship.yaml", 2, Fact.FALSE),
        item("k8s/ship.yaml", 3, Fact.RETRIED),
        item("k8s/ship.yaml", 3, Fact.EXHAUSTED),
        item("<&>.yaml", 1, Fact.MATCHED, "trigger/<b>"),
    ]
    return Coverage.of(items, frozenset({items[0].name, items[4].name}))


def test_lcov_has_a_branch_for_each_of_several_things_of_a_line(
    coverage: Coverage,
) -> None:
    lines = FORMATS["lcov"](coverage, Path()).splitlines()

    assert lines[lines.index("SF:k8s/ship.yaml") :] == [
        "SF:k8s/ship.yaml",
        "BRDA:2,0,0,0",
        "BRDA:2,0,1,1",
        "BRDA:3,0,0,-",
        "BRDA:3,0,1,-",
        "BRF:4",
        "BRH:1",
        "DA:2,1",
        "DA:3,0",
        "LF:2",
        "LH:1",
        "end_of_record",
    ]


def test_cobertura_keeps_to_its_document_type(coverage: Coverage) -> None:
    root = ET.fromstring(FORMATS["cobertura"](coverage, Path()))  # noqa: S314 - our own

    for element in root.iter():
        children, attributes = DTD[element.tag]
        required, _, optional = attributes.partition("/")
        there = element.attrib.keys()
        assert set(required.split()) <= there <= {*required.split(), *optional.split()}
        tags = [child.tag for child in element]
        for child in children.split():
            count = tags.count(child.rstrip("?*"))
            assert count == 1 or child[-1] in "?*", f"{element.tag}: {child}"
        order = [child.rstrip("?*") for child in children.split()]
        assert tags == sorted(tags, key=order.index)


def test_cobertura_counts_lines_and_conditions(coverage: Coverage) -> None:
    root = ET.fromstring(FORMATS["cobertura"](coverage, Path()))  # noqa: S314

    numbers = [root.get(name) for name in ("lines-covered", "lines-valid", "line-rate")]
    assert numbers == ["2", "3", "0.6667"]
    found = root.find("packages/package[@name='k8s']/classes/class/lines/line")
    assert found is not None
    assert found.attrib == {
        "number": "2",
        "hits": "1",
        "branch": "true",
        "condition-coverage": "50% (1/2)",
    }


def test_a_page_shows_beside_each_line_what_is_missing(
    coverage: Coverage, tmp_path: Path
) -> None:
    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s/ship.yaml").write_text("kind: <script>\nfilter: {}\nretry: 2\n")

    page = FORMATS["html"](coverage, tmp_path)

    both = "<br>".join(
        f"✗ trigger/ship filter: {each}" for each in ("retried", "retries exhausted")
    )
    rows = [line for line in page.splitlines() if line.startswith("<tr")]
    assert [row.split("<td>", 2)[2] for row in rows if 'id="f2-' in row] == [
        "kind: &lt;script&gt;<td></tr>",
        "filter: {}<td>✗ trigger/ship filter: false</tr>",
        f"retry: 2<td>{both}</tr>",
    ]
    assert [row[:16] for row in rows if 'id="f2-' in row][1:] == [
        '<tr class="some"',
        '<tr class="none"',
    ]


def test_a_page_runs_nothing_and_loads_nothing(coverage: Coverage) -> None:
    page = FORMATS["html"](coverage, Path("none"))

    assert "&lt;&amp;&gt;.yaml" in page
    assert not any(each in page for each in ("<script", "src=", "http:", "https:"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("xml", r"expected text or json\|lcov\|cobertura\|html:FILE, found 'xml'"),
        ("html", "found 'html'"),
        ("html:", "found 'html:'"),
        ("lcov:folder", "folder is a folder, expected a file"),
        ("lcov:orders.yaml", "orders.yaml is a file that is read; name another"),
        ("lcov:link.info", "link.info is a file that is read; name another"),
        ("json:./c.json", "./c.json is named twice; name another"),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    text: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    orders = tmp_path / "orders.yaml"
    orders.touch()
    (tmp_path / "link.info").symlink_to(orders)

    with pytest.raises(UsageError, match=message):
        targets_of(["text", "html:c.json", text], tmp_path, [orders])
