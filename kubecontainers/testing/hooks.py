"""Strategies of hooks and probes, and of pods whose containers have some; offered in ``strategies``."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from .arbitrary import json_texts
from .texts import labels

__all__ = [
    "hook_pods",
    "http_get_actions",
    "lifecycle_handlers",
    "lifecycles",
    "nearly_valid_hook_pods",
    "nearly_valid_http_get_actions",
    "nearly_valid_lifecycle_handlers",
    "nearly_valid_probes",
    "probes",
]

JSON = dict[str, Any]

GRACE_SECONDS = 30
"""The grace period that valid sleeps keep to."""

_PATHS = ("", "/", "/drain", "drain?now", "/a b", "/%41", "//user:pass@other/x", "http://other:99/x#y", "/caf\u00e9", "/%zz", "mailto:x@y")
_HEADERS = ("Host", "x-a", "User-Agent", "accept", "Accept-Encoding", "Authorization", "Range", "Connection", "Referer", "Content-Type")
_VALUES = ("", "shop.example", "a/b", " v ", "bytes=0-1", "\u00fcn\u00ef.example", "[fe80::1%25eth0]:9")
_PORT_NAMES = ("web", "admin", "a-1")
_ODD_PORTS: list[int | str] = [0, -1, 65536, "", "80", "+80", "A", "--", "sixteen--letters", "8_0"]
_ODD_HOSTS = ("bad host", "u@h", "host:99", "[::1]", "\u00fcn\u00ef.example", "fe80::1%eth0", "x%41", "-")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_KINDS = ("containers", "initContainers", "ephemeralContainers")


@st.composite
def http_get_actions(draw: DrawFn) -> JSON:
    """``httpGet`` of hooks and probes that validation takes and that can be sent, mostly; ports named ``web`` and ``admin`` among them.

    >>> from hypothesis import find
    >>> find(http_get_actions(), lambda action: action["port"] == "web")["port"]
    'web'
    """
    header = st.fixed_dictionaries({"name": st.sampled_from(_HEADERS), "value": st.sampled_from(_VALUES)})
    optional: JSON = {
        "path": st.sampled_from(_PATHS),
        "host": st.sampled_from(["", "shop.example", "10.0.0.9", "fd00::1"]),
        "scheme": st.sampled_from(["HTTP", "HTTPS"]),
        "httpHeaders": st.lists(header, max_size=4),
    }
    return draw(st.fixed_dictionaries({"port": st.integers(1, 65535) | st.sampled_from(_PORT_NAMES)}, optional=optional))


@st.composite
def nearly_valid_http_get_actions(draw: DrawFn) -> JSON:
    """``httpGet`` in which, often, one thing is written that the API server, the kubelet or its HTTP client may mind."""
    action = draw(http_get_actions())
    headers = action.get("httpHeaders", [])
    odd: JSON = {
        "port": st.sampled_from(_ODD_PORTS) | json_texts(),
        "path": json_texts(),
        "host": st.sampled_from(_ODD_HOSTS) | json_texts(),
        "scheme": st.sampled_from(["", "https", "ftp", "a b"]) | json_texts(),
        "httpHeaders": _odd_headers().map(lambda header: [*headers, header]),
    }
    field = draw(st.sampled_from([None, *sorted(odd)]))
    return action if field is None else action | {field: draw(odd[field])}


def _odd_headers() -> SearchStrategy[JSON]:
    odd = st.sampled_from([("bad name", ""), ("", ""), ("x", "a\nb"), ("x_y", "\x00"), ("x", "\t")])
    pairs = st.one_of(odd, odd, st.tuples(json_texts(), json_texts()))
    return pairs.map(lambda header: {"name": header[0], "value": header[1]})


def lifecycle_handlers(*, most_seconds: int = GRACE_SECONDS) -> SearchStrategy[JSON]:
    """``postStart`` and ``preStop`` that do one thing, of any kind; sleeps of at least 1 and at most ``most_seconds`` seconds.

    >>> from hypothesis import find
    >>> list(find(lifecycle_handlers(), lambda handler: "sleep" in handler))
    ['sleep']
    """
    return st.one_of(
        st.lists(st.sampled_from(["sh", "-c", "drain", ""]), min_size=1, max_size=3).map(lambda command: {"exec": {"command": command}}),
        http_get_actions().map(lambda action: {"httpGet": action}),
        st.integers(1, 65535).map(lambda port: {"tcpSocket": {"port": port}}),
        st.integers(1, most_seconds).map(lambda seconds: {"sleep": {"seconds": seconds}}),
    )


@st.composite
def nearly_valid_lifecycle_handlers(draw: DrawFn) -> JSON:
    """Hooks of which, often, something is wrong: nothing to do, two things, a bad port, a sleep that is too long or negative."""
    handler = draw(lifecycle_handlers())
    wrong: list[SearchStrategy[JSON]] = [
        st.just({}),
        lifecycle_handlers().map(lambda other: handler | other),
        nearly_valid_http_get_actions().map(lambda action: {"httpGet": action}),
        st.sampled_from(_ODD_PORTS).map(lambda port: {"tcpSocket": {"port": port}}),
        st.sampled_from([0, -1, 31, 1 << 40, (1 << 63) - 1]).map(lambda seconds: {"sleep": {"seconds": seconds}}),
        st.sampled_from([{"exec": {}}, {"exec": {"command": []}}, {"sleep": {}}]),
    ]
    return draw(st.one_of(st.just(handler), *wrong))


def lifecycles(*, handlers: SearchStrategy[JSON] | None = None) -> SearchStrategy[JSON]:
    """``lifecycle`` of containers: hooks, which ``handlers`` gives, and stop signals.

    >>> from hypothesis import find
    >>> "stopSignal" in find(lifecycles(), lambda lifecycle: "stopSignal" in lifecycle)
    True
    """
    hook = lifecycle_handlers() if handlers is None else handlers
    signals = st.sampled_from(["SIGTERM", "SIGUSR1", "SIGRTMIN+3"])
    return st.fixed_dictionaries({}, optional={"postStart": hook, "preStop": hook, "stopSignal": signals})


@st.composite
def probes(draw: DrawFn, *, grace: bool = True) -> JSON:
    """Probes of any kind, with some of their numbers. ``grace``: some have a grace period, as no readiness probe may.

    >>> from hypothesis import find
    >>> find(probes(), lambda probe: "terminationGracePeriodSeconds" in probe)["terminationGracePeriodSeconds"] > 0
    True
    """
    does: JSON = draw(
        st.one_of(
            st.just({"exec": {"command": ["check"]}}),
            http_get_actions().map(lambda action: {"httpGet": action}),
            st.integers(1, 65535).map(lambda port: {"tcpSocket": {"port": port}}),
            st.fixed_dictionaries({"port": st.integers(1, 65535)}, optional={"service": st.just("shop")}).map(lambda grpc: {"grpc": grpc}),
        )
    )
    numbers: JSON = {name: st.integers(0, 60) for name in ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "failureThreshold")}
    numbers["successThreshold"] = st.sampled_from([0, 1])
    if grace:
        numbers["terminationGracePeriodSeconds"] = st.integers(1, 600)
    return does | draw(st.fixed_dictionaries({}, optional=numbers))


@st.composite
def nearly_valid_probes(draw: DrawFn) -> JSON:
    """Probes in which, often, one thing is written that the API server minds, at least in some kinds of probes."""
    probe = draw(probes())
    numbers = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "failureThreshold", "terminationGracePeriodSeconds")
    wrong: list[SearchStrategy[JSON]] = [
        st.sampled_from(numbers).map(lambda name: probe | {name: -1}),
        st.just(probe | {"successThreshold": 2}),
        st.just(probe | {"terminationGracePeriodSeconds": 0}),
        st.just({"periodSeconds": 5}),
        st.just(probe | {"grpc": {"port": 0}}),
        nearly_valid_lifecycle_handlers().map(lambda handler: probe | handler),
    ]
    return draw(st.one_of(st.just(probe), st.just(probe), *wrong))


@st.composite
def hook_pods(draw: DrawFn, *, ephemeral_containers: bool = False) -> JSON:
    """Pods that an API server takes, whose app containers and sidecars have hooks, probes and ports; their other fields are sparse.

    They run on Linux and have 30 seconds to stop. ``ephemeral_containers``: some of those as well, with neither.

    >>> from hypothesis import find
    >>> find(hook_pods(), lambda pod: "initContainers" in pod["spec"])["spec"]["initContainers"][0]["restartPolicy"]
    'Always'
    """
    names = draw(st.lists(labels(max_size=10), min_size=1, max_size=4, unique=True))
    spec: JSON = {"containers": [draw(_containers(names[0]))], "os": {"name": "linux"}, "terminationGracePeriodSeconds": GRACE_SECONDS}
    for name in names[1:]:
        kind = draw(st.sampled_from(_KINDS if ephemeral_containers else _KINDS[:2]))
        made: JSON = {"name": name, "image": "nginx"} if kind == "ephemeralContainers" else draw(_containers(name))
        spec.setdefault(kind, []).append(made | ({"restartPolicy": "Always"} if kind == "initContainers" else {}))
    optional: JSON = {"restartPolicy": st.sampled_from(["Always", "OnFailure", "Never"]), "hostNetwork": st.booleans()}
    return {"metadata": {"name": "web"}, "spec": spec | draw(st.fixed_dictionaries({}, optional=optional))}


@st.composite
def nearly_valid_hook_pods(draw: DrawFn) -> JSON:
    """Pods in which, often, one thing about their containers' lives is written that some API server minds, drops or changes."""
    pod = draw(hook_pods(ephemeral_containers=True))
    spec = pod["spec"]
    kind = draw(st.sampled_from([kind for kind in _KINDS if kind in spec]))
    position = draw(st.integers(0, len(spec[kind]) - 1))
    odd_container: JSON = {
        "lifecycle": lifecycles(handlers=nearly_valid_lifecycle_handlers()) | st.sampled_from([{"stopSignal": "SIGRTMIN+99"}, {}]),
        "restartPolicy": st.sampled_from(["Always", "Never", "OnFailure", "always", ""]),
        **{name: nearly_valid_probes() for name in _PROBES},
    }
    odd_spec: JSON = {
        "terminationGracePeriodSeconds": st.sampled_from([-1, 0, 1]),
        "restartPolicy": st.sampled_from(["", "always"]),
        "os": st.sampled_from([{}, {"name": "windows"}, {"name": "plan9"}, None]),
    }
    field = draw(st.sampled_from([*odd_container, *odd_container, *odd_spec]))
    if field in odd_container and (field != "restartPolicy" or draw(st.booleans())):
        container = spec[kind][position] | {field: draw(odd_container[field])}
        changed = [container if at == position else other for at, other in enumerate(spec[kind])]
        return pod | {"spec": spec | {kind: changed}}
    return pod | {"spec": spec | {field: draw(odd_spec[field])}}


@st.composite
def _containers(draw: DrawFn, name: str) -> JSON:
    """Draw an app container or a sidecar."""
    port: JSON = {"name": st.sampled_from(_PORT_NAMES), "hostPort": st.just(0), "protocol": st.sampled_from(["TCP", "UDP", ""])}
    optional: JSON = {
        "lifecycle": lifecycles(),
        "livenessProbe": probes(),
        "startupProbe": probes(),
        "readinessProbe": probes(grace=False),
        "ports": st.lists(st.fixed_dictionaries({"containerPort": st.integers(1, 65535)}, optional=port), max_size=2),
    }
    return {"name": name, "image": "nginx"} | draw(st.fixed_dictionaries({}, optional=optional))
