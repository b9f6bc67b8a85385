"""What the plugin does for tests of users, each run in a pytest of its own."""

import re

import pytest

import kn_sim_pytest
from simulator import Simulation, Topology, Trace
from simulator.cli.show import report_lines
from simulator.subscribers.parse import LARGEST_SEED

pytest_plugins = ["pytester"]

ORDERS = """
topology: orders
brokers: {default: {}}
triggers: {price: {subscriber: pricing}}
services: {pricing: {responses: [400]}}
"""
PASSING = """
def test_orders(simulate):
    sim = simulate("orders.yaml")
    sim.send(type="order.placed")
    sim.run()
    assert [r.status for r in sim.received("pricing")] == [400]
"""
FAILING = """
def test_orders(simulate):
    sim = simulate({topology})
    sim.send(type="order.placed")
    sim.run()
    assert not sim.lost
"""


@pytest.fixture(scope="module")
def simulator_imported() -> None:
    """Import all that runs inside import: they forget what is new to them."""
    sim = Simulation(Topology.parse(ORDERS))
    sim.send(type="order.placed")
    sim.run()
    assert report_lines(sim, 100)


@pytest.fixture
def user(
    simulator_imported: None,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
) -> pytest.Pytester:
    """Give a folder with a topology, in which a user's tests run, on his own machine."""
    for variable in ("CI", "BUILD_NUMBER"):  # where pytest repeats all in its summary
        monkeypatch.delenv(variable, raising=False)
    pytester.makefile(".yaml", orders=ORDERS)
    return pytester


def run(user: pytest.Pytester, *options: str) -> pytest.RunResult:
    # The state of these plugins is global: the run inside would end that outside.
    alone = ("-p", "no:textual-snapshot", "-p", "no:syrupy", "-p", "no:cacheprovider")
    return user.runpytest_inprocess(*alone, *options)


def test_a_topology_is_found_beside_the_test(user: pytest.Pytester) -> None:
    user.makepyfile(PASSING)

    run(user).assert_outcomes(passed=1)


def test_a_topology_is_found_in_the_root_folder(user: pytest.Pytester) -> None:
    user.makeini("[pytest]")
    folder = user.mkpydir("deep")
    (folder / "test_deep.py").write_text(PASSING)

    run(user).assert_outcomes(passed=1)


def test_a_folder_a_path_a_topology_and_a_blueprint_are_taken_too(
    user: pytest.Pytester,
) -> None:
    user.makepyfile(
        """
        import pathlib
        import pytest
        from simulator import Blueprint, Topology

        @pytest.mark.parametrize("topology", [
            ".", pathlib.Path("orders.yaml"), Topology.load("orders.yaml"),
            Blueprint(Topology.load("orders.yaml")),
        ])
        def test_orders(simulate, topology):
            assert simulate(topology).received("pricing") == []
        """
    )

    run(user).assert_outcomes(passed=4)


def test_a_topology_is_made_ready_once_for_all_tests(user: pytest.Pytester) -> None:
    user.makepyfile(
        """
        import pytest

        ready = []

        @pytest.mark.parametrize("number", range(3))
        def test_orders(simulate, number):
            ready.append(simulate("orders.yaml").topology)
            assert all(each is ready[0] for each in ready)
        """
    )

    run(user).assert_outcomes(passed=3)


def test_what_a_test_does_to_its_simulation_is_nothing_to_the_others(
    user: pytest.Pytester,
) -> None:
    user.makepyfile(
        """
        import pytest
        from simulator import Topology

        @pytest.mark.parametrize("number", range(3))
        def test_orders(simulate, number):
            sim = simulate("orders.yaml")
            sim.send(type="order.placed", id="A1")
            sim.run()
            assert [r.status for r in sim.received("pricing")] == [400]
            assert (len(sim.trace), sim.now_ns, sim.faults) == (6, 0, ())

            spoilt = simulate("orders.yaml")
            spoilt.service("pricing", lambda event: 202)
            spoilt.service("auditing", lambda event: 202)
            spoilt.fault("pricing", latency="1h")
            spoilt.send(type="order.placed", id="A1")
            spoilt.run()
            spoilt.reload(Topology.parse("topology: empty"))
            assert spoilt.now_ns > 0
        """
    )

    run(user).assert_outcomes(passed=3)


