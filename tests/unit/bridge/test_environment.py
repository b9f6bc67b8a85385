"""What a program is told that its container is told in the manifests."""

from __future__ import annotations

from simulator import Topology
from simulator.bridge.environment import (
    container_of,
    workload_of_service,
    workload_of_source,
)

MANIFESTS = Topology.parse("""
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: sidecar, image: b, env: [{name: OF, value: sidecar}]}
      - name: app
        image: a
        ports: [{containerPort: 8080}]
        envFrom: [{prefix: C_, configMapRef: {name: conf}}, {secretRef: {name: gone}}]
        env:
        - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
        - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        - {name: TITLE, value: "$(POD_NAME) of $(NOBODY) for $$(POD_NAME)"}
        - {name: LEVEL, valueFrom: {configMapKeyRef: {name: conf, key: level}}}
        - {name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api}}}
        - {name: PIN, valueFrom: {secretKeyRef: {name: keys, key: pin}}}
        - {name: MAYBE, valueFrom: {secretKeyRef: {name: gone, key: a, optional: true}}}
        - {name: EMPTY}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {level: debug}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
data: {api: c2VjcmV0}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 80}]}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: price}
spec: {template: {spec: {containers: [{image: a, env: [{name: A, value: b}]}]}}}
---
apiVersion: sources.knative.dev/v1
kind: SinkBinding
metadata: {name: binding}
spec:
  subject: {apiVersion: apps/v1, kind: Deployment, name: app}
  sink: {uri: "http://example.com"}
---
apiVersion: sources.knative.dev/v1
kind: ContainerSource
metadata: {name: beats}
spec:
  template: {spec: {containers: [{name: a, image: a, env: [{name: PERIOD, value: "1"}]}]}}
  sink: {uri: "http://example.com"}
""")
APP = MANIFESTS.get("Deployment", "app")


def test_variables_are_those_that_the_kubelet_would_set() -> None:
    assert APP is not None

    container = container_of(MANIFESTS, APP)

    assert container.env == {
        "C_level": "debug",
        "POD_NAME": "app",
        "POD_NAMESPACE": "default",
        "TITLE": "app of $(NOBODY) for $(POD_NAME)",
        "LEVEL": "debug",
        "KEY": "secret",
        "EMPTY": "",
    }


def test_what_the_files_do_not_have_is_named_and_not_set() -> None:
    assert APP is not None

    container = container_of(MANIFESTS, APP)

    assert container.missing == (
        "… of Deployment app is not set: the Secret 'gone' is not in the files",
        "POD_IP of Deployment app is not set: status.podIP is known in a cluster only",
        "PIN of Deployment app is not set: the Secret 'keys' with 'pin' is not in the files",
    )


def test_a_service_has_the_pods_that_it_selects_and_a_knative_service_its_own() -> None:
    selected = workload_of_service(MANIFESTS, "default", "shop")
    own = workload_of_service(MANIFESTS, "default", "price")
    none = workload_of_service(MANIFESTS, "other", "shop")

    assert selected is APP
    assert own is not None
    assert container_of(MANIFESTS, own).env == {"A": "b"}
    assert none is None


def test_a_source_has_its_own_containers_or_those_that_are_bound() -> None:
    binding = MANIFESTS.get("SinkBinding", "binding")
    beats = MANIFESTS.get("ContainerSource", "beats")
    assert binding is not None
    assert beats is not None

    bound = workload_of_source(MANIFESTS, binding)
    own = workload_of_source(MANIFESTS, beats)

    assert bound is APP
    assert own is beats
    assert container_of(MANIFESTS, beats).env == {"PERIOD": "1"}
