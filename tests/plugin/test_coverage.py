"""``--kn-cov``: what the tests of a user cover of his topologies."""

import json
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ORDERS = """topology: orders
brokers: {default: {}}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
services: {pricing: {rules: [{match: {country: ZZ}, responses: [400]}]}}
"""
TESTS = """
import pytest

@pytest.mark.parametrize("type_", ["order.placed", "order.asked"])
def test_orders(simulate, type_):
    sim = simulate("orders.yaml")
    sim.send(type=type_)
    sim.run()

def test_another_topology(simulate):
    sim = simulate(open("orders.yaml").read())
    sim.send(type="order.placed", country="ZZ")
    sim.run()

def test_a_function_in_place_of_the_service(simulate):
    sim = simulate("orders.yaml")
    sim.service("pricing", lambda event: 200)
    sim.send(type="order.placed", country="ZZ")
    sim.run()
"""
ALONE = ("-p", "no:textual-snapshot", "-p", "no:syrupy", "-p", "no:cacheprovider")


@pytest.fixture
def user(pytester: pytest.Pytester) -> pytest.Pytester:
    """Give a folder with a topology and its tests."""
    pytester.makefile(".yaml", orders=ORDERS)
    pytester.makepyfile(TESTS)
    return pytester


@pytest.mark.parametrize("workers", ["0", "2"])
def test_all_tests_count_together_in_however_many_processes(
    user: pytest.Pytester, workers: str
) -> None:
    words = ("-n", workers, "--kn-cov", "orders.yaml", "--kn-cov-fail-under", "90")

    result = user.runpytest_subprocess(*ALONE, *words)

    result.stdout.fnmatch_lines(
        [
            "Name         Items  Miss  Cover  Missing",
            "orders.yaml      5     1    80%  5",
            "TOTAL            5     1    80%",
            "orders.yaml:5:30: service/pricing services.pricing.rules?0?: used",
            "FAIL Required coverage of 90% not reached. Total coverage: 80.00%",
        ]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_it_is_written_as_json_too(user: pytest.Pytester) -> None:
    words = (
        "--kn-cov=orders.yaml",
        "--kn-cov-report=json:c.json",
        "--kn-cov-fail-under=80",
    )

    result = user.runpytest_subprocess(*ALONE, *words)

    assert result.ret == pytest.ExitCode.OK
    assert json.loads(Path(user.path, "c.json").read_text())["totals"]["percent"] == 80


def test_a_report_that_cannot_be_written_ends_the_run(user: pytest.Pytester) -> None:
    Path(user.path, "taken").touch()
    words = ("--kn-cov=orders.yaml", "--kn-cov-report=html:taken/c.html")

    result = user.runpytest_subprocess(*ALONE, *words)

    result.stderr.fnmatch_lines(["*--kn-cov-report: taken/c.html: *"])
    assert result.ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--kn-cov=none.yaml"], "*none.yaml*"),
        (["--kn-cov-fail-under=90"], "*--kn-cov FILE: is missing*"),
        (
            ["--kn-cov=orders.yaml", "--kn-cov-report=xml"],
            "*expected text or json|lcov|cobertura|html:FILE, found 'xml'*",
        ),
        (
            ["--kn-cov=orders.yaml", "--kn-cov-report=lcov:orders.yaml"],
            "*--kn-cov-report: orders.yaml is a file that is read; name another*",
        ),
        (
            ["--kn-cov=orders.yaml", "--kn-cov-fail-under=101"],
            "*expected 0 to 100, found 101*",
        ),
    ],
)
def test_wrong_words_are_refused(
    user: pytest.Pytester, words: list[str], message: str
) -> None:
    result = user.runpytest_subprocess(*ALONE, *words)

    result.stderr.fnmatch_lines([message])
    assert result.ret == pytest.ExitCode.USAGE_ERROR
