"""Manifests of a large installation: as many documents as one asks for."""

from __future__ import annotations

_TEAM = 100
_SERVICES = 19
_BROKER = """\
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata:
  name: default
  namespace: team-{team}
  annotations:
    eventing.knative.dev/broker.class: MTChannelBasedBroker
spec:
  delivery:
    retry: 5
    backoffPolicy: exponential
    backoffDelay: PT0.5S
"""
_SERVICE = """\
apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: service-{n}
  namespace: team-{team}
  labels:
    app.kubernetes.io/part-of: shop
spec:
  template:
    spec:
      containers:
      - image: registry.example.com/team-{team}/service-{n}:1.4.2
        env:
        - name: LOG_LEVEL
          value: info
"""
_TRIGGER = """\
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata:
  name: trigger-{n}
  namespace: team-{team}
  labels:
    app.kubernetes.io/part-of: shop
spec:
  broker: default
  filters:
  - exact:
      type: com.example.order.{n}
  - prefix:
      source: /shop/eu
  subscriber:
    ref:
      apiVersion: serving.knative.dev/v1
      kind: Service
      name: service-{service}
  delivery:
    retry: 3
    backoffPolicy: linear
    backoffDelay: PT1S
"""


def manifests(count: int) -> str:
    """Write so many documents: for each team a broker, its services and triggers."""
    return "---\n".join(_document(number) for number in range(count))


def _document(number: int) -> str:
    team, n = divmod(number, _TEAM)
    if n == 0:
        return _BROKER.format(team=team)
    if n <= _SERVICES:
        return _SERVICE.format(team=team, n=n)
    return _TRIGGER.format(team=team, n=n, service=1 + n % _SERVICES)
