"""Strategies of image references and their parts: right ones, nearly right ones, hostile ones; offered in ``strategies``."""

from __future__ import annotations

import functools
import operator
import string
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.release import LATEST, Release
from ..images.digest import Digest
from ..images.reference import CAPITAL_REGISTRIES, IPV6_REGISTRIES
from .texts import LOWER

__all__ = [
    "digests",
    "hostile_references",
    "nearly_valid_references",
    "references",
    "registries",
    "repositories",
    "tags",
]

IDENTIFIER_CHARACTERS = 64
SEPARATORS = "/:@.-_"

_LETTERS = string.ascii_letters
_HEX_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_ODD = SEPARATORS + "[]+%$ \n\0\\" + "aZ09" + "é\u0661\u212a\u0130\ud800"


def digests(*, algorithms: tuple[str, ...] = ("sha256", "sha384", "sha512")) -> SearchStrategy[Digest]:
    """Digests of registered algorithms.

    >>> from hypothesis import find
    >>> find(digests(), lambda digest: True) == "sha256:" + 64 * "0"
    True
    """
    return st.one_of([_digests(algorithm) for algorithm in algorithms])


@functools.cache
def _digests(algorithm: str) -> SearchStrategy[Digest]:
    size = _HEX_LENGTHS[algorithm] // 2
    return st.binary(min_size=size, max_size=size).map(lambda data: Digest.parse(f"{algorithm}:{data.hex()}"))


def tags() -> SearchStrategy[str]:
    """Tags: often ``latest`` or a version, otherwise any, up to the longest.

    >>> from hypothesis import find
    >>> find(tags(), lambda tag: tag != "latest")
    '1.27'
    """
    first, more = _LETTERS + string.digits + "_", _LETTERS + string.digits + "_.-"
    return st.one_of(
        st.sampled_from(["latest", "1.27", "v1.31.4", "Latest", "5000", "stable-alpine"]),
        st.builds(operator.add, st.sampled_from(first), st.text(more, max_size=20)),
        st.builds(operator.add, st.sampled_from(first), st.text(more, min_size=127, max_size=127)),
    )


def registries(*, release: Release = LATEST) -> SearchStrategy[str]:
    """Registries, with or without a port, that Docker's defaults take for one in front of a repository.

    ``release`` decides on IPv6 addresses and on names with a capital letter but neither dot nor port.

    >>> from hypothesis import find
    >>> find(registries(), lambda registry: True)
    'docker.io'
    """
    alphabet = _LETTERS + string.digits + "-"
    label = st.text(alphabet, min_size=1, max_size=12).map(lambda text: text.strip("-") or "x")
    dotted = st.lists(label, min_size=2, max_size=4).map(".".join)
    ports = st.one_of(st.integers(0, 99999).map(str), st.just("00080"))
    choices = [
        st.sampled_from(["docker.io", "index.docker.io", "registry.k8s.io", "quay.io", "localhost", "DOCKER.IO", "docker.io:443"]),
        dotted,
        _with_port(st.one_of(label, dotted, st.just("localhost")), ports),
    ]
    if CAPITAL_REGISTRIES in release:
        choices.append(st.builds(operator.add, st.sampled_from(string.ascii_uppercase), label))
    if IPV6_REGISTRIES in release:
        bracketed = st.ip_addresses(v=6).map(_bracketed) | st.sampled_from(["[::1]", "[:::::]", "[aBc]"])
        choices += [bracketed, _with_port(bracketed, ports)]
    return st.one_of(choices)


def repositories() -> SearchStrategy[str]:
    """Repositories: the path of a reference, one to four components.

    >>> from hypothesis import find
    >>> find(repositories(), lambda repository: True)
    'nginx'
    """
    word = st.text(LOWER, min_size=1, max_size=8)
    separator = st.sampled_from([".", "_", "__", "-", "---"])
    longer = st.tuples(word, separator, word, separator, word)
    component = st.one_of(word, st.tuples(word, separator, word).map("".join), longer.map("".join))
    return st.one_of(
        st.lists(component, min_size=1, max_size=4).map("/".join),
        st.sampled_from(["nginx", "library/nginx", "library/shop/web", "reg_istry.k8s.io/x", "localhost/app", "docker.io/app"]),
    )


def references(*, release: Release = LATEST) -> SearchStrategy[str]:
    """Texts that parse as references in mode ``normalized`` in ``release``.

    >>> from hypothesis import given
    >>> @given(references())
    ... def test_my_tool_keeps_the_digest(image):
    ...     ...
    """
    return _references(release)


@functools.lru_cache(maxsize=32)
def _references(release: Release) -> SearchStrategy[str]:
    before = st.just("") | registries(release=release).map("{}/".format)
    name = repositories().filter(lambda text: len(text) != IDENTIFIER_CHARACTERS)
    tag = st.just("") | tags().map(":{}".format)
    digest = st.just("") | digests().map("@{}".format)
    return st.tuples(before, name, tag, digest).map("".join)


