"""What becomes of a Knative Service: revisions, traffic, conditions."""

from typing import Any

from simulator.serving.life import EXITED, Life, Status, Step

_S = 1_000_000_000
_UNROUTED = "IngressNotConfigured: Ingress has not yet been reconciled."


def step(at: int, *, traffic: str = "", **what: Any) -> Step:
    shares = ((traffic, 100),) if traffic else ()
    return Step(at_ns=at * _S, **{"shares": shares, **what})


def life(*steps: Step, **other: Any) -> Life:
    fields: dict[str, Any] = {
        "name": "poc",
        "namespace": "default",
        "created": Step(at_ns=0, image="a"),
        "steps": steps,
        "cold_start_ns": 5 * _S,
        "routing_ns": _S,
    }
    return Life(**(fields | other))


def told(status: Status) -> dict[str, str]:
    """Give each condition as ``False RevisionFailed: …``."""
    return {
        each.type: f"{each.status.value} {each.reason}: {each.message}".rstrip(": ")
        for each in status.conditions
    }


def seen(life: Life) -> list[tuple[int, str, str, str]]:
    """Give second, latest ready revision, traffic and Ready of each state."""
    return [
        (
            at_ns // _S,
            status.latest_ready.removeprefix("poc-"),
            status.traffic.removeprefix("poc-"),
            status.condition("Ready").status.value,
        )
        for at_ns, status in life.course()
    ]


def at(life: Life, second: int) -> Status:
    """Give the state at the end of an instant."""
    return [status for at_ns, status in life.course() if at_ns <= second * _S][-1]


def test_a_service_is_ready_after_its_cold_start_and_the_ingress() -> None:
    assert seen(life()) == [
        (0, "", "", "Unknown"),
        (5, "00001", "00001", "Unknown"),
        (6, "00001", "00001", "True"),
    ]
    assert told(at(life(), 4))["Ready"] == (
        'Unknown RevisionMissing: Configuration "poc" is waiting for a Revision to '
        "become ready."
    )
    assert told(at(life(), 5)) == {
        "Ready": f"Unknown {_UNROUTED}",
        "ConfigurationsReady": "True",
        "RoutesReady": f"Unknown {_UNROUTED}",
    }


def test_another_image_makes_a_revision_and_the_same_makes_none() -> None:
    # given
    same_then_other = life(step(60, image="a"), step(70, image="b"))

    # when
    status = at(same_then_other, 80)

    # then
    assert [(each.name, each.image) for each in status.revisions] == [
        ("poc-00001", "a"),
        ("poc-00002", "b"),
    ]
    assert (status.latest_created, status.latest_ready) == ("poc-00002", "poc-00002")


def test_a_failed_revision_leaves_the_one_before_it_where_it_is() -> None:
    # when
    status = at(life(step(60, image="b", ready=False)), 60)

    # then
    assert (status.latest_created, status.latest_ready) == ("poc-00002", "poc-00001")
    assert status.traffic == "poc-00001"
    failed = (
        f'False RevisionFailed: Revision "poc-00002" failed with message: {EXITED}.'
    )
    assert told(status) == {
        "Ready": failed,
        "ConfigurationsReady": failed,
        "RoutesReady": "True",
    }


def test_traffic_that_goes_back_does_not_make_a_service_with_a_failure_ready() -> None:
    # given
    rolled_back = life(
        step(60, image="b"),
        step(120, image="c", ready=False),
        step(180, traffic="previous"),
    )

    # when
    status = at(rolled_back, 200)

    # then
    assert status.traffic == "poc-00001"
    assert told(status)["RoutesReady"] == "True"
    assert told(status)["Ready"].startswith("False RevisionFailed")


def test_a_service_without_any_ready_revision_has_nothing_to_route_to() -> None:
    # when
    status = at(life(created=Step(at_ns=0, image="a", ready=False)), 0)

    # then
    assert status.traffic == status.latest_ready == ""
    assert told(status)["Ready"] == told(status)["RoutesReady"]
    assert told(status)["RoutesReady"] == (
        'False RevisionMissing: Configuration "poc" does not have any ready Revision.'
    )


