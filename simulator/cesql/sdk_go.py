"""Functions that sdk-go has beside those of the specification, and so Knative has.

Source: sdk-go, sql/v2/function/casting_functions.go; knative-kinds 8, rule 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cesql.casting import cast
from simulator.cesql.errors import CastError
from simulator.cesql.functions import Function

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


_NOWHERE = (0, 0)  # nobody sees the error
SDK_GO = (
    Function(name="IS_INT", parameters=(None,), returns=bool, body=_casts_to(int)),
    Function(name="IS_BOOL", parameters=(None,), returns=bool, body=_casts_to(bool)),
)
