"""The Jobs of one run: what the API server would show of them.

Source: knative-kinds 3; knative-resources 6.17; knative/eventing cmd/jobsink/main.go.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from simulator.resource import Resource, mapping, mappings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.event import Event
    from simulator.wiring import Endpoint

_NAME = "jobsink-event"
_PATH = "/etc/jobsink-event"
_MODE = "K_EXECUTION_MODE"
_SINK_ID = "sinks.knative.dev/job-sink-id"
_SINK_NAME = "sinks.knative.dev/job-sink-name"
_NS_PER_S = 1_000_000_000


class Job:
    """One Job, with the Secret that its event is in.

    Args:
        template: `spec.job` of that.
        file: What is in the file of it, JSON mostly.
        at_ns: When it was created, ns since the start of the run.

    Attributes:
        condition: ``Complete`` or ``Failed``; empty while it is active.
        ended_ns: When it got that.
        manifest: The Job as the API server has it, without status.
        secret: Likewise; ``data`` as text.
    """

    def __init__(
        self,
        name: str,
        sink: Endpoint,
        template: Mapping[str, Any],
        event: Event,
        *,
        file: bytes,
        at_ns: int,
    ) -> None:
        self.name = name
        self.namespace = sink.namespace
        self.sink = sink.name
        self.event = event
        self.file = file
        self.at_ns = at_ns
        self.condition = ""
        self.ended_ns: int | None = None
        self.is_deleted = False
        self.manifest = _manifest(name, sink, template)
        self.secret = _secret(name, sink, file)

    def __repr__(self) -> str:
        return f"<Job {self.namespace}/{self.name} {self.condition or 'active'}>"

    def end(self, condition: str, now_ns: int) -> None:
        """Get a condition, unless it has one; Jobs keep their first."""
        if not self.condition:
            self.condition, self.ended_ns = condition, now_ns

    def is_there(self, now_ns: int) -> bool:
        """Source: Kubernetes, `ttlSecondsAfterFinished`."""
        seconds = self.manifest["spec"].get("ttlSecondsAfterFinished")
        if self.is_deleted or self.ended_ns is None or not isinstance(seconds, int):
            return not self.is_deleted
        return now_ns < self.ended_ns + seconds * _NS_PER_S

    @property
    def longest_ns(self) -> int | None:
        """Source: Kubernetes, `activeDeadlineSeconds` of a Job."""
        seconds = self.manifest["spec"].get("activeDeadlineSeconds")
        return seconds * _NS_PER_S if isinstance(seconds, int) else None

    @property
    def as_data(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "namespace": self.namespace,
            "sink": self.sink,
            "created_ns": self.at_ns,
            "condition": self.condition or None,
            "ended_ns": self.ended_ns,
            "event": self.file.decode(errors="replace"),
        }


def delete_job(jobs: Sequence[Job], manifest: Mapping[str, Any], now_ns: int) -> bool:
    """Delete a Job and its Secret, as ``kubectl delete`` does; False for none."""
    named = Resource(manifest=manifest)
    for job in reversed(jobs):
        if named.key == ("batch", "Job", job.namespace, job.name):
            there = job.is_there(now_ns)
            job.is_deleted = True
            return there
    return False


def _manifest(name: str, sink: Endpoint, template: Mapping[str, Any]) -> dict[str, Any]:
    job: dict[str, Any] = {
        **deepcopy(dict(template)), "apiVersion": "batch/v1", "kind": "Job"
    }  # fmt: skip
    job.pop("status", None)
    metadata = mapping(job.get("metadata"))
    uid = f"uid-jobsink-{sink.namespace}-{sink.name}"
    owner = _owner("sinks.knative.dev/v1alpha1", "jobsinks", sink.name, uid)
    job["metadata"] = {
        **metadata,
        "name": name,
        "namespace": sink.namespace,
        "labels": {**mapping(metadata.get("labels")), **_labels(name, sink)},
        "ownerReferences": [*mappings(metadata.get("ownerReferences")), owner],
    }
    spec = job["spec"] = {**mapping(job.get("spec"))}
    pods = spec["template"] = {"metadata": {}, **mapping(spec.get("template"))}
    pod = pods["spec"] = {**mapping(pods.get("spec"))}
    pod["containers"] = [_container(each) for each in mappings(pod.get("containers"))]
    volumes = mappings(pod.get("volumes"))
    if not any(each.get("name") == _NAME for each in volumes):
        volumes = [*volumes, {"name": _NAME, "secret": {"secretName": name}}]
    pod["volumes"] = volumes
    return job


def _container(written: Mapping[str, Any]) -> dict[str, Any]:
    mounts = mappings(written.get("volumeMounts"))
    paths = [each.get("mountPath") for each in mounts if each.get("name") == _NAME]
    if not paths:
        mounts = [*mounts, {"name": _NAME, "readOnly": True, "mountPath": _PATH}]
    path = paths[0] if paths else _PATH
    env = [*mappings(written.get("env")), {"name": "K_EVENT_PATH", "value": path}]
    return {**written, "volumeMounts": mounts, "env": env}


def _secret(name: str, sink: Endpoint, file: bytes) -> dict[str, Any]:
    uid = f"uid-job-{sink.namespace}-{name}"
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": sink.namespace,
            "labels": _labels(name, sink),
            "ownerReferences": [_owner("batch/v1", "Job", name, uid)],
        },
        "immutable": True,
        "data": {"event": file.decode(errors="replace")},
        "type": "Opaque",
    }


def _labels(name: str, sink: Endpoint) -> dict[str, str]:
    return {_SINK_ID: name, _SINK_NAME: sink.name}


def _owner(api_version: str, kind: str, name: str, uid: str) -> dict[str, Any]:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "name": name,
        "uid": uid,
        "controller": True,
        "blockOwnerDeletion": False,
    }