def test_a_file_that_is_changed_between_two_tests_is_read_again(
    user: pytest.Pytester,
) -> None:
    user.makepyfile(
        """
        import os
        import pathlib
        import pytest

        FILE = pathlib.Path(__file__).with_name("orders.yaml")
        TEXT, WRITTEN = FILE.read_text(), FILE.stat()

        @pytest.mark.parametrize("status", ["400", "410", "422"])
        def test_orders(simulate, status):
            FILE.write_text(TEXT.replace("400", status))
            os.utime(FILE, ns=(WRITTEN.st_atime_ns, WRITTEN.st_mtime_ns))

            sim = simulate("orders.yaml")
            sim.send(type="order.placed")
            sim.run()

            assert [r.status for r in sim.received("pricing")] == [int(status)]
        """
    )

    run(user).assert_outcomes(passed=3)


def test_options_that_make_another_wiring_make_it(user: pytest.Pytester) -> None:
    user.makepyfile(
        """
        import pytest
        from simulator import TopologyError

        BROKER = "topology: t\\nbrokers: {b: {}}\\n"
        STUBBED = BROKER + "triggers: {t: {broker: b, subscriber: x}}"
        REFUSED = BROKER.replace("b: {}", "b: {delivery: {backoffPolicy: slow}}")

        @pytest.mark.parametrize("strict, nodes", [
            (False, ["service/x"]), (True, []), (False, ["service/x"]),
        ])
        def test_strict(simulate, strict, nodes):
            wiring = simulate(STUBBED, strict=strict).wiring
            assert [endpoint.node for endpoint in wiring.endpoints] == nodes

        @pytest.mark.parametrize("profile", ["mt-channel", "spec", "mt-channel"])
        def test_profile(simulate, profile):
            [hub] = simulate(STUBBED, profile=profile).wiring.hubs
            assert hub.profile.name == profile

        def test_validate(simulate):
            assert len(simulate(REFUSED, validate=False).wiring.hubs) == 1
            with pytest.raises(TopologyError):
                simulate(REFUSED)
        """
    )

    run(user).assert_outcomes(passed=7)


def test_handlers_from_a_file_begin_anew_in_each_simulation(
    user: pytest.Pytester,
) -> None:
    user.makepyfile(
        handlers="""
        taken = []

        def take(event):
            taken.append(event)
            return 200 + len(taken)
        """,
        test_handlers="""
        import pytest

        TOPOLOGY = "topology: t\\nservices: {s: {handler: 'handlers.py:take'}}"

        @pytest.mark.parametrize("number", range(2))
        def test_taken(simulate, number):
            for _ in range(2):
                sim = simulate(TOPOLOGY, handlers=["handlers.py"])
                sim.send(type="a", to="service/s")
                sim.send(type="a", to="service/s")
                sim.run()
                assert [r.status for r in sim.received("s")] == [201, 202]
        """,
    )

    run(user).assert_outcomes(passed=2)


def test_yaml_is_taken_as_a_string_of_one_line_or_more(user: pytest.Pytester) -> None:
    user.makepyfile(
        """
        def test_orders(simulate):
            assert len(simulate("topology: empty").topology) == 0
            text = "topology: one\\nbrokers: {default: {}}\\n"
            assert len(simulate(text).topology) == 1
        """
    )

    run(user).assert_outcomes(passed=1)


def test_a_topology_that_is_nowhere_names_both_places(user: pytest.Pytester) -> None:
    user.makeini("[pytest]")
    folder = user.mkpydir("deep")
    (folder / "test_deep.py").write_text(
        "def test_it(simulate):\n    simulate('ordres.yaml')\n"
    )

    result = run(user)

    result.stdout.fnmatch_lines(
        ["*UsageError: simulate('ordres.yaml'): there is no * and no *ordres.yaml"]
    )


@pytest.mark.parametrize("given", ["None", "''", "3"])
def test_what_is_no_topology_is_refused(user: pytest.Pytester, given: str) -> None:
    user.makeini("[pytest]")
    user.makepyfile(f"def test_it(simulate):\n    simulate({given})\n")

    result = run(user)

    result.stdout.fnmatch_lines(
        [
            f"*UsageError: simulate({given}): expected a file or a folder, YAML as text, *"
        ]
    )


