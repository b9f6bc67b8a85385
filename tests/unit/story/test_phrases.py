from simulator import Simulation, Topology
from simulator.story.phrases import flow_line
from tests.unit.trace.runs import orders


def flow(sim: Simulation) -> list[str]:
    return list(map(flow_line, sim.trace))


def test_every_record_is_one_line_with_time_kind_ends_type_and_remark() -> None:
    assert flow(orders()) == [
        "       0s  sent             (caller) → broker/default  order.placed",
        "       0s  accepted         broker/default  order.placed  matches 1 route",
        "       0s  dispatched       trigger/price → service/pricing  order.placed",
        "       0s  responded        service/pricing → trigger/price  order.placed  200",
        "       0s  replied          trigger/price → broker/default  order.priced",
        "       0s  accepted         broker/default  order.priced  matches 1 route",
        "       0s  dispatched       trigger/ship → service/shipping  order.priced",
        "       0s  responded        service/shipping → trigger/ship  order.priced  503",
        "       0s  dead-lettered    trigger/ship → service/dead-letters  order.priced",
        "       0s  responded        service/dead-letters → trigger/ship  order.priced  200",
        "       0s  responded        broker/default → trigger/price  order.priced  202",
        "       0s  answered         broker/default → (caller)  order.placed  202",
    ]


INTERVENTIONS = """
topology: interventions
brokers: {default: {delivery: {retry: 1, timeout: 1h}}}
triggers: {ship: {filter: {type: a}, subscriber: gate}}
services: {gate: {approval: {}}}
faults: [{at: gate, status: 503, count: 1}]
"""


def test_what_somebody_did_to_the_run_is_told() -> None:
    sim = Simulation(Topology.parse(INTERVENTIONS))
    sim.break_at("broker/default")
    sim.send(type="a")
    sim.run(until="1s")
    sim.release(sim.held[0].serial)
    sim.run(until="1s")
    sim.reject(sim.approvals[0].serial, "too dear")

    assert flow(sim) == [
        "       0s  fault-set        service/gate  simulator.fault  fault 1: status 503, count 1",
        "       0s  sent             (caller) → broker/default  a",
        "       0s  held             broker/default  a  breakpoint 1",
        "       0s  released         broker/default  a",
        "       0s  accepted         broker/default  a  matches 1 route",
        "       0s  dispatched       trigger/ship → service/gate  a",
        "       0s  fault-hit        trigger/ship → service/gate  a  fault 1: status 503",
        "       0s  responded        service/gate → trigger/ship  a  503",
        "       0s  retry-scheduled  trigger/ship → service/gate  a  attempt 2 in 0s",
        "       0s  dispatched       trigger/ship → service/gate  a  attempt 2",
        "       0s  waiting          service/gate → trigger/ship  a",
        "       1s  rejected         service/gate  a  403 too dear",
    ]


RETRIES = """
topology: retries
brokers:
  default: {delivery: {retry: 1, backoffPolicy: linear, backoffDelay: 1500ms}}
triggers: {ship: {filter: {type: a}, subscriber: shipping}}
services: {shipping: {responses: [{reset: true}, {close: true}]}}
"""


def test_attempts_waits_faults_and_losses_are_told() -> None:
    sim = Simulation(Topology.parse(RETRIES))
    sim.send(type="a")
    sim.send(type="b")

    sim.run()

    remarks = [line.split("  ")[-1] for line in flow(sim)]
    assert remarks == [
        "a",
        "matches 1 route",
        "a",
        "b",
        "matches nothing",
        "202",
        "reset",
        "attempt 2 in 0s",
        "attempt 2",
        "closed",
        "500 no dead letter sink",
        "500",
    ]


def test_of_a_traceback_only_the_error_is_told() -> None:
    sim = Simulation(Topology.parse(RETRIES.replace("retry: 1", "retry: 0")))

    @sim.service("shipping")
    def shipping(event: object) -> None:
        raise LookupError("no such order")

    sim.send(type="a")
    sim.run()

    assert flow(sim)[3].endswith("500 LookupError: no such order")
