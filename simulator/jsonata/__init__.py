"""JSONata, the language of EventTransforms and of described replies."""

from simulator.jsonata.expression import Expression, JsonataError, NoEndError, as_json

__all__ = ["Expression", "JsonataError", "NoEndError", "as_json"]
