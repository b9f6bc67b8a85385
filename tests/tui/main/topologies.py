"""Topologies that show one thing each."""

# Two namespaces, so that one of them can be folded.
TWO_NAMESPACES = """\
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: default, namespace: shop}
---
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: bill, namespace: shop}
spec:
  broker: default
  subscriber: {ref: {apiVersion: v1, kind: Service, name: billing}}
---
apiVersion: v1
kind: Service
metadata: {name: billing, namespace: shop}
---
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: hand-over, namespace: shop}
spec:
  broker: default
  subscriber:
    ref: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: default, namespace: ship}
---
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: default, namespace: ship}
---
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: pack, namespace: ship}
spec:
  broker: default
  subscriber: {ref: {apiVersion: v1, kind: Service, name: packing}}
---
apiVersion: v1
kind: Service
metadata: {name: packing, namespace: ship}
"""

# Nothing that comes by itself; one service answers, one fails, one is asked twice.
DESK = """\
topology: desk
brokers:
  default:
    delivery: {retry: 1, backoffPolicy: linear, backoffDelay: 1s, deadLetterSink: dead}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
  bill: {filter: {type: order.priced}, subscriber: billing}
  every: {subscriber: audit}
services:
  pricing: {reply: {type: order.priced, data: {total: 42}}}
  billing: {responses: [{status: 503}, {status: 503}, {times: 999}]}
  audit: {}
  dead: {}
"""

# Posts what it gets to the broker that it came from: nothing ends that.
LOOP = """\
topology: loop
brokers: {default: {}}
triggers: {again: {subscriber: poster}}
services: {poster: {emit: [{event: {type: again}, to: broker/default}]}}
"""

RAISES = """\
topology: raises
brokers: {default: {}}
triggers: {all: {subscriber: boom}}
services: {boom: {handler: "boom.py:boom"}}
"""
RAISING = """\
def boom(event):
    raise ValueError("no such customer")
"""

NO_SOURCES = """\
topology: quiet
brokers: {default: {}}
triggers: {all: {subscriber: archive}}
services: {archive: {}}
"""

GATE = """\
topology: gate
brokers: {default: {}}
triggers: {ask: {filter: {type: order.placed}, subscriber: manager}}
services:
  manager:
    approval:
      approve: {reply: {type: order.approved, by: desk, data: {total: 42}}}
"""
