"""A project that has a `simulator` of its own, and pytest with kn-sim installed."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import kn_sim_pytest

pytest_plugins = ["pytester"]

HEAVY = ("cacheprovider", "hypothesispytest", "anyio", "textual-snapshot", "syrupy")
LIGHT = [option for name in HEAVY for option in ("-p", f"no:{name}")]
Run = Callable[..., pytest.RunResult]

HIDES = "`simulator` is *{place} here, and hides kn-sim's package of that name; *rename"
OWN = """
from simulator import Robot

def test_own():
    assert Robot().moves
"""


@pytest.fixture(params=["simulator.py", "simulator/__init__.py"])
def place(request: pytest.FixtureRequest, pytester: pytest.Pytester) -> str:
    """Give a project its own module or package, and a test of it that passes."""
    place: str = request.param
    file = pytester.path / place
    file.parent.mkdir(exist_ok=True)
    file.write_text("class Robot:\n    moves = True\n", "utf-8")
    write(pytester, "tests/test_own.py", OWN)
    return place


def write(pytester: pytest.Pytester, path: str, text: str) -> None:
    file = pytester.path / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")


def with_pythonpath(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    pytester.makeini("[pytest]\npythonpath = .\n")
    return pytester.run(sys.executable, "-P", "-m", "pytest", *LIGHT, *options)


def with_python_m(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess(*LIGHT, *options)


@pytest.mark.parametrize("run", [with_pythonpath, with_python_m])
def test_its_tests_run(pytester: pytest.Pytester, place: str, run: Run) -> None:
    result = run(pytester, "-q", "--kn-sim-seed=7")

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*kn-sim*")


@pytest.mark.parametrize("run", [with_pythonpath, with_python_m])
def test_the_fixture_says_in_one_line_what_hides_the_package(
    pytester: pytest.Pytester, place: str, run: Run
) -> None:
    write(pytester, "tests/test_orders.py", "def test_orders(simulate):\n    pass\n")

    result = run(pytester)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*ERROR at setup of test_orders*", HIDES.format(place=place) + "*"],
        consecutive=True,
    )


def test_an_import_that_fails_is_told_what_hides_the_package(
    pytester: pytest.Pytester, place: str
) -> None:
    write(pytester, "tests/test_a.py", "from simulator import Simulation")
    write(pytester, "tests/test_b.py", "import simulator.trace")
    write(
        pytester,
        "tests/test_c.py",
        """
def test_import():
    from simulator import Simulation

def test_attribute():
    import simulator
    simulator.Topology
""",
    )

    result = with_python_m(pytester, "--continue-on-collection-errors")

    result.assert_outcomes(passed=1, failed=2, errors=2)
    told = ["*- kn-sim -*", HIDES.format(place=place) + "*"]
    result.stdout.fnmatch_lines(told * 4)


@pytest.mark.parametrize("folder", [".", "tests"])
def test_a_conftest_that_fails_is_told_what_hides_the_package(
    pytester: pytest.Pytester, folder: str
) -> None:
    write(pytester, "simulator.py", "")
    write(pytester, f"{folder}/conftest.py", "from simulator import Simulation")

    result = with_python_m(pytester)

    said = [*result.outlines, *result.errlines]
    told = HIDES.format(place="simulator.py")
    pytest.LineMatcher(said).fnmatch_lines([f"*{told}*"])


def test_other_errors_are_told_nothing_of_it(pytester: pytest.Pytester) -> None:
    write(pytester, "simulator.py", "")
    write(pytester, "tests/test_a.py", "import simulatr\n")
    write(pytester, "tests/test_b.py", "def test_b():\n    ''.Topology\n")

    result = with_python_m(pytester, "--continue-on-collection-errors")

    result.assert_outcomes(failed=1, errors=1)
    result.stdout.no_fnmatch_line("*- kn-sim -*")


def test_a_simulator_that_ours_hides_is_named(pytester: pytest.Pytester) -> None:
    ours = Path(kn_sim_pytest.__file__).parent
    pytester.makeini(f"[pytest]\npythonpath = {ours} .\n")
    write(pytester, "simulator.py", "class Robot:\n    moves = True\n")
    write(pytester, "tests/test_own.py", OWN)

    result = with_python_m(pytester)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["`simulator` is kn-sim's package here, and hides */simulator.py, which is *"]
    )


def test_the_old_name_of_the_plugin_still_works_and_warns(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        """
        import pytest

        def test_orders(simulate):
            assert simulate("topology: empty").seed == 0

        def test_name():
            import sys
            del sys.modules["simulator.pytest_plugin"]
            with pytest.warns(DeprecationWarning, match="called kn_sim_pytest now"):
                import simulator.pytest_plugin
        """
    )

    result = pytester.runpytest_subprocess("-p", "simulator.pytest_plugin")

    result.assert_outcomes(passed=2)
