"""What is said of a service decides whether it needs asking."""

from __future__ import annotations

import pytest

from simulator.kernel import Failure
from simulator.subscribers.approval_spec import ApprovalSpec
from simulator.subscribers.latency import Latency
from simulator.subscribers.replies import Echo, StaticReply
from simulator.subscribers.script import Response, Rule
from simulator.subscribers.service_spec import Emission, ServiceSpec

EMISSION = Emission(
    event=StaticReply(members={}), to="broker/default", after_ns=0, match={}
)


@pytest.mark.parametrize(
    "spec",
    [
        ServiceSpec(),
        ServiceSpec(hosts=("api.example.com",)),
        ServiceSpec(latency=Latency(first=0)),
        ServiceSpec(unreachable=True),
        ServiceSpec(latency=Latency(first=1)),
        ServiceSpec(latency=Latency(shape="exponential")),
        ServiceSpec(latency=Latency(shape="normal", second=1)),
        ServiceSpec(responses=(Response(),)),
        ServiceSpec(rules=(Rule(match={}, responses=()),)),
        ServiceSpec(reply=Echo()),
        ServiceSpec(emissions=(EMISSION,)),
        ServiceSpec(approval=ApprovalSpec()),
        ServiceSpec(handler="shop:price"),
    ],
    ids=[
        "nothing", "hosts", "no latency", "unreachable", "latency", "distribution", "deviation",
        "responses", "rules", "reply", "emissions", "approval", "handler",
    ],
)  # fmt: skip
def test_a_service_is_constant_when_nothing_but_its_hosts_is_said(
    spec: ServiceSpec,
) -> None:
    nothing_said = ServiceSpec(hosts=spec.hosts)

    constant = spec.is_constant

    assert constant == (spec == nothing_said)


HEADERS = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t"}
ENVELOPE = {"content-type": "application/cloudevents+json"}


@pytest.mark.parametrize(
    ("response", "replies"),
    [
        (Response(), False),
        (Response(reply=Echo()), True),
        (Response(status=400, reply=Echo()), False),
        (Response(reply=Echo(), failure=Failure.RESET), False),
        (Response(headers={"content-type": "text/json"}, body=b"{}"), False),
        (Response(body=b"{}"), False),
        (Response(headers=HEADERS), True),
        (Response(headers=HEADERS, body=b"{}"), True),
        (Response(headers={**HEADERS, "ce-specversion": "2"}), False),
        (Response(headers=ENVELOPE, body=b'{"specversion": "1.0"}'), True),
        (Response(headers=ENVELOPE, body=b"{"), False),
    ],
)
def test_a_service_replies_where_a_success_carries_an_event(
    response: Response, *, replies: bool
) -> None:
    spec = ServiceSpec(responses=(response,))

    assert spec.replies is replies
