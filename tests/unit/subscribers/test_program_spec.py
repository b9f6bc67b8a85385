"""Real services and programs, as a topology describes them."""

from __future__ import annotations

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.session.prepare import prepare
from simulator.subscribers.program_spec import Program, Real

REST = "brokers: {default: {}}\ntriggers: {t1: {subscriber: s}}\n"


def topology(described: str) -> Topology:
    return Topology.parse(f"topology: t\n{REST}{described}")


def faults(described: str) -> list[str]:
    with pytest.raises(TopologyError) as refused:
        Simulation(topology(described))
    return [each.partition(": Simulation t: ")[2] for each in refused.value.faults]


def test_a_program_has_words_and_variables_as_they_are_written() -> None:
    described = (
        "services: {s: {run: 'python \"my ship.py\" -v', cwd: ship, "
        "env: {PORT: 8081, VERSION: 1.10, DEBUG: no}, watch: '*.py', "
        "ready: {path: /health, within: 10s}, host: cluster}}"
    )

    real = prepare(topology(described)).spec.services["s"].real

    assert real == Real(
        program=Program(
            command=("python", "my ship.py", "-v"),
            cwd="ship",
            env={"PORT": "8081", "VERSION": "1.10", "DEBUG": "no"},
            watch=("*.py",),
            ready="/health",
            within_ns=10_000_000_000,
        ),
        cluster_host=True,
    )
    assert real.program is not None
    assert real.program.port == 8081


@pytest.mark.parametrize(
    ("service", "fault"),
    [
        ("url: http://a, run: b", "run: does not go with url: one of them answers"),
        (
            "url: http://a, reply: {type: b}",
            "reply: does not go with url: what is real answers by itself",
        ),
        (
            "run: b, unreachable: true",
            "unreachable: does not go with run: what is real answers by itself",
        ),
        ("url: http://a, cwd: b", "cwd: goes with run, and not with url"),
        ("env: {A: b}", "env: goes with run, and there is none"),
        ("host: cluster", "host: goes with url or run, and there is none"),
        ("url: http://a, host: b", "host: expected cluster, found 'b'"),
        (
            "url: 'https://a'",
            "url: only http is spoken; expected http://HOST:PORT/PATH, found 'https://a'",
        ),
        (
            "url: 'http://u:p@a'",
            "url: has credentials; expected http://HOST:PORT/PATH, found 'http://…@a'",
        ),
        (
            "url: 'http://a?b=c'",
            "url: has a query; expected http://HOST:PORT/PATH, found 'http://a?b=c'",
        ),
        (
            "url: 'a:1'",
            "url: only http is spoken; expected http://HOST:PORT/PATH, found 'a:1'",
        ),
        (
            "url: 'http://a:0'",
            "url: is no URL of a service; expected http://HOST:PORT/PATH, found 'http://a:0'",
        ),
        ("run: ''", "run: is empty; expected a command such as python ship.py"),
        ('run: "a \'b"', "run: is no command: no closing quotation"),
        ("run: a, env: {PORT: 0}", "env.PORT: expected a port, 1 to 65535, found '0'"),
        (
            "run: a, watch: ['*.py', /etc/*]",
            "watch: expected files below cwd, such as *.py or **/*.py, found '/etc/*'",
        ),
        (
            "run: a, watch: '**.py'",
            "watch: expected files below cwd, such as *.py or **/*.py, found '**.py'",
        ),
        ('run: "a \\0"', "run: is no command: it has a byte of 0"),
        ("run: a, env: {'A=B': c}", "env.A=B: is no variable of an environment"),
        (
            "run: a, ready: {path: health}",
            "ready.path: expected a path such as /health, found 'health'",
        ),
    ],
)
def test_of_what_does_not_fit_a_real_service_both_are_named(
    service: str, fault: str
) -> None:
    found = faults(f"services: {{s: {{{service}}}}}")

    assert found == [f"spec.services.s.{fault}"]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (
            "run: a, every: 1s",
            "every: does not go with run: the program sends by itself",
        ),
        (
            "overrides: {extensions: {a: b}}",
            "overrides: goes with run, and there is none",
        ),
        (
            "run: a, overrides: {extensions: {a-b: c}}",
            "overrides.extensions.a-b: is no name of an extension: a to z, 0 to 9",
        ),
    ],
)
def test_of_what_does_not_fit_a_program_that_sends_both_are_named(
    source: str, fault: str
) -> None:
    found = faults(f"sources: {{p: {{sink: broker/default, {source}}}}}")

    assert found == [f"spec.sources.p.{fault}"]


def test_two_programs_cannot_listen_on_one_port() -> None:
    found = faults(
        "services: {s: {run: a, env: {PORT: 80}}, z: {run: b, env: {PORT: 80}}}"
    )

    assert found == ["spec.services.z.env.PORT: service 's' is started at port 80, too"]


def test_in_virtual_time_a_stub_stands_in_for_what_is_real_and_check_says_so() -> None:
    sim = Simulation(
        topology(
            "services: {s: {url: 'http://127.0.0.1:1', latency: 5ms}}\n"
            "sources: {p: {run: a, sink: broker/default}}"
        )
    )
    sim.send(type="a")

    sim.run()

    assert [(each.status, each.at_ns) for each in sim.received("s")] == [(202, 0)]
    assert sim.now_ns == 5_000_000
    assert [f"{each.code}: {each.subject}" for each in sim.findings] == [
        "stub: service s",
        "silent-source: source p",
    ]


def test_a_function_that_plays_a_real_service_takes_its_place() -> None:
    sim = Simulation(
        topology("services: {s: {url: 'http://127.0.0.1:1'}}"),
        services={"s": lambda event: 418},
    )
    sim.send(type="a")

    sim.run()

    assert [each.status for each in sim.received("s")] == [418]
    assert [each.code for each in sim.findings if each.code == "stub"] == []
