"""The Go types of Kubernetes that Knative's kinds hold: pods, and what is in them.

Strict decoding goes all the way down, so that a webhook refuses a misspelt field of a
container, and a number where an environment variable wants text. Of most fields the names
alone are known here.

Source: k8s.io/api core/v1 types.go. The names are those of release 1.37, some of them newer
than what Knative was built with.
"""

from __future__ import annotations

from simulator.control.go_types import (
    STRING,
    Anything,
    Field,
    Foreign,
    ListOf,
    Struct,
    pointer,
    text,
    value,
)
from simulator.control.types_duck import OBJECT_META


def kept(names: str) -> tuple[Field, ...]:
    """Give fields that are kept as they are, whatever is in them."""
    return tuple(pointer(name, Anything()) for name in names.split())


_TEXTS = ListOf(name="[]string", element=STRING)
_ENV_VAR = Struct(
    name="v1.EnvVar",
    fields=(
        text("name", omit=False),
        text("value"),
        pointer("valueFrom", Foreign(name="v1.EnvVarSource")),
    ),
)
_CONTAINER = Struct(
    name="v1.Container",
    fields=(
        text("name", omit=False),
        text("image"),
        value("command", _TEXTS),
        value("args", _TEXTS),
        value("env", ListOf(name="[]v1.EnvVar", element=_ENV_VAR)),
        value(
            "resources",
            Struct(
                name="v1.ResourceRequirements", fields=kept("limits requests claims")
            ),
        ),
        *kept(
            "ports volumeMounts envFrom livenessProbe readinessProbe startupProbe "
            "imagePullPolicy securityContext workingDir lifecycle resizePolicy "
            "restartPolicy restartPolicyRules stdin stdinOnce terminationMessagePath "
            "terminationMessagePolicy tty volumeDevices"
        ),
    ),
)
_CONTAINERS = ListOf(name="[]v1.Container", element=_CONTAINER)

POD_TEMPLATE_SPEC = Struct(
    name="v1.PodTemplateSpec",
    fields=(
        value("metadata", OBJECT_META),
        value(
            "spec",
            Struct(
                name="v1.PodSpec",
                fields=(
                    value("initContainers", _CONTAINERS),
                    value("containers", _CONTAINERS, omit=False),
                    *kept(
                        "restartPolicy serviceAccountName volumes imagePullSecrets "
                        "nodeSelector tolerations affinity securityContext "
                        "activeDeadlineSeconds automountServiceAccountToken dnsConfig "
                        "dnsPolicy enableServiceLinks ephemeralContainers "
                        "evictionResponders hostAliases hostIPC hostNetwork hostPID "
                        "hostUsers hostname hostnameOverride nodeName os overhead "
                        "preemptionPolicy priority priorityClassName readinessGates "
                        "resourceClaims resources runtimeClassName schedulerName "
                        "schedulingGates schedulingGroup serviceAccount "
                        "setHostnameAsFQDN shareProcessNamespace subdomain "
                        "terminationGracePeriodSeconds topologySpreadConstraints"
                    ),
                ),
            ),
        ),
    ),
)
JOB_SPEC = Struct(
    name="v1.JobSpec",
    fields=(
        value("template", POD_TEMPLATE_SPEC),
        *kept(
            "backoffLimit ttlSecondsAfterFinished activeDeadlineSeconds parallelism "
            "completions completionMode suspend selector manualSelector "
            "backoffLimitPerIndex managedBy maxFailedIndexes podFailurePolicy "
            "podReplacementPolicy scheduling successPolicy"
        ),
    ),
)
