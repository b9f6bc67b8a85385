"""Topologies that the command is tried on, in a folder of their own."""

import json

SHOP = """\
topology: shop
brokers:
  default:
    delivery:
      retry: 2
      backoffPolicy: exponential
      backoffDelay: PT0.5S
      deadLetterSink: dead-letters
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
  ship: {filters: [{exact: {type: order.priced}}], subscriber: shipping}
  mail: {filter: {type: order.shipped}, subscriber: mail}
  bill: {filter: {type: order.priced}, subscriber: billing}
services:
  pricing: {reply: {type: order.priced, data: {total: 42}}}
  shipping: {responses: [503, 503, 202]}
  billing: {responses: [{status: 500, body: card declined}]}
  dead-letters: {}
"""

MESS = """\
topology: mess
brokers:
  default: {}
channels:
  audit: {}
triggers:
  loop: {subscriber: echoer}
  lost: {filter: {type: b}, subscriber: down}
  sunk: {filter: {type: c}, subscriber: nowhere, delivery: {deadLetterSink: down}}
  ghost: {broker: other, subscriber: x}
services:
  echoer: {echo: true}
  down: {unreachable: true}
"""

TROUBLE = """\
topology: trouble
brokers:
  default:
    delivery: {timeout: PT1S, retry: 1, backoffPolicy: linear, backoffDelay: PT1S}
channels:
  audit: {}
subscriptions:
  log: {channel: audit, subscriber: slow}
triggers:
  a: {filter: {type: tick}, subscriber: slow}
  b: {filter: {type: tock}, subscriber: hangs}
  c: {filter: {type: tock}, subscriber: boom}
  d: {filters: [{cesql: "1 + 1"}], subscriber: never}
services:
  slow: {latency: 500ms, emit: [{event: {type: tock}, to: broker/default}]}
  hangs: {responses: [{hang: true}]}
  boom: {handler: "h.py:boom"}
sources:
  ticker: {every: 1m, event: {type: tick, data: {n: 1}}, sink: broker/default}
"""

HANDLERS = """\
def boom(event):
    raise ValueError("bad value")
"""

BAD = """\
topology: bad
brokers:
  default: {delivery: {retry: 2}}
triggers:
  price: {filtr: {type: order.placed}, subscriber: pricing}
  ship: {subscriber: shipping, brokr: x}
"""

HUBS = """\
topology: hubs
brokers:
  one: {}
  two: {}
triggers:
  a: {broker: one, filters: [{all: [{exact: {type: x}}, {exact: {region: eu}}]}], subscriber: s}
services:
  s: {}
"""

EVENTS = """\
{"type": "order.placed", "id": "1", "source": "/test", "data": {"n": 1}}

{"type": "order.lost", "id": "2", "source": "/test"}
"""

NEVER = """\
topology: never
brokers:
  empty: {}
  odd: {}
  other: {}
triggers:
  never: {broker: odd, filters: [{exact: {type: x}}, {exact: {type: z}}], subscriber: s}
  sql: {broker: other, filters: [{cesql: "type LIKE 'order%'"}], subscriber: s}
services:
  s: {}
"""

CHANNEL = """\
topology: channel
channels:
  audit: {}
"""

FAULTY = """\
topology: faulty
brokers:
  default: {delivery: {retry: 1, backoffPolicy: linear, backoffDelay: 1s, deadLetterSink: dead}}
triggers:
  work: {subscriber: worker}
services:
  worker: {}
  dead: {}
sources:
  clock: {every: 1s, count: 5, event: {type: tick}, sink: broker/default}
faults:
- {at: worker, status: 503, until: 2s, count: 1}
- {at: worker, duplicate: true, where: id = 'clock-2'}
- {at: broker/default, latency: 200ms, from: 3s}
- {at: broker/default, status: 503, from: 5s}
- {at: "*", drop: true, from: 4200ms}
"""

APPROVED = """\
topology: approved
brokers:
  default: {delivery: {deadLetterSink: refused}}
triggers:
  ask: {filter: {type: order.placed}, subscriber: manager}
  ship: {filter: {type: order.approved}, subscriber: shipping}
services:
  manager:
    approval:
      approve: {reply: {type: order.approved}}
      policy: {approve: amount < 100, reject: amount > 5000, after: 2s}
  shipping: {}
  refused: {}
sources:
  small: {at: 0s, event: {type: order.placed, amount: "20"}, sink: broker/default}
  large: {at: 1s, event: {type: order.placed, amount: "9000"}, sink: broker/default}
  other: {at: 2s, event: {type: order.placed, amount: "900"}, sink: broker/default}
"""

WAITING = """\
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: default}
---
apiVersion: sources.knative.dev/v1
kind: RedisStreamSource
metadata: {name: orders}
---
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata:
  name: price
  annotations:
    knative.dev/dependency: '{"apiVersion": "sources.knative.dev/v1", "kind": "RedisStreamSource", "name": "orders"}'
spec:
  broker: default
  subscriber: {uri: http://pricing.example}
"""

TEAMS = """\
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: default}
---
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: default, namespace: shop}
"""

FILES: dict[str, str | bytes] = {
    "approved.yaml": APPROVED,
    "faulty.yaml": FAULTY,
    "faulty-wrong.yaml": FAULTY.replace("at: worker, dup", "at: werker, dup"),
    "never.yaml": NEVER,
    "channel.yaml": CHANNEL,
    "many.json": json.dumps([{"type": f"t{n}"} for n in range(12)]),
    "shop.yaml": SHOP,
    "waiting.yaml": WAITING,
    "teams.yaml": TEAMS,
    "mess.yaml": MESS,
    "trouble.yaml": TROUBLE,
    "h.py": HANDLERS,
    "bad.yaml": BAD,
    "hubs.yaml": HUBS,
    "events.jsonl": EVENTS,
    "array.json": '[{"type": "a", "id": "1"}, {"type": "b"}]',
    "trouble.jsonl": '{"type": "a"}\n{"typ": "b"}\n{"type": NaN}\n',
    "latin1.json": b'{"type": "\xe9"}',
}
