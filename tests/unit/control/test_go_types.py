from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from simulator.control import admit
from tests.unit.control.examples import (
    A_SERVICE,
    SHIPPED,
    broker,
    channel,
    flow,
    manifest,
    ping,
    spec_of,
    texts,
    trigger,
)

DECODE = "cannot decode incoming new object: json: "


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (broker({"bogus": 1}), 'unknown field "bogus"'),
        (
            broker({"delivery": {"retry": "3"}}),
            (
                "cannot unmarshal string into Go struct field "
                "DeliverySpec.spec.delivery.retry of type int32"
            ),
        ),
        (
            broker({"delivery": {"retry": 1 << 31}}),
            (
                "cannot unmarshal number 2147483648 into Go struct field "
                "DeliverySpec.spec.delivery.retry of type int32"
            ),
        ),
        (
            broker({"delivery": {"backoffPolicy": []}}),
            (
                "cannot unmarshal array into Go struct field "
                "DeliverySpec.spec.delivery.backoffPolicy of type v1.BackoffPolicyType"
            ),
        ),
        (
            channel({"delivery": {"retry": True}}),
            (
                "cannot unmarshal bool into Go struct field "
                "DeliverySpec.spec.ChannelableSpec.delivery.retry of type int32"
            ),
        ),
        (
            trigger({"filter": {"attributes": {"type": 5}}}),
            (
                "cannot unmarshal number into Go struct field "
                "TriggerFilter.spec.filter.attributes of type string"
            ),
        ),
        (
            trigger({"filter": {"attributes": []}}),
            (
                "cannot unmarshal array into Go struct field "
                "TriggerFilter.spec.filter.attributes of type v1.TriggerFilterAttributes"
            ),
        ),
        (
            trigger({"filters": {}}),
            (
                "cannot unmarshal object into Go struct field "
                "TriggerSpec.spec.filters of type []v1.SubscriptionsAPIFilter"
            ),
        ),
        (
            trigger({"filters": [{"not": {"exact": {"type": {}}}}]}),
            (
                "cannot unmarshal object into Go struct field "
                "SubscriptionsAPIFilter.spec.filters.not.exact of type string"
            ),
        ),
        (
            flow("Sequence", {"steps": [{"uri": 1}]}),
            (
                "cannot unmarshal number into Go struct field "
                "SequenceStep.spec.steps.Destination.uri of type string"
            ),
        ),
        (
            ping({"sink": "x"}),
            (
                "cannot unmarshal string into Go struct field "
                "PingSourceSpec.spec.SourceSpec.sink of type v1.Destination"
            ),
        ),
        (
            manifest(
                "eventing.knative.dev/v1beta3",
                "EventType",
                {"attributes": [{"required": "yes"}]},
            ),
            (
                "cannot unmarshal string into Go struct field "
                "EventAttributeDefinition.spec.attributes.required of type bool"
            ),
        ),
        (
            broker({}, labels={"a": 1}),
            (
                "cannot unmarshal number into Go struct field "
                "ObjectMeta.metadata.labels of type string"
            ),
        ),
        (
            {**broker(), "metadata": "x"},
            "cannot unmarshal string into Go value of type struct {}",
        ),
        (
            {**broker(), "metadata": []},
            "cannot unmarshal array into Go value of type struct {}",
        ),
        (
            {**broker(), "metadata": 1},
            "cannot unmarshal number into Go value of type struct {}",
        ),
        (
            {**broker(), "metadata": True},
            "cannot unmarshal bool into Go value of type struct {}",
        ),
        (
            {**broker(), "status": []},
            (
                "cannot unmarshal array into Go struct field "
                "Broker.status of type v1.BrokerStatus"
            ),
        ),
    ],
)
def test_a_manifest_that_does_not_fit_its_type_is_refused_in_gos_words(
    new: dict[str, Any], expected: str
) -> None:
    admission = admit(new, config=SHIPPED)

    assert (admission.valid, admission.stage) == (False, "decode")
    assert [fault.message for fault in admission.faults] == [DECODE + expected]
    assert admission.defaulted is None


def test_the_first_misfit_in_the_document_is_the_one_reported() -> None:
    new = broker({"bogus": 1, "delivery": {"retry": "x"}})

    assert texts(admit(new, config=SHIPPED)) == [f'{DECODE}unknown field "bogus": ']


