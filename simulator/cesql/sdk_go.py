"""Functions that Knative has beside those of the specification: sdk-go's, and its own.

Source: sdk-go, sql/v2/function/casting_functions.go; knative-kinds 8, rule 6, and 2
    (KN_VERIFY_CORRELATION_ID).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cesql.casting import cast
from simulator.cesql.errors import CastError
from simulator.cesql.functions import Function
from simulator.correlation import is_for_pod, key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.cesql.values import Value, ValueType


def _casts_to(type_: ValueType) -> Callable[[Value], bool]:
    def casts(value: Value) -> bool:
        try:
            cast(value, type_, _NOWHERE)
        except CastError:
            return False
        return True

    return casts


def _verifies(
    value: str, name: str, namespace: str, _secret: str, pod: int, replicas: int
) -> bool:
    return is_for_pod(value, key_of(namespace, name), pod, replicas)


_NOWHERE = (0, 0)  # nobody sees the error
SDK_GO = (
    Function(name="IS_INT", parameters=(None,), returns=bool, body=_casts_to(int)),
    Function(name="IS_BOOL", parameters=(None,), returns=bool, body=_casts_to(bool)),
    Function(
        name="KN_VERIFY_CORRELATION_ID",
        parameters=(str, str, str, str, int, int),
        returns=bool,
        body=_verifies,
    ),
)