def test_replays_are_read_beside_the_topology(user: pytest.Pytester) -> None:
    folder = user.mkdir("flows")
    (folder / "past.jsonl").write_text(
        '{"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}\n'
    )
    (folder / "flow.yaml").write_text(
        "topology: t\nbrokers: {default: {}}\n"
        "sources: {past: {replay: past.jsonl, sink: broker/default}}\n"
    )
    user.makepyfile(
        """
        def test_replay(simulate):
            sim = simulate("flows/flow.yaml")
            sim.run()
            assert len(sim.unmatched) == 1
        """
    )

    run(user).assert_outcomes(passed=1)


def test_a_failing_test_shows_the_events_of_its_simulation(
    user: pytest.Pytester,
) -> None:
    user.makepyfile(FAILING.format(topology="'orders.yaml', seed=5"))

    result = run(user)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*kn-sim: events of simulation (seed 5)*",
            "+0s       ▸ order.placed event-1 → broker/default * 1 trigger matches",
            "+0s         ✗ trigger/price → service/pricing * 400",
            "lost (1)",
            "    400; no dead letter sink",
            "✗ 1 event, 1 delivery (1 request) in 0s of virtual time; 1 lost*",
        ]
    )


def test_each_simulation_of_a_failing_test_is_numbered(user: pytest.Pytester) -> None:
    user.makepyfile(
        """
        def test_two(simulate):
            simulate("orders.yaml")
            simulate("orders.yaml", seed=9)
            assert False
        """
    )

    result = run(user)

    result.stdout.fnmatch_lines(
        [
            "*events of simulation 1 (seed 0)*",
            "nothing happened: was it run?",
            "*events of simulation 2 (seed 9)*",
        ]
    )


def test_a_long_flow_is_cut_in_the_middle(user: pytest.Pytester) -> None:
    user.makepyfile(
        """
        def test_long(simulate):
            sim = simulate("orders.yaml")
            for _ in range(500):
                sim.send(type="order.placed")
            sim.run()
            assert False
        """
    )

    result = run(user)

    shown = [line for line in result.outlines if line.startswith("+0s")]
    result.stdout.fnmatch_lines(["*1801 lines left out"])
    assert len(shown) == 199


def test_a_passing_test_and_one_without_simulations_show_nothing(
    user: pytest.Pytester,
) -> None:
    user.makepyfile(PASSING + "\ndef test_other():\n    assert False\n")

    result = run(user, "-rA")

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("*kn-sim: events*")


SEED = """
def test_seed(simulate):
    assert simulate({topology}).seed == {seed}
"""


@pytest.mark.parametrize(
    ("options", "ini", "topology", "seed"),
    [
        pytest.param([], "", "'topology: t'", 0, id="none"),
        pytest.param(["--kn-sim-seed", "7"], "", "'topology: t'", 7, id="option"),
        pytest.param([], "kn_sim_seed = 8", "'topology: t'", 8, id="ini"),
        pytest.param(
            ["--kn-sim-seed=7"], "kn_sim_seed = 8", "'topology: t'", 7, id="both"
        ),
        pytest.param(
            ["--kn-sim-seed=7"], "", "'topology: t', seed=1", 1, id="of-the-test"
        ),
    ],
)
def test_the_seed_is_the_tests_or_the_options_or_the_configurations(
    user: pytest.Pytester, options: list[str], ini: str, topology: str, seed: int
) -> None:
    user.makeini(f"[pytest]\n{ini}\n")
    user.makepyfile(SEED.format(topology=topology, seed=seed))

    run(user, *options).assert_outcomes(passed=1)


@pytest.mark.parametrize("seed", ["x", "-1", "1.5", str(2**63), "٣"])
def test_a_seed_that_is_none_is_refused_before_any_test(
    user: pytest.Pytester, seed: str
) -> None:
    user.makeini(f"[pytest]\nkn_sim_seed = {seed}\n")
    user.makepyfile(PASSING)

    by_ini = run(user)
    by_option = run(user, f"--kn-sim-seed={seed}")

    assert by_ini.ret == by_option.ret == pytest.ExitCode.USAGE_ERROR
    expected = "expected a whole number from 0 to 9223372036854775807, found"
    by_ini.stderr.fnmatch_lines([f"*kn_sim_seed: {expected} '{seed}'"])
    by_option.stderr.fnmatch_lines([f"*--kn-sim-seed: {expected} '{seed}'"])


