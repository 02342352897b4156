"""Names: DNS-1123 labels and subdomains, qualified names, label values, environment variables, keys of config maps.

Kubernetes keeps these rules in ``k8s.io/apimachinery/pkg/util/validation``. A validator returns every rule that the text breaks, in
the order in which Kubernetes checks them, as members of ``NameRule``; an empty tuple means valid. All patterns are ASCII, and all
lengths count bytes.
"""

from __future__ import annotations

import enum
import re

from ..golang.text import to_bytes
from .release import LATEST, Change, Release

__all__ = [
    "RELAXED_ENVIRONMENT_NAMES",
    "EnvNameMode",
    "NameRule",
    "validate_config_map_key",
    "validate_dns1123_label",
    "validate_dns1123_subdomain",
    "validate_env_name",
    "validate_label_value",
    "validate_qualified_name",
]

RELAXED_ENVIRONMENT_NAMES = Change(
    since="1.30",
    gate="RelaxedEnvironmentVariableValidation",
    summary="an environment variable may have any name of printable ASCII characters without '='",
)

MAX_LABEL_BYTES = 63
MAX_SUBDOMAIN_BYTES = 253
MAX_CONFIG_MAP_KEY_BYTES = 253

_LABEL = b"[a-z0-9]+(?:-+[a-z0-9]+)*"
_DNS1123_LABEL = re.compile(_LABEL)
_DNS1123_SUBDOMAIN = re.compile(_LABEL + rb"(?:\." + _LABEL + b")*")
_QUALIFIED_NAME = re.compile(b"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
_STRICT_ENV_NAME = re.compile(b"[-._a-zA-Z][-._a-zA-Z0-9]*")
_RELAXED_ENV_NAME = re.compile(b"[ -<>-~]+")
_CONFIG_MAP_KEY = re.compile(b"[-._a-zA-Z0-9]+")


class NameRule(enum.Enum):
    """A rule that a name can break."""

    TOO_LONG = "tooLong"
    FORMAT = "format"
    DOTS = "dots"
    """A label that would be a subdomain: dots are not allowed in it."""

    PARTS = "parts"
    """A qualified name with more than one ``/``."""
    PREFIX_EMPTY = "prefixEmpty"
    PREFIX_TOO_LONG = "prefixTooLong"
    PREFIX_FORMAT = "prefixFormat"
    NAME_EMPTY = "nameEmpty"
    NAME_TOO_LONG = "nameTooLong"
    NAME_FORMAT = "nameFormat"

    EMPTY = "empty"
    CHARSET = "charset"
    DOT = "dot"
    DOTDOT = "dotdot"
    DOTDOT_PREFIX = "dotdotPrefix"


class EnvNameMode(enum.Enum):
    """Which rule for the names of environment variables: the old one or the one that replaced it."""

    STRICT = "strict"
    RELAXED = "relaxed"


def validate_dns1123_label(value: str, *, prefix: bool = False) -> tuple[NameRule, ...]:
    """Return the rules of a DNS-1123 label that ``value`` breaks.

    ``prefix``: the value is the beginning of a name that the API server will complete (``generateName``), so a final dash is fine.

    >>> validate_dns1123_label("web"), validate_dns1123_label("web.shop")
    ((), (<NameRule.DOTS: 'dots'>,))
    """
    text = _masked(to_bytes(value)) if prefix else to_bytes(value)
    broken = _too_long(text, MAX_LABEL_BYTES, NameRule.TOO_LONG)
    if not _DNS1123_LABEL.fullmatch(text):
        broken += (NameRule.DOTS if _DNS1123_SUBDOMAIN.fullmatch(text) else NameRule.FORMAT,)
    return broken


def validate_dns1123_subdomain(value: str, *, prefix: bool = False) -> tuple[NameRule, ...]:
    """Return the rules of a DNS-1123 subdomain that ``value`` breaks; the labels inside have no length limit of their own.

    ``prefix``: as for a label.

    >>> validate_dns1123_subdomain("registry.example.com")
    ()
    """
    text = _masked(to_bytes(value)) if prefix else to_bytes(value)
    broken = _too_long(text, MAX_SUBDOMAIN_BYTES, NameRule.TOO_LONG)
    return broken if _DNS1123_SUBDOMAIN.fullmatch(text) else (*broken, NameRule.FORMAT)


def validate_label_value(value: str) -> tuple[NameRule, ...]:
    """Return the rules of a label's value that ``value`` breaks; empty text is valid.

    >>> validate_label_value("v1.2_rc"), validate_label_value("-x")
    ((), (<NameRule.FORMAT: 'format'>,))
    """
    text = to_bytes(value)
    broken = _too_long(text, MAX_LABEL_BYTES, NameRule.TOO_LONG)
    return broken if not text or _QUALIFIED_NAME.fullmatch(text) else (*broken, NameRule.FORMAT)


def validate_qualified_name(value: str) -> tuple[NameRule, ...]:
    """Return the rules of a qualified name, such as a label's key, that ``value`` breaks.

    >>> validate_qualified_name("app.kubernetes.io/name"), validate_qualified_name("/name")
    ((), (<NameRule.PREFIX_EMPTY: 'prefixEmpty'>,))
    """
    head, slash, name = to_bytes(value).partition(b"/")
    if b"/" in name:
        return (NameRule.PARTS,)
    broken: tuple[NameRule, ...] = ()
    if not slash:
        name = head
    elif not head:
        broken = (NameRule.PREFIX_EMPTY,)
    else:
        broken = _too_long(head, MAX_SUBDOMAIN_BYTES, NameRule.PREFIX_TOO_LONG)
        if not _DNS1123_SUBDOMAIN.fullmatch(head):
            broken += (NameRule.PREFIX_FORMAT,)
    if not name:
        broken += (NameRule.NAME_EMPTY,)
    broken += _too_long(name, MAX_LABEL_BYTES, NameRule.NAME_TOO_LONG)
    return broken if _QUALIFIED_NAME.fullmatch(name) else (*broken, NameRule.NAME_FORMAT)


def validate_env_name(name: str, *, mode: EnvNameMode | None = None, release: Release = LATEST) -> tuple[NameRule, ...]:
    """Return the rules for the name of an environment variable that ``name`` breaks.

    ``mode`` picks a rule; by default it is the one that the API server of ``release`` applies to a new object.

    >>> validate_env_name("9 lives", release=Release("1.29")), validate_env_name("9 lives")
    ((<NameRule.CHARSET: 'charset'>,), ())
    """
    if mode is None:
        mode = EnvNameMode.RELAXED if RELAXED_ENVIRONMENT_NAMES in release else EnvNameMode.STRICT
    text = to_bytes(name)
    if mode is EnvNameMode.RELAXED:
        if not text:
            return (NameRule.EMPTY,)
        return () if _RELAXED_ENV_NAME.fullmatch(text) else (NameRule.CHARSET,)
    return _charset(text, _STRICT_ENV_NAME) + _dots(text)


def validate_config_map_key(key: str) -> tuple[NameRule, ...]:
    """Return the rules for a key of a ConfigMap or Secret that ``key`` breaks.

    >>> validate_config_map_key("app.properties"), validate_config_map_key("..")
    ((), (<NameRule.DOTDOT: 'dotdot'>,))
    """
    text = to_bytes(key)
    too_long = _too_long(text, MAX_CONFIG_MAP_KEY_BYTES, NameRule.TOO_LONG)
    return too_long + _charset(text, _CONFIG_MAP_KEY) + _dots(text)


def _masked(prefix: bytes) -> bytes:
    """Put a letter in the place of a final dash; Kubernetes forgets the byte before the dash as well."""
    return prefix[:-2] + b"a" if len(prefix) > 1 and prefix.endswith(b"-") else prefix


def _too_long(text: bytes, limit: int, rule: NameRule) -> tuple[NameRule, ...]:
    return (rule,) if len(text) > limit else ()


def _charset(text: bytes, pattern: re.Pattern[bytes]) -> tuple[NameRule, ...]:
    return () if pattern.fullmatch(text) else (NameRule.CHARSET,)


def _dots(text: bytes) -> tuple[NameRule, ...]:
    """Names that would be a place in a file system."""
    if text == b".":
        return (NameRule.DOT,)
    if text == b"..":
        return (NameRule.DOTDOT,)
    return (NameRule.DOTDOT_PREFIX,) if text.startswith(b"..") else ()
