"""Answers on resource quantities."""

from __future__ import annotations

from answering import Answer, Given, answering, named

from kubecontainers.apimachinery.quantity import InvalidQuantity, Quantity

SCALES = (-9, -6, -3, 0, 3, 6, 9)


def env_quantity_parse(given: Given, minor: str) -> dict[str, object]:
    found = Quantity.parse(given["text"])
    whole = found.as_int64()
    return {
        "format": found.format.value,
        "string": str(found),
        "canonical": found.canonical,
        "sign": found.sign,
        "asInt64": None if whole is None else str(whole),
        "scaled": {str(scale): str(found.scaled_value(scale)) for scale in SCALES},
    }


def quantity_parse(given: Given, minor: str) -> dict[str, object]:
    found = Quantity.parse_json(given["s"]) if given.get("json", False) else Quantity.parse(given["s"])
    rounded, exact = found.round_up_milli()
    return {
        "canonical": str(found),
        "format": found.format.value,
        "value": str(found.value()),
        "milliValue": str(found.milli_value()),
        "sign": found.sign,
        "isZero": found.is_zero,
        "roundUpMilli": str(rounded),
        "roundUpMilliExact": exact,
    }


def quantity_arith(given: Given, minor: str) -> object:
    found = computed(given)
    if isinstance(found, int):
        return found
    return {"string": str(found), "format": found.format.value, "value": str(found.value()), "milliValue": str(found.milli_value())}


def quantity_add(given: Given, minor: str) -> object:
    found = computed(given)
    return found if isinstance(found, int) else {"canonical": str(found), "format": found.format.value}


def computed(given: Given) -> Quantity | int:
    left, right = Quantity.parse(given["a"]), Quantity.parse(given["b"])
    if given["op"] == "cmp":
        return (left > right) - (left < right)
    return left + right if given["op"] == "add" else left - right


def problem(error: InvalidQuantity) -> str:
    return error.problem.value


ANSWERS: dict[str, Answer] = {
    "env_quantity_parse": answering(env_quantity_parse, {InvalidQuantity: problem}),
    "quantity_parse": answering(quantity_parse, {InvalidQuantity: problem}),
    "quantity_arith": answering(quantity_arith, {InvalidQuantity: problem}),
    "quantity_add": answering(quantity_add, {InvalidQuantity: named("parse")}),
}