def test_the_fixture_and_the_options_are_documented(user: pytest.Pytester) -> None:
    fixtures = run(user, "--fixtures")
    options = run(user, "--help")

    fixtures.stdout.fnmatch_lines(["simulate -- *", "*Make simulations, any number*"])
    options.stdout.fnmatch_lines(["*--kn-sim-seed=N*", "*kn_sim_seed *"])


def test_a_test_run_without_simulations_does_not_load_the_simulator(
    user: pytest.Pytester,
) -> None:
    user.makepyfile(
        """
        import sys

        def test_loaded():
            heavy = {"yaml", "cloudevents", "anyio", "orjson", "simulator.kernel"}
            assert sorted(heavy & set(sys.modules)) == []
        """
    )

    result = user.runpytest_subprocess("-p", "no:hypothesispytest", "-p", "no:anyio")

    result.assert_outcomes(passed=1)


def test_the_largest_seed_is_that_of_a_topology() -> None:
    assert kn_sim_pytest._LARGEST_SEED == LARGEST_SEED


HANDLERS = """
import pytest

TOPOLOGY = \'\'\'
topology: t
brokers: {default: {}}
triggers: {ship: {subscriber: shipping}}
services: {shipping: {}}
\'\'\'

def test_ship(simulate):
    sim = simulate(TOPOLOGY)
    @sim.service("shipping")
    def ship(event):
        BODY
    sim.send(type="order.placed")
    sim.run()
    LAST
"""


def handlers(body: str, last: str = "pass") -> str:
    return HANDLERS.replace("BODY", body).replace("LAST", last)


@pytest.mark.parametrize("body", ["assert False, 'no'", "pytest.fail('no')"])
def test_an_assertion_in_a_handler_fails_the_test(
    user: pytest.Pytester, body: str
) -> None:
    user.makepyfile(handlers(body))

    result = run(user)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f">*{body}"])


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return undefined", "NameError: name 'undefined' is not defined"),
        ("return next(iter(()))", "StopIteration"),
        ("return 'ok'", "a handler returns a CloudEvent, a status or None, not 'ok'"),
    ],
)
def test_an_error_in_a_handler_fails_a_test_that_passed_at_its_end(
    user: pytest.Pytester, body: str, told: str
) -> None:
    user.makepyfile(handlers(body))

    result = run(user)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [f"*service/shipping: {told} (*.py:1*; *order.placed event-1)"]
    )


def test_a_test_that_has_failed_fails_once(user: pytest.Pytester) -> None:
    user.makepyfile(handlers("return undefined", "assert False"))

    run(user).assert_outcomes(failed=1)


def test_errors_that_a_test_has_looked_at_can_be_cleared(user: pytest.Pytester) -> None:
    user.makepyfile(handlers("return undefined", "sim.handler_errors.clear()"))

    run(user).assert_outcomes(passed=1)


DOUBTFUL = '''
TOPOLOGY = """
topology: t
brokers:
  default: {delivery: {retry: 1, backoffPolicy: exponential, backoffDelay: 5s}}
triggers: {ship: {subscriber: shipping}}
services: {shipping: {responses: [503]}}
sources: {ticks: {every: 1h, event: {type: tick}, sink: broker/default}}
"""

def test_ship(simulate):
    sim = simulate(TOPOLOGY, OPTIONS)
    BODY
'''


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "sim.send(type='a')",
            "a event-1 was sent, and nothing was run after that: run() goes on",
        ),
        (
            "sim.send(type='a', after='9s'); sim.run('5s')",
            "a event-1 would be sent at 9s only: run() goes on",
        ),
        (
            "sim.send(type='a'); sim.run('1s')",
            "1 request or retry is due still after 1s, the next at 5s: run() goes on",
        ),
        (
            "sim.service('shiping', lambda e: 200); sim.run('1s')",
            "KN214 service shiping: is described, but nothing sends to it; did you mean*",
        ),
    ],
)
def test_a_test_is_told_that_it_looked_too_early_or_at_nothing(
    user: pytest.Pytester, body: str, told: str
) -> None:
    lenient = DOUBTFUL.replace("BODY", body).replace("OPTIONS", "strict=False")
    strict = DOUBTFUL.replace("BODY", body).replace("OPTIONS", "strict=True")
    user.makepyfile(test_lenient=lenient, test_strict=strict)

    result = run(user, "-W", "default")

    result.assert_outcomes(passed=2, warnings=1, errors=1)
    result.stdout.fnmatch_lines([told, f"*SimulatorWarning: test_ship: {told}"])