def test_traffic_to_a_named_revision_waits_until_it_is_ready() -> None:
    # given
    early = life(step(60, image="b"), step(61, traffic="poc-00002"))

    # when, then
    assert told(at(early, 61))["RoutesReady"] == (
        'Unknown RevisionMissing: Revision "poc-00002" is not yet ready.'
    )
    assert at(early, 65).traffic == "poc-00002"
    assert told(at(early, 66))["Ready"] == "True"


def test_shares_need_all_their_revisions_and_follow_the_latest_where_they_say_so() -> (
    None
):
    # given
    canary = life(
        step(60, image="b"),
        step(61, shares=(("poc-00001", 90), ("poc-00002", 10))),
        step(80, shares=(("previous", 30), ("latest", 70))),
        step(90, image="c"),
        step(100, image="d", ready=False),
        step(110, shares=(("poc-00003", 50), ("poc-00004", 50))),
    )

    # when, then
    assert at(canary, 61).shares == ()
    assert at(canary, 65).shares == (("poc-00001", 90), ("poc-00002", 10))
    assert at(canary, 80).shares == (("poc-00001", 30), ("poc-00002", 70))
    assert at(canary, 95).shares == (("poc-00001", 30), ("poc-00003", 70))
    assert told(at(canary, 110))["RoutesReady"] == (
        'False RevisionMissing: Revision "poc-00004" failed to become ready.'
    )


def test_pinned_traffic_stays_and_follows_again_when_it_is_told_to() -> None:
    # given
    pinned = life(
        step(60, image="b"),
        step(70, traffic="previous"),
        step(80, image="c"),
        step(90, traffic="latest"),
    )

    # when, then
    assert at(pinned, 86).latest_ready == "poc-00003"
    assert at(pinned, 86).traffic == "poc-00001"
    assert at(pinned, 90).traffic == "poc-00003"


def test_a_slow_revision_becomes_the_latest_ready_one_until_a_newer_one_is() -> None:
    # given
    overtaken = life(step(60, image="b"), step(62, image="c"))

    # when, then
    assert seen(overtaken)[3:] == [
        (60, "00001", "00001", "Unknown"),
        (62, "00001", "00001", "Unknown"),
        (65, "00002", "00002", "Unknown"),
        (66, "00002", "00002", "Unknown"),
        (67, "00003", "00003", "Unknown"),
        (68, "00003", "00003", "True"),
    ]


def test_what_is_said_of_the_newest_revision_takes_the_place_of_what_was_planned() -> (
    None
):
    # given
    failing = life(step(60, image="b"), step(62, ready=False), step(100, ready=True))

    # when, then
    assert at(failing, 70).latest_ready == "poc-00001"
    assert told(at(failing, 70))["ConfigurationsReady"].startswith("False")
    assert at(failing, 100).latest_ready == "poc-00002"


def test_a_deleted_service_comes_to_nothing_more() -> None:
    # when
    course = list(life(step(3, delete=True)).course())

    # then
    assert [(at_ns, status.deleted) for at_ns, status in course] == [
        (0, False),
        (3 * _S, True),
    ]


def test_all_steps_that_cannot_be_done_are_named() -> None:
    # given
    wrong = life(
        step(1, traffic="previous"),
        step(10, traffic="previous"),
        step(20, traffic="poc-0001"),
        step(30, image="a", ready=False),
        step(40, delete=True),
        step(50, image="b"),
    )

    # when, then
    assert wrong.wrong() == [
        ("steps[0].traffic", "no revision is ready"),
        (
            "steps[1].traffic",
            "no revision is older than poc-00001, which has the traffic",
        ),
        (
            "steps[2].traffic",
            (
                "there is no revision 'poc-0001' by then; did you mean 'poc-00001'? "
                "(there are: poc-00001)"
            ),
        ),
        (
            "steps[3].image",
            "is the image that it has; no revision is made that could fail",
        ),
        ("steps[5]", "the service is deleted by then"),
    ]
