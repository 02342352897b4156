"""Environments: variables of many services, many pods of one namespace, quantities, long values."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kubecontainers import InMemorySources, KnownServices, Quantity, compose_environment, expand, service_variables

from .table import Row, ratio

Object = dict[str, Any]

NAMESPACE = "shop"
SERVICES = 5_000
NAMESPACE_SIZES = (500, 5_000)
PODS, REBUILT = 1_000, 10
QUANTITIES = 20_000
RUNS = 9


def interleaved(**measured: Callable[[], object]) -> dict[str, float]:
    """Return the best time of each, run in turn, so that a slow moment of the machine falls on all alike."""
    best = dict.fromkeys(measured, float("inf"))
    for _ in range(RUNS):
        for name, run in measured.items():
            start = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def micro(seconds: float) -> str:
    """Return a short time as it is printed."""
    return f"{seconds * 1e6:,.2f} µs"


def milli(seconds: float) -> str:
    """Return a longer time as it is printed."""
    return f"{seconds * 1e3:.1f} ms"


# ------------------------------------------------------------------------------------------------------------------- services


def port(number: int, name: str = "", protocol: str = "TCP") -> Object:
    """Return a port as the API server gives it."""
    named = {"name": name} if name else {}
    return {**named, "port": number, "targetPort": number, "protocol": protocol}


PORTS = (
    [port(80, "http")],
    [port(5432)],
    [port(80, "http"), port(9090, "metrics")],
    [port(443, "https")],
    [port(80, "http"), port(443, "https"), port(9090, "metrics")],
    [port(6379)],
    [port(53, "dns", "UDP"), port(53, "dns-tcp")],
)
"""Those that services have in turn."""


def service(number: int) -> Object:
    """Return a service as the API server gives it; one in ten has an IPv6 address, one in twelve none."""
    address = f"fd00:10:96::{number + 1:x}" if number % 10 == 3 else f"10.96.{number // 256}.{number % 256}"
    name, labels = f"team-{number % 40}-service-{number}", {"app": f"service-{number}"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels},
        "spec": {
            "type": "ClusterIP",
            "clusterIP": "None" if number % 12 == 5 else address,
            "selector": labels,
            "ports": PORTS[number % len(PORTS)],
        },
    }


def plain_loop(services: Sequence[Object]) -> dict[str, str]:
    """Return the same variables, the way one would write it for objects that are known to be right."""
    found: dict[str, str] = {}
    for each in services:
        ip, ports = each["spec"]["clusterIP"], each["spec"]["ports"]
        if ip in {"", "None"}:
            continue
        prefix = each["metadata"]["name"].upper().replace("-", "_")
        host = f"[{ip}]" if ":" in ip else ip
        found[f"{prefix}_SERVICE_HOST"] = ip
        found[f"{prefix}_SERVICE_PORT"] = str(ports[0]["port"])
        for named in ports:
            if "name" in named:
                found[f"{prefix}_SERVICE_PORT_{named['name'].upper().replace('-', '_')}"] = str(named["port"])
        for position, linked in enumerate(ports):
            number, protocol = linked["port"], linked["protocol"]
            lower = protocol.lower()
            url, link = f"{lower}://{host}:{number}", f"{prefix}_PORT_{number}_{protocol}"
            if position == 0:
                found[f"{prefix}_PORT"] = url
            found[link] = url
            found[f"{link}_PROTO"] = lower
            found[f"{link}_PORT"] = str(number)
            found[f"{link}_ADDR"] = ip
    return found


def service_rows() -> list[Row]:
    """Measure the variables of all services, as pairs and as a mapping, against the plain loop."""
    services = [service(number) for number in range(SERVICES)]
    expected = plain_loop(services)
    if list(dict(service_variables(services)).items()) != list(expected.items()):
        raise AssertionError("service variables")
    best = interleaved(
        loop=lambda: plain_loop(services),
        pairs=lambda: service_variables(services),
        mapping=lambda: dict(service_variables(services)),
    )
    what, peer = f"variables of {SERVICES:,} services", "a plain loop"
    return [
        Row(f"{what}, {len(expected):,} of them", milli(best["pairs"]), ratio(best["pairs"], best["loop"]), peer, "at most 1.2"),
        Row(f"{what}, in a dict", milli(best["mapping"]), ratio(best["mapping"], best["loop"]), peer, ""),
    ]


# ----------------------------------------------------------------------------------------------------------------------- pods


def pod(number: int) -> Object:
    """Return a pod of a dozen variables."""
    env: list[Object] = [{"name": f"SETTING_{at}", "value": f"value-{number}-{at}"} for at in range(8)]
    env.append({"name": "ADDRESS", "value": "http://$(TEAM_0_SERVICE_0_SERVICE_HOST):$(TEAM_0_SERVICE_0_SERVICE_PORT)/$(SETTING_0)"})
    env.append({"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}})
    container = {"name": "app", "image": "web", "envFrom": [{"configMapRef": {"name": "settings"}}], "env": env}
    return {
        "metadata": {"name": f"web-{number}", "namespace": NAMESPACE},
        "spec": {"enableServiceLinks": True, "containers": [container]},
    }


def sources(services: Sequence[Object] | KnownServices) -> InMemorySources:
    """Return sources with what the pods ask for, and some services."""
    metadata = {"namespace": NAMESPACE}
    return InMemorySources(
        config_maps=[{"metadata": {**metadata, "name": "settings"}, "data": {"LEVEL": "info", "REGION": "eu"}}],
        secrets=[{"metadata": {**metadata, "name": "db"}, "stringData": {"password": "hunter2"}}],
        services=services,
    )


def pod_rows() -> list[Row]:
    """Measure one pod after the other, with services that are shared, put together for each pod, and absent."""
    return [row for size in NAMESPACE_SIZES for row in pods_beside(size)]


def pods_beside(size: int) -> list[Row]:
    """Measure pods of a namespace with so many services."""
    services, pods = [service(number) for number in range(size)], [pod(number) for number in range(PODS)]
    without, known = sources(()), sources(services)
    if compose_environment(pods[0], "app", known).reveal().items() <= plain_loop(services).items():
        raise AssertionError("a pod without variables of its own")
    best = interleaved(
        none=lambda: compose_all(pods, without),
        shared=lambda: compose_all(pods, sources(KnownServices(services))),
        later=lambda: compose_all(pods, known),
        rebuilt=lambda: [compose_environment(each, "app", sources(services)) for each in pods[:REBUILT]],
        revealed=lambda: [compose_environment(each, "app", known).reveal() for each in pods[:REBUILT]],
    )
    each = {name: taken / (REBUILT if name in {"rebuilt", "revealed"} else PODS) for name, taken in best.items()}
    what, none = f"one of {PODS:,} pods, {size:,} services", "no services"
    return [
        Row(f"{what}, shared", micro(each["shared"]), ratio(each["shared"], each["none"]), none, ""),
        Row(f"{what}, shared, after the first", micro(each["later"]), ratio(each["later"], each["none"]), none, "about 1"),
        Row(f"{what}, put together for each", micro(each["rebuilt"]), ratio(each["rebuilt"], each["shared"]), "shared", ""),
        Row(f"{what}, shared, and all values", micro(each["revealed"]), ratio(each["revealed"], each["shared"]), "shared", ""),
    ]


def compose_all(pods: Sequence[Object], given: InMemorySources) -> None:
    """Compose the environment of every pod."""
    for each in pods:
        compose_environment(each, "app", given)


# ----------------------------------------------------------------------------------------------------------------- quantities

COMMON = ("100m", "250m", "500m", "1", "2", "1500m", "0.5", "64Mi", "128Mi", "256Mi", "512Mi", "1Gi", "1.5Gi", "10Gi", "500M", "1e3")


def quantity_rows() -> list[Row]:
    """Measure reading common texts, and texts that were not read before; ``Decimal`` is given their numbers without the suffix."""
    common = COMMON * (QUANTITIES // len(COMMON))
    fresh = [f"{number}{suffix}" for number in range(1, QUANTITIES // 4 + 1) for suffix in ("m", "", "Mi", "Gi")]
    common_numbers, fresh_numbers = ([text.rstrip("mMGi").replace("e", "E") for text in texts] for texts in (common, fresh))
    if [Quantity.parse(text).to_decimal() for text in fresh[1::4]] != [Decimal(text) for text in fresh_numbers[1::4]]:
        raise AssertionError("quantities")
    best = interleaved(
        decimal=lambda: list(map(Decimal, common_numbers)),
        common=lambda: list(map(Quantity.parse, common)),
        fresh_decimal=lambda: list(map(Decimal, fresh_numbers)),
        fresh=lambda: list(map(Quantity.parse, fresh)),
    )
    each = {name: taken / QUANTITIES for name, taken in best.items()}
    return [
        Row("quantities, common texts", micro(each["common"]), ratio(each["common"], each["decimal"]), "Decimal of the number", ""),
        Row("quantities, all distinct", micro(each["fresh"]), ratio(each["fresh"], each["fresh_decimal"]), "Decimal of the number", ""),
        Row("the same", micro(each["fresh"]), ratio(each["fresh"], each["common"]), "common texts", ""),
    ]


# ------------------------------------------------------------------------------------------------------------------ expansion

_REFERENCE = re.compile(r"\$(?:(\$)|\(([^)]*)\))")
LONG = 1_000_000


def substitute(text: str, values: Mapping[str, str]) -> str:
    """Return the text expanded by a pattern, the way one would write it."""

    def value(found: re.Match[str]) -> str:
        return "$" if found[1] else values.get(found[2], found[0])

    return _REFERENCE.sub(value, text)


def expansion_rows() -> list[Row]:
    """Measure long values: many references, none, and ones that never end."""
    values = {f"NAME_{number}": f"value-{number}" for number in range(100)}
    many = "".join(f"--option-{number}=$(NAME_{number % 120}) $$" for number in range(LONG // 30))
    plain, hostile = "x" * LONG, "$(" * (LONG // 2)
    if expand(many, values) != substitute(many, values):
        raise AssertionError("expansion")
    quarter = {"many": many[: len(many) // 4], "hostile": hostile[: LONG // 4]}
    best = interleaved(
        pattern=lambda: substitute(many, values),
        many=lambda: expand(many, values),
        many_quarter=lambda: expand(quarter["many"], values),
        plain=lambda: expand(plain, values),
        hostile=lambda: expand(hostile, values),
        hostile_quarter=lambda: expand(quarter["hostile"], values),
    )
    count = many.count("$(")
    return [
        Row(f"expand 1 MB, {count:,} references", milli(best["many"]), ratio(best["many"], best["pattern"]), "re.sub", ""),
        Row("the same", milli(best["many"]), ratio(best["many"], best["many_quarter"]), "a quarter of it", "about 4"),
        Row("expand 1 MB without any", milli(best["plain"]), "", "", ""),
        Row("expand 1 MB of '$('", milli(best["hostile"]), ratio(best["hostile"], best["hostile_quarter"]), "a quarter of it", "about 4"),
    ]


def rows() -> list[Row]:
    """Measure all of them."""
    return [*service_rows(), *pod_rows(), *quantity_rows(), *expansion_rows()]