def test_what_a_test_ran_goes_with_the_test(user: pytest.Pytester) -> None:
    user.makepyfile("""
        import gc, weakref
        import pytest

        RUNS = []

        @pytest.mark.parametrize("red", [False, True, False])
        def test_orders(simulate, red):
            sim = simulate("orders.yaml")
            sim.send(type="order.placed")
            sim.run()
            RUNS.append(weakref.ref(sim))
            del sim
            assert not red

        def test_nothing_is_left():
            gc.collect()
            assert [run() for run in RUNS] == [None, None, None]
    """)

    result = run(user)

    result.assert_outcomes(passed=3, failed=1)


def test_a_warning_that_a_filter_makes_an_error_is_a_sentence(
    user: pytest.Pytester,
) -> None:
    body = "sim.send(type='a')"
    user.makepyfile(DOUBTFUL.replace("BODY", body).replace("OPTIONS", "strict=False"))
    early = "a event-1 was sent, and nothing was run after that: run() goes on"

    result = run(user, "-W", "error::simulator.SimulatorWarning")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([early])
    result.stdout.no_fnmatch_line("*warn_explicit*")


def test_a_run_that_has_come_to_its_end_leaves_no_doubt(user: pytest.Pytester) -> None:
    body = (
        "sim.service('own', lambda e: 200); sim.send(type='a'); "
        "sim.send(type='b', to='service/own'); sim.run('90m')"
    )
    user.makepyfile(DOUBTFUL.replace("BODY", body).replace("OPTIONS", "strict=True"))

    run(user).assert_outcomes(passed=1)


def test_a_topology_that_is_refused_shows_the_test_only(user: pytest.Pytester) -> None:
    user.makepyfile("""
        def test_it(simulate):
            simulate("topology: t\\nbrokrs: {}")
    """)

    result = run(user, "--tb=short")

    result.stdout.fnmatch_lines(["*TopologyError: <simulate>:2:1: *brokrs*"])
    result.stdout.no_fnmatch_line("*kn_sim_pytest.py*")
    result.stdout.no_fnmatch_line("*simulator/*.py:*")


MISSED = """
def test_orders(simulate):
    sim = simulate(\'\'\'
topology: t
brokers: {default: {}}
triggers: {ship: {filter: {type: order.placed}, subscriber: shipping}}
services: {shipping: {}}
\'\'\')
    sim.send(type="order.prized", id="o1")
    sim.run()
    sim.send(type="order.placed", id="o2")
    assert sim.received("shipping")
"""


def test_a_failing_test_shows_the_trigger_that_was_missed_most_narrowly(
    user: pytest.Pytester,
) -> None:
    user.makepyfile(MISSED)

    result = run(user)

    result.stdout.fnmatch_lines(
        [
            "matched no trigger (1)",
            "  order.prized o1  broker/default",
            "    nearest is trigger/ship: type is 'order.prized', wanted exactly *",
            "order.placed o2 was sent, and nothing was run after that: run() goes on",
        ]
    )
    result.stdout.no_fnmatch_line("kn-sim ui*")


@pytest.mark.parametrize(
    ("options", "ini", "folder"),
    [
        ((), "", ".pytest_cache/d/kn-sim"),
        (("--kn-sim-traces", "out/traces"), "", "out/traces"),
        ((), "kn_sim_traces = kept", "kept"),
    ],
)
def test_a_failing_test_leaves_its_trace_and_says_how_to_open_it(
    user: pytest.Pytester, options: tuple[str, ...], ini: str, folder: str
) -> None:
    user.makeini(f"[pytest]\n{ini}\n")
    user.makepyfile(MISSED)

    heavy = (
        "-p",
        "no:hypothesispytest",
        "-p",
        "no:textual-snapshot",
        "-p",
        "no:syrupy",
    )
    result = user.runpytest_subprocess(*heavy, *options)

    [line] = [each for each in result.outlines if each.startswith("kn-sim ui")]
    path = line.removeprefix("kn-sim ui --replay ")
    assert path.startswith(f"{folder}/test_")
    assert len(Trace.read(str(user.path / path))) == 3


