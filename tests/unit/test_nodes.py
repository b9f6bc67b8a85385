import pytest

from simulator.nodes import Role, name_of, node_name, role_of


def test_a_node_outside_the_default_namespace_names_its_own() -> None:
    assert node_name("broker", "default", "b") == "broker/b"
    assert node_name("broker", "team", "b") == "broker/team/b"


@pytest.mark.parametrize(
    ("node", "role"),
    [
        ("broker/default", Role.BROKER),
        ("channel/team/audit", Role.CHANNEL),
        ("trigger/price", Role.TRIGGER),
        ("service/pricing", Role.SERVICE),
        ("host/example.com", Role.SERVICE),
        ("nowhere/example.com", Role.NOWHERE),
        ("pingsource/orders", Role.SOURCE),
        ("", None),
    ],
)
def test_the_word_of_a_node_says_what_it_does(node: str, role: Role | None) -> None:
    assert role_of(node) is role


def test_hubs_fan_out_and_routes_hand_on() -> None:
    hubs = [role for role in Role if role.is_hub]
    routes = [role for role in Role if role.is_route]

    assert hubs == [Role.BROKER, Role.CHANNEL]
    assert routes == [Role.TRIGGER, Role.SUBSCRIPTION]


def test_the_name_of_a_node_is_without_its_word() -> None:
    assert name_of("service/team/pricing") == "team/pricing"
    assert name_of("you") == "you"