def test_a_url_that_cannot_be_parsed_ends_the_decoding() -> None:
    sink = {"uri": "http://[::1"}
    new = broker({"bogus": 1, "delivery": {"deadLetterSink": sink}})

    (fault,) = admit(new, config=SHIPPED).faults
    assert fault.message == (
        "cannot decode incoming new object: parse \"http://[::1\": missing ']' in host"
    )


def test_unknown_fields_of_the_metadata_are_dropped() -> None:
    admission = admit(broker({}, bogus=1, uid="u"), config=SHIPPED)

    assert admission.valid
    assert admission.defaulted is not None
    assert "bogus" not in admission.defaulted["metadata"]
    assert admission.defaulted["metadata"]["uid"] == "u"


def test_metadata_whose_key_is_in_another_case_is_read_strictly() -> None:
    new = {**broker(), "Metadata": {"bogus": 1}}
    del new["metadata"]

    assert texts(admit(new, config=SHIPPED)) == [f'{DECODE}unknown field "bogus": ']


def test_keys_match_whatever_their_case() -> None:
    spec = spec_of(broker({"DELIVERY": {"Retry": 3}}))

    assert spec["delivery"] == {"retry": 3}


def test_null_is_as_good_as_absent() -> None:
    spec = spec_of(trigger({"filter": None, "filters": [None], "delivery": None}))

    assert spec["filter"] == {}
    assert spec["filters"] == [{}]
    assert "delivery" not in spec


def test_null_in_a_map_is_the_empty_text() -> None:
    spec = spec_of(trigger({"filter": {"attributes": {"type": None}}}))

    assert spec["filter"] == {"attributes": {"type": ""}}


def test_empty_fields_that_go_omits_are_left_out() -> None:
    spec = spec_of(trigger({"filters": [], "filter": {"attributes": {}}}))

    assert "filters" not in spec
    assert spec["filter"] == {}


@pytest.mark.parametrize(
    ("version", "kind", "shown"),
    [
        ("eventing.knative.dev/v1", "Nope", "eventing.knative.dev/v1, Kind=Nope"),
        ("v1", "Broker", "v1, Kind=Broker"),
        ("eventing.knative.dev/v1", None, "eventing.knative.dev/v1, Kind="),
    ],
)
def test_a_kind_without_webhook_is_unhandled(
    version: str, kind: object, shown: str
) -> None:
    admission = admit({"apiVersion": version, "kind": kind}, config=SHIPPED)

    assert admission.stage == "decode"
    assert admission.faults[0].message == f"unhandled kind: {shown}"


def test_a_kind_that_is_no_text_is_refused_without_the_usual_words() -> None:
    admission = admit({**broker(), "kind": 5}, config=SHIPPED)

    (fault,) = admission.faults
    assert (admission.stage, fault.message) == (
        "decode",
        "json: cannot unmarshal number into Go struct field TypeMeta.kind of type string",
    )


def test_of_a_type_that_is_written_twice_in_two_cases_the_later_counts() -> None:
    later = admit({**broker(), "apiversion": "x"}, config=SHIPPED)
    earlier = admit({"KIND": "x", **broker()}, config=SHIPPED)

    assert later.faults[0].message == "unhandled kind: x, Kind=Broker"
    assert earlier.valid


@pytest.mark.parametrize(
    ("new", "where"),
    [
        (
            flow("Sequence", {"steps": [], "channelTemplate": {"kind": 5}}),
            "ChannelTemplateSpec.spec.channelTemplate.TypeMeta.kind",
        ),
        (
            manifest(
                "eventing.knative.dev/v1alpha1",
                "EventPolicy",
                {"to": [{"selector": {"apiVersion": 5}}]},
            ),
            "EventPolicySelector.spec.to.selector.TypeMeta.apiVersion",
        ),
    ],
)
def test_what_a_struct_embeds_is_named_in_the_path(
    new: dict[str, Any], where: str
) -> None:
    assert texts(admit(new, config=SHIPPED)) == [
        f"{DECODE}cannot unmarshal number into Go struct field {where} of type string: "
    ]


def test_an_old_object_that_does_not_fit_is_named_as_such() -> None:
    admission = admit(broker(), config=SHIPPED, old=broker({"bogus": 1}))

    assert texts(admission) == [
        'cannot decode incoming old object: json: unknown field "bogus": '
    ]


def test_the_input_is_not_changed() -> None:
    new = trigger({"delivery": {"deadLetterSink": deepcopy(A_SERVICE)}})
    before = deepcopy(new)

    admit(new, config=SHIPPED, old=new)

    assert new == before