def test_an_expectation_without_a_verb_fails_the_test_that_passed(
    user: pytest.Pytester,
) -> None:
    user.makepyfile(
        """
        def test_orders(simulate):
            sim = simulate("orders.yaml")
            sim.send(type="order.placed")
            sim.run()
            sim.expect("pricing")
        """
    )

    result = run(user)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*.py:5: expect(…) says nothing without a verb, such as .once()"]
    )


def test_an_expectation_that_fails_shows_the_test_and_none_of_our_frames(
    user: pytest.Pytester,
) -> None:
    user.makepyfile(
        """
        def test_orders(simulate):
            sim = simulate("orders.yaml")
            sim.send(type="order.placed")
            sim.run()
            sim.expect("pricing").once(type="order.placed", within="5s")
        """
    )

    result = run(user)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">*sim.expect(*",
            "E * AssertionError: service/pricing: expected 1 event (type *) within 5s; took 0",
            "E *+0s  order.placed event-1  trigger/price → service/pricing  attempt 1: 400",
        ]
    )
    result.stdout.no_fnmatch_line("*simulator/session/*.py:*")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            "simulate('orders.yaml', sed=3)",
            "unknown option 'sed'; did you mean 'seed'?",
        ),
        ("sim.received('pircing')", "nothing has the address 'pircing'; did you mean"),
        ("sim.received('pricing', ok=3)", "ok: expected True or False, found 3"),
        ("sim.expect('pricing').times('x')", "times: expected how many"),
        ("sim.expect('pricing').once(typ='x')", "unknown 'typ'; did you mean 'type'?"),
        ("sim.run('x')", "'x' is no duration"),
        ("sim.fault('nope', status=500)", "nothing has the address 'service/nope'"),
    ],
)
def test_a_wrong_call_shows_the_test_and_none_of_our_frames(
    user: pytest.Pytester, call: str, told: str
) -> None:
    user.makepyfile(
        f"""
        def test_orders(simulate):
            sim = simulate("orders.yaml")
            sim.send(type="order.placed")
            sim.run()
            {call}
        """
    )

    result = run(user)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f">       {call}", f"E *{told}*"])
    places = [line for line in result.outlines if re.search(r"\.py:\d+: ", line)]
    assert [place.partition(":")[0] for place in places] == [
        "test_a_wrong_call_shows_the_test_and_none_of_our_frames.py"
    ]


def test_all_frames_are_there_for_whoever_asks_for_them(user: pytest.Pytester) -> None:
    user.makepyfile("def test_it(simulate):\n    simulate('orders.yaml', sed=3)\n")

    result = run(user, "--full-trace")

    result.stdout.fnmatch_lines(["*kn_sim_pytest.py:*UsageError"])


def test_the_report_of_a_failing_test_never_says_that_all_went_well(
    user: pytest.Pytester,
) -> None:
    user.makepyfile(
        """
        def test_orders(simulate):
            sim = simulate("topology: t\\nbrokers: {default: {}}\\n"
                           "triggers: {t: {subscriber: pricing}}\\n"
                           "services: {pricing: {}}", strict=True)
            sim.service("pircing", print)
            sim.send(type="order.placed")
            sim.run()
        """
    )

    result = run(user)

    told = [line for line in result.outlines if "KN214 service pircing" in line]
    assert len(told) == 2  # why it failed, and in the summary
    result.stdout.fnmatch_lines(["· 1 event, 1 delivery*"])


def test_a_wrong_return_value_is_not_advised_to_be_declared(
    user: pytest.Pytester,
) -> None:
    user.makepyfile(
        """
        def test_orders(simulate):
            sim = simulate("orders.yaml")
            sim.service("pricing", lambda event: "ok", errors=500)
            sim.send(type="order.placed")
            sim.run()
        """
    )

    result = run(user)

    result.stdout.fnmatch_lines(["*a handler returns a CloudEvent, a status or None*"])
    result.stdout.no_fnmatch_line("*a service that may raise*")
