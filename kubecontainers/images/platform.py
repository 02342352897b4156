"""Platforms of images and nodes: operating system, architecture, variant.

What a platform *is* says the OCI image specification; how its many spellings are made one, and the specifier syntax
``os(version+feature)/architecture/variant``, is a matter of containerd's library (``github.com/containerd/platforms`` v1.0.0-rc.4).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

import attrs

from ..apimachinery.errors import KubeContainersError, MalformedObject
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, mapping_at, root_object, text_at, texts_at
from ..golang.path_join import join_path
from ..golang.text import from_bytes, to_lower, to_text

__all__ = ["ARCHITECTURES", "LINUX_AMD64", "OPERATING_SYSTEMS", "InvalidPlatform", "Platform", "PlatformProblem"]

# specifier ::= os [ "(" [ version ] { "+" feature } ")" ] | architecture | os… "/" architecture [ "/" variant ]
_OS = re.compile(r"([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?", re.ASCII)
_COMPONENT = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?", re.ASCII)
_MAX_COMPONENTS = 3

# fmt: off
OPERATING_SYSTEMS = frozenset({
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd", "openbsd", "plan9",
    "solaris", "windows", "zos",
})
"""The operating systems that may stand alone as a specifier: those that Go knows, or once knew."""

ARCHITECTURES = frozenset({
    "386", "amd64", "amd64p32", "arm", "arm64", "arm64be", "armbe", "loong64", "mips", "mips64", "mips64le", "mips64p32", "mips64p32le",
    "mipsle", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm",
})
"""The architectures that may stand alone as a specifier: those that Go knows, or once knew."""
# fmt: on

_OS_ALIASES = {"macos": "darwin"}
_ARCHITECTURE_ALIASES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64"}
_FIXED_VARIANTS = {"i386": ("386", ""), "armhf": ("arm", "v7"), "armel": ("arm", "v6")}
"""Names of an architecture that say its variant as well."""

_VARIANT_ALIASES = {
    "amd64": {"v1": ""},
    "arm64": {"8": "", "v8": "", "v8.0": "", "9": "v9", "9.0": "v9", "v9.0": "v9"},
    "arm": {"": "v7", "7": "v7", "5": "v5", "6": "v6", "8": "v8"},
}

# what would be read as syntax inside the parentheses; the percent sign comes first
_ESCAPES = str.maketrans({char: f"%{ord(char):02X}" for char in "%+()/"})


class PlatformProblem(enum.Enum):
    """What is wrong with a specifier; containerd calls all of them InvalidArgument."""

    WILDCARD = "a specifier has no wildcards"
    OPERATING_SYSTEM = "this is no operating system"
    COMPONENT = "this is neither architecture nor variant"
    ESCAPE = "a percent sign stands before two hex digits"
    UNKNOWN = "neither an operating system nor an architecture of that name is known"
    COMPONENTS = "a specifier has at most three components"


_HINTS = {
    PlatformProblem.WILDCARD: "name one platform, such as linux/arm64",
    PlatformProblem.OPERATING_SYSTEM: "write letters, digits, _ and -, such as linux or windows(10.0.20348)",
    PlatformProblem.COMPONENT: "write letters, digits, _, . and -, such as arm64 or v8",
    PlatformProblem.ESCAPE: "write a percent sign as %25",
    PlatformProblem.UNKNOWN: "write both, such as linux/arm64",
    PlatformProblem.COMPONENTS: "write os/architecture/variant, such as linux/arm/v7",
}


class InvalidPlatform(KubeContainersError):
    """A text is no platform specifier; ``part`` is the component that breaks it."""

    def __init__(self, text: str, problem: PlatformProblem, part: str = "", hint: str = "") -> None:
        hint = hint or _HINTS[problem]
        super().__init__(text, problem, part, hint)
        self.text = text
        self.problem = problem
        self.part = part
        self.hint = hint

    def _sentence(self) -> str:
        part = f"{self.part[:100]!r}: " if self.part != self.text else ""
        return f"not a platform: {self.text[:200]!r}: {part}{self.problem.value}"


def _features(features: Iterable[str]) -> tuple[str, ...]:
    if isinstance(features, str):  # which would be a feature of each letter
        raise MalformedObject("os_features", "a list", "a string")
    return tuple(features)


@attrs.frozen(str=False)
class Platform:
    """What an image runs on, or what a node is.

    ``variant`` is empty or a level of the architecture, such as ``v7`` of arm; ``os_version`` matters on Windows. Every field is as given;
    ``normalized`` makes the spellings of one platform equal. ``str()`` gives ``os/architecture/variant``.

    >>> str(Platform("linux", "aarch64", "v8").normalized())
    'linux/arm64'
    """

    os: str
    architecture: str
    variant: str = ""
    os_version: str = attrs.field(default="", kw_only=True)
    os_features: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=_features)

    @classmethod
    def parse(cls, specifier: str, *, host: Platform | None = None) -> Platform:
        """Return the platform that a specifier names.

        ``specifier`` is ``os``, ``architecture``, ``os/architecture`` or ``os/architecture/variant``, where ``os`` may be followed by
        ``(version+feature…)``. ``host`` (by default ``linux/amd64``) gives what a lone component leaves open. Operating system,
        architecture and variant come out normalised, ``v7`` of arm is left out unless it is written, and ``v8`` of arm64 is kept if it is.

        Raises ``InvalidPlatform``. Follows ``platforms.Parse``.

        >>> Platform.parse("linux/aarch64")
        Platform(os='linux', architecture='arm64', variant='', os_version='', os_features=())
        >>> str(Platform.parse("armhf")), Platform.parse("windows(10.0.20348)/amd64").os_version
        ('linux/arm', '10.0.20348')
        """
        host = LINUX_AMD64 if host is None else host
        specifier = to_text(specifier)
        if "*" in specifier:
            raise InvalidPlatform(specifier, PlatformProblem.WILDCARD, "*")
        first, *others = specifier.split("/", _MAX_COMPONENTS)
        if len(others) == _MAX_COMPONENTS:
            raise InvalidPlatform(specifier, PlatformProblem.COMPONENTS, others[-1])
        for other in others:
            if not _COMPONENT.fullmatch(other):
                raise InvalidPlatform(specifier, PlatformProblem.COMPONENT, other)
        system = _parse_os(specifier, first)
        if others:
            architecture, variant = _normalize_architecture(*others)
            return attrs.evolve(system, architecture=architecture, variant=_written_variant(architecture, variant, written=len(others) > 1))
        return _parse_alone(specifier, system, host)

    @classmethod
    def from_json(cls, obj: JSONObject, *, path: FieldPath = ROOT) -> Platform:
        """Return the platform of an OCI ``platform`` object, or of an image's configuration, which has the same fields.

        ``path`` is where the object stands. Raises ``MalformedObject``.

        >>> Platform.from_json({"os": "linux", "architecture": "arm", "variant": "v7"})
        Platform(os='linux', architecture='arm', variant='v7', os_version='', os_features=())
        """
        root = root_object(obj, path)
        return cls(
            text_at(root, "os", path),
            text_at(root, "architecture", path),
            text_at(root, "variant", path),
            os_version=text_at(root, "os.version", path),
            os_features=texts_at(root, "os.features", path),
        )

    @classmethod
    def of_node(cls, node: JSONObject) -> Platform:
        """Return the platform of a Node object, as far as it tells: no variant, and of Windows the version of the kernel.

        An arm node's variant is known to its runtime alone. Raises ``MalformedObject``.

        >>> str(Platform.of_node({"status": {"nodeInfo": {"operatingSystem": "linux", "architecture": "arm64"}}}))
        'linux/arm64'
        """
        status = mapping_at(root_object(node), "status", ROOT) or {}
        path = ROOT.child("status")
        info = mapping_at(status, "nodeInfo", path) or {}
        path = path.child("nodeInfo")
        system = text_at(info, "operatingSystem", path)
        version = text_at(info, "kernelVersion", path) if system == "windows" else ""
        return cls(system, text_at(info, "architecture", path), os_version=version)

    def to_json(self) -> JSONObject:
        """Return the platform as OCI writes it, without the fields that are empty."""
        fields: dict[str, object] = {"architecture": self.architecture, "os": self.os}
        if self.os_version:
            fields["os.version"] = self.os_version
        if self.os_features:
            fields["os.features"] = list(self.os_features)
        if self.variant:
            fields["variant"] = self.variant
        return fields

    def normalized(self, *, host: Platform | None = None) -> Platform:
        """Return the platform in its one spelling: lower case, aliases replaced, default variants by their rule, features sorted.

        ``host`` (by default ``linux/amd64``) gives the operating system where there is none. ``os_version`` stays as it is. Follows
        ``platforms.Normalize``.

        >>> Platform("macOS", "x86_64", "v1").normalized() == Platform("darwin", "amd64")
        True
        """
        architecture, variant = _normalize_architecture(self.architecture, self.variant)
        system = _normalize_os(self.os) or (LINUX_AMD64 if host is None else host).os
        return Platform(system, architecture, variant, os_version=self.os_version, os_features=sorted(set(self.os_features)))

    @property
    def specifier(self) -> str:
        """The platform as a specifier with version and features, as ``platforms.FormatAll`` prints it.

        >>> Platform("windows", "amd64", os_version="10.0.17763", os_features=("win32k",)).specifier
        'windows(10.0.17763+win32k)/amd64'
        """
        if not self.os:
            return "unknown"
        features = sorted({feature for feature in self.os_features if feature})
        options = "+".join([option.translate(_ESCAPES) for option in (self.os_version, *features)])
        return join_path(f"{self.os}({options})" if options else self.os, self.architecture, self.variant)

    def __str__(self) -> str:
        return join_path(self.os, self.architecture, self.variant) if self.os else "unknown"


LINUX_AMD64 = Platform("linux", "amd64")
"""The platform of most nodes, and the default host of what parses and normalises."""


def _normalize_os(name: str) -> str:
    lower = to_lower(name)
    return _OS_ALIASES.get(lower, lower)


def _normalize_architecture(architecture: str, variant: str = "") -> tuple[str, str]:
    """Return the one spelling of an architecture and its variant."""
    architecture, variant = to_lower(architecture), to_lower(variant)
    if architecture in _FIXED_VARIANTS:
        return _FIXED_VARIANTS[architecture]
    architecture = _ARCHITECTURE_ALIASES.get(architecture, architecture)
    return architecture, _VARIANT_ALIASES.get(architecture, {}).get(variant, variant)


def _written_variant(architecture: str, variant: str, *, written: bool) -> str:
    """Return the variant of a specifier: what is the usual one of arm is left out, that of arm64 kept where it was written."""
    if (architecture, variant) == ("arm", "v7") and not written:
        return ""
    return "v8" if (architecture, variant) == ("arm64", "") and written else variant


def _parse_os(specifier: str, component: str) -> Platform:
    """Return a platform of nothing but an operating system."""
    match = _OS.fullmatch(component)
    if match is None:
        raise InvalidPlatform(specifier, PlatformProblem.OPERATING_SYSTEM, component)
    name, version, features = match.groups(default="")
    decoded = [_unescape(specifier, option) for option in (version, *features.split("+")[1:])]
    return Platform(_normalize_os(name), "", os_version=decoded[0], os_features=decoded[1:])


def _parse_alone(specifier: str, system: Platform, host: Platform) -> Platform:
    """Read a lone component as an operating system, else as an architecture; ``host`` gives the other."""
    if system.os in OPERATING_SYSTEMS:
        variant = _written_variant(host.architecture, host.variant, written=False) if host.architecture == "arm" else ""
        return attrs.evolve(system, architecture=host.architecture, variant=variant)
    architecture, variant = _normalize_architecture(specifier)
    if architecture in ARCHITECTURES:
        return Platform(host.os, architecture, _written_variant(architecture, variant, written=False))
    raise InvalidPlatform(specifier, PlatformProblem.UNKNOWN, specifier)


def _unescape(specifier: str, option: str) -> str:
    """Decode ``%2E``; bytes that are not UTF-8 then are U+FFFD, each."""
    if "%" not in option:
        return option
    for match in _ESCAPE.finditer(option):
        if match[1] is None:
            raise InvalidPlatform(specifier, PlatformProblem.ESCAPE, option)
    return from_bytes(unquote_to_bytes(option))
