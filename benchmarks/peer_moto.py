"""moto's EventBridge with an SQS queue behind every rule."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import boto3
from moto import mock_aws

from benchmarks.peers import events_for, names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.peers import Measured

_PER_SECOND = 120
_REGION = "eu-central-1"
_WAITING = "ApproximateNumberOfMessages"
_KEYS = {
    "region_name": _REGION,
    "aws_access_key_id": "none",
    "aws_secret_access_key": "none",
}


def samples(rules: int, every: bool) -> Iterator[Measured]:
    """Put events one by one on a bus with so many rules."""
    count = events_for(rules, _PER_SECOND, every=every)
    with mock_aws():
        bridge, queues = boto3.client("events", **_KEYS), boto3.client("sqs", **_KEYS)
        bridge.create_event_bus(Name="bus")
        url = queues.create_queue(QueueName="queue")["QueueUrl"]
        arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        target = {"Id": "1", "Arn": arn["Attributes"]["QueueArn"]}
        for n, name in enumerate(names(rules, every=every)):
            pattern = json.dumps({"detail-type": [name]})
            bridge.put_rule(Name=f"r{n}", EventBusName="bus", EventPattern=pattern)
            bridge.put_targets(Rule=f"r{n}", EventBusName="bus", Targets=[target])
        waiting = 0
        while True:
            start = time.perf_counter()
            for _ in range(count):
                entry = {
                    "EventBusName": "bus",
                    "Source": "bench",
                    "DetailType": "wanted",
                    "Detail": json.dumps({"order": 1}),
                }
                bridge.put_events(Entries=[entry])
            seconds = time.perf_counter() - start
            found = queues.get_queue_attributes(QueueUrl=url, AttributeNames=[_WAITING])
            before, waiting = waiting, int(found["Attributes"][_WAITING])
            yield waiting - before, seconds