@st.composite
def nearly_valid_references(draw: DrawFn, *, release: Release = LATEST) -> str:
    """Image references with one or two small things changed; some are still valid.

    A character, an odd one or a plain one, is put in, left out, replaced or made a capital; a part is doubled, separators are repeated
    or exchanged.

    >>> from hypothesis import given
    >>> @given(nearly_valid_references())
    ... def test_my_tool_agrees_with_kubernetes(image):
    ...     ...
    """
    text = draw(references(release=release))
    for _ in range(draw(st.integers(1, 2))):
        text = draw(st.sampled_from(_MUTATIONS))(draw, text)
    return text


def hostile_references() -> SearchStrategy[str]:
    """Texts that broke other readers of references: control characters, look-alikes, repetition without end, wrong beginnings.

    >>> from hypothesis import find
    >>> find(hostile_references(), lambda text: True)
    ''
    """
    repeated = st.builds(operator.mul, st.sampled_from(_REPEATED), st.integers(1, 4000))
    return st.one_of(
        st.sampled_from(_TRAPS),
        repeated,
        st.builds(operator.add, repeated, st.sampled_from(["!", "\n", "A", ":", "@", "@sha256:", "a"])),
        st.text(st.characters(), max_size=40),
        st.builds(_put_in, references(), st.integers(0, 60), st.sampled_from(_HOSTILE)),
    )


def _with_port(hosts: SearchStrategy[str], ports: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.builds("{}:{}".format, hosts, ports)


def _put_in(text: str, at: int, new: str) -> str:
    return text[:at] + new + text[at:]


def _inserted(draw: DrawFn, text: str) -> str:
    return _put_in(text, draw(st.integers(0, len(text))), draw(st.sampled_from(_ODD)))


def _grown(draw: DrawFn, text: str) -> str:
    return _put_in(text, draw(st.integers(0, len(text))), draw(st.sampled_from(LOWER)))


def _dropped(draw: DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + text[at + 1 :]


def _replaced(draw: DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.sampled_from(_ODD)) + text[at + 1 :]


def _capitalised(draw: DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + text[at : at + 1].upper() + text[at + 1 :]


def _part_doubled(draw: DrawFn, text: str) -> str:
    separator = draw(st.sampled_from("/:@"))
    parts = text.split(separator)
    at = draw(st.integers(0, len(parts) - 1))
    return separator.join([*parts[: at + 1], *parts[at:]])


def _separator_changed(draw: DrawFn, text: str) -> str:
    places = [at for at, char in enumerate(text) if char in SEPARATORS] or [len(text)]
    at = draw(st.sampled_from(places))
    new = draw(st.sampled_from(SEPARATORS) | st.integers(2, 3).map(lambda times: text[at : at + 1] * times))
    return text[:at] + new + text[at + 1 :]


_MUTATIONS: list[Callable[[DrawFn, str], str]] = [_grown, _dropped, _inserted, _replaced, _capitalised, _part_doubled, _separator_changed]

_REPEATED = ("a/", ":", "a:", "a_", "a.", "a-", "-", "_", ".", "/", "@", "\0", "[:", "a@", "A", "é", "%a", "${", "a" * 40, "\ud800", "0")
_HOSTILE = ("\0", "\n", "\r\n", " ", "\t", "\x85", "\u2028", "\u0661", "é", "ß", "\u212a", "\u0130", "\ud800", "\udfff", "😀", "\ufeff")
_TRAPS = (
    "",
    "nginx\n",
    "\nnginx",
    "nginx:latest\n",
    " nginx",
    "nginx ",
    "ng inx",
    "https://registry.k8s.io/pause",
    "docker://nginx",
    "docker-pullable://nginx",
    "reg_istry.k8s.io/x",
    "reg_istry:5000/x",
    "localhost:5000",
    "localhost:5000:v1",
    "registry.k8s.io:5000",
    "registry.k8s.io:port/x",
    "nginx:\u0661",
    "nginx:\u0967.2",
    "ng\u0131nx",
    "\u212aey",
    "x.io/a:\u212a",
    "\uff4eginx",
    "nginx:tag:tag",
    "nginx@tag",
    "nginx:sha256:" + "0" * 64,
    "sha256:" + "0" * 64,
    "0" * 64,
    "0" * 63,
    "A" * 64,
    "nginx@sha256:" + "0" * 63,
    "nginx@SHA256:" + "0" * 64,
    "nginx@md5:" + "0" * 32,
    "nginx@sha256:" + "G" * 64,
    "[::1]/nginx",
    "[::1]:5000/nginx",
    "[::1",
    "[fe80::1%eth0]/nginx",
    "${IMAGE}:${TAG}",
    "{{ .Values.image }}",
    "<image>",
    "a" * 255 + "/" + "b" * 255,
    "a" * 256,
    "docker.io/" + "a" * 255,
    "nginx:" + "t" * 129,
    "Library/nginx",
    "library/Nginx",
    "docker.io/",
    "/",
    "//",
    "a//b",
    ":",
    "@",
    "a/",
    "/a",
    "-a",
    "a-",
    "a..b",
    "a___b",
    "index.docker.io/nginx",
    "docker.io/localhost/app",
)


def _bracketed(address: IPv4Address | IPv6Address) -> str:
    """Write an address in hexadecimal groups: some versions of Python print a dotted tail, which no reference may have."""
    return "[" + ":".join(f"{group:x}" for group in memoryview(address.packed).cast("H")) + "]"
