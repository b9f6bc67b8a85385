import pytest

from simulator.wiring import Finding, Severity


@pytest.mark.parametrize(
    ("where", "path", "line"),
    [
        ("", "", "KN202 Trigger price: is odd"),
        ("a.yaml:3:1", "", "a.yaml:3:1: KN202 Trigger price: is odd"),
        ("", "spec.filter", "KN202 Trigger price: spec.filter: is odd"),
        ("a.yaml:3:1", "spec", "a.yaml:3:1: KN202 Trigger price: spec: is odd"),
    ],
    ids=["bare", "with-place", "with-path", "with-both"],
)
def test_a_finding_is_one_line(where: str, path: str, line: str) -> None:
    finding = Finding(
        severity=Severity.NOTE,
        code="stub",
        subject="Trigger price",
        message="is odd",
        where=where,
        path=path,
    )

    assert str(finding) == line
