"""Strategies of Services; offered in ``strategies``."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from .texts import labels

__all__ = ["services"]

JSON = dict[str, Any]

_NUMBERS = st.sampled_from([80, 443, 5432, 53]) | st.integers(1, 65535)
_PROTOCOLS = st.sampled_from([None, "TCP", "UDP", "SCTP"])
_ADDRESSES = (st.ip_addresses(v=4) | st.ip_addresses(v=6)).map(str)


@st.composite
def services(
    draw: DrawFn,
    *,
    names: SearchStrategy[str] | None = None,
    namespaces: SearchStrategy[str] | None = None,
    port_names: SearchStrategy[str] | None = None,
    addressed: bool = False,
) -> JSON:
    """Services that every API server takes: with a cluster IP of either family, headless, or a name for another one.

    ``addressed``: all have a cluster IP. Several ports have names, which ``port_names`` gives; no port or name comes twice.

    >>> from hypothesis import find
    >>> find(services(names=st.just("db"), namespaces=st.just("shop"), addressed=True), lambda service: True)["spec"]
    {'clusterIP': '0.0.0.0', 'ports': [{'port': 80}]}
    """
    name = draw(labels(max_size=12).map(_with_a_letter_in_front) if names is None else names)
    metadata = {"name": name, "namespace": draw(labels(max_size=8) if namespaces is None else namespaces)}
    kind = "cluster IP" if addressed else draw(st.sampled_from(["cluster IP", "cluster IP", "headless", "external"]))
    if kind == "external":
        return {"metadata": metadata, "spec": {"type": "ExternalName", "externalName": "db.example.com"}}
    address = "None" if kind == "headless" else draw(_ADDRESSES)
    ports = draw(_port_lists(labels(max_size=15) if port_names is None else port_names))
    return {"metadata": metadata, "spec": {"clusterIP": address, "ports": ports}}


@st.composite
def _port_lists(draw: DrawFn, names: SearchStrategy[str]) -> list[JSON]:
    """One port, often without a name, or several, which must have one each."""
    found = draw(st.lists(st.tuples(_NUMBERS, _PROTOCOLS), min_size=1, max_size=3, unique_by=_number_and_protocol))
    least = len(found) if len(found) > 1 else 0
    named = draw(st.lists(names, min_size=least, max_size=len(found), unique=True))
    return [
        {**({"name": name} if name else {}), **({"protocol": protocol} if protocol else {}), "port": number}
        for (number, protocol), name in zip(found, [*named, ""], strict=False)
    ]


def _number_and_protocol(port: tuple[int, str | None]) -> tuple[int, str]:
    return port[0], port[1] or "TCP"


def _with_a_letter_in_front(name: str) -> str:
    """Before 1.36 the name of a Service could not begin with a digit."""
    return name if name[0].isalpha() else f"s{name}"
