"""The JSON Schema of network files and sheets, made from the types that they are decoded into."""

from collections.abc import Mapping
from typing import Any

import msgspec

from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES
from nnc.core.imbalance import METHODS
from nnc.core.layers import arrays
from nnc.io.files.network import Matrix, NetworkDocument
from nnc.io.files.sheet_document import SheetDocument

DRAFT = "https://json-schema.org/draft/2020-12/schema"

HELP = {key: each.words for key, each in arrays().items()} | {
    "$schema": "Where an editor finds this schema.",
    "layers": "The layers, first to last.",
    "x": "Input: a list is one sample, a list of lists a batch.",
    "y": "Target: values, one-hot, or a class index from 0; a batch has one per sample.",
    "loss": "The loss, as in half_sse, huber:delta=0.5 or {name: huber, delta: 0.5}.",
    "class_weights": "One weight per class, class 0 first; or a mapping of class to weight.",
    "sample_weights": "One weight per sample of a batch.",
    "title": "What this is, for people.",
    "source": "Where it comes from, for people.",
    "note": "Anything, for people.",
    "activation": "The activation, as in relu, leaky_relu:negative_slope=0.1 or {name: leaky_relu, …}.",
    "questions": "The questions, in the order in which they are marked.",
    "tolerance": "When an answer is right; if not given: rounded or cut off at its last digit, with 3 digits or more.",
    "weights": "A network file, from the sheet's folder, in place of layers.",
    "activations": "One activation per layer, in place of those of the layers.",
    "y_hat": "Outputs, in place of a network and its input.",
    "reduction": "How the losses of a batch become one.",
    "l2": "Add a penalty: ½ λ times the sum of the squared weights, without biases.",
    "counts": "Samples in each class, for questions about class weights: a list, or a mapping of class to count.",
    "labels": "The class of each sample; nnc counts them.",
    "method": "The method for class weights, as in balanced or effective:beta=0.99.",
    "normalize": "Scale the class weights so that their mean, sum or maximum is 1.",
    "id": "The name of the question; answers use it.",
    "quantity": "What is asked for: a quantity (dW2), one number of it (dW2[1,1]), or a class's weight (weights[A]).",
    "points": "What it is worth.",
    "split": "all: the points only if every number is right; element: an equal share for each right number.",
    "text": "The question, for people.",
    "feedback": "What the report says to an answer that is not right.",
    "answer": "The sheet's own answer, which nnc check SHEET checks.",
    "min_sig": "Significant digits that an answer needs.",
    "rtol": "Right within atol + rtol · |true value|.",
    "atol": "Right within atol + rtol · |true value|.",
    "sig": "Judge the first so many significant digits.",
    "rounding_on_the_way": "Whether every number before the answer may be rounded like the answer; true if not given.",
    "noise": "The floats in which an answer may be calculated: float32 if not given.",
    "decimals": "Judge the first so many decimals.",
}
"""What each key holds. A key means the same everywhere."""

_TABLES: dict[str, Mapping[str, object]] = {
    "activation": ACTIVATIONS,
    "activations": ACTIVATIONS,
    "loss": LOSSES,
    "method": METHODS,
}
_LEAF = {"anyOf": [{"type": "integer"}, {"type": "number"}, {"type": "string"}]}
_NUMBER = {"description": 'A number, or text that is one: "1/3".', "type": ["number", "string"]}


def schema(kind: str) -> dict[str, Any]:
    """The schema of a ``network`` file or of a ``sheet``."""
    if kind == "sheet":
        made = _described(msgspec.json.schema(SheetDocument))
        return {"$schema": DRAFT, "title": "A sheet of questions for nnc check", **made}
    made = _described(msgspec.json.schema(NetworkDocument))
    matrix = _described(msgspec.json.schema(Matrix))
    bare = [
        {"description": "Matrices W, first layer first.", "type": "array", "items": matrix, "minItems": 1},
        {
            "description": "Matrices by their names.",
            "type": "object",
            "patternProperties": {"^(W|Theta)[1-9][0-9]*$": matrix},
            "additionalProperties": False,
            "minProperties": 1,
        },
    ]
    document = {"$ref": made.pop("$ref")}
    return {"$schema": DRAFT, "title": "A network for nnc", "anyOf": [document, *bare], **made}


def schema_text(kind: str) -> str:
    """The schema as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(schema(kind)), indent=2).decode() + "\n"


def _described(made: dict[str, Any]) -> dict[str, Any]:
    """msgspec's schema, with ``number`` as a definition, and with help and names that editors can offer."""
    short: dict[str, Any] = _numbers_named(made)
    for definition in short.get("$defs", {}).values():
        for key, found in definition["properties"].items():
            found["description"] = HELP[key]
            if key in _TABLES:
                choice = found["items"] if found.get("type") == "array" else found
                choice["examples"] = list(_TABLES[key])
    if b'"#/$defs/number"' in msgspec.json.encode(short) and "$defs" in short:
        short["$defs"]["number"] = _NUMBER
    return short


def _numbers_named(made: Any) -> Any:
    if made == _LEAF:
        return {"$ref": "#/$defs/number"}
    if isinstance(made, dict):
        extra = {key: value for key, value in made.items() if key != "anyOf"}
        if made.get("anyOf") == _LEAF["anyOf"]:
            return {"$ref": "#/$defs/number", **extra}
        return {key: _numbers_named(value) for key, value in made.items()}
    if isinstance(made, list):
        if made[:3] == _LEAF["anyOf"]:
            return [{"$ref": "#/$defs/number"}, *map(_numbers_named, made[3:])]
        return list(map(_numbers_named, made))
    return made
