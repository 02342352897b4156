r"""What a kubelet and a credential provider's plugin say to each other: one JSON document each way.

The kubelet writes a ``CredentialProviderRequest`` to the plugin's standard input and reads a ``CredentialProviderResponse`` from its
standard output (``staging/src/k8s.io/kubelet/pkg/apis/credentialprovider``; ``ExecPlugin`` in ``pkg/credentialprovider/plugin/plugin.go``).
Nothing is run here: ``plan_plugin_call`` says what would be, ``CredentialProviderResponse.parse`` reads what came back.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

import attrs

from ...apimachinery.durations import to_duration
from ...apimachinery.errors import KubeContainersError
from ...apimachinery.frozenmap import FrozenMap
from ...apimachinery.objects import JSONObject
from ...apimachinery.release import LATEST, Change, NotInRelease, Release
from ...apimachinery.secret_text import SecretText, to_secret
from ...golang.duration import BadDuration, Duration
from ...golang.json import BadJSON, Members, Node, Number, decode, encode, struct_fields
from ...golang.path_join import join_path
from ...golang.text import to_bytes, to_octets, to_text
from ..credential import Credential, frozen_credentials, shown_credentials
from .config import CredentialProvider
from .document import PLUGIN_GROUP

__all__ = [
    "PLUGIN_API_VERSIONS",
    "PLUGIN_TIMEOUT",
    "STRICT_RESPONSES",
    "TOKEN_IN_REQUEST",
    "CacheKeyType",
    "CredentialProviderResponse",
    "InvalidProviderResponse",
    "PluginCall",
    "PluginHost",
    "ResponseProblem",
    "ServiceAccountDetails",
    "UnsupportedPluginVersion",
    "plan_plugin_call",
]

STRICT_RESPONSES = Change(since="1.32", summary="a response with an unknown field, a field in the wrong case or a field twice is refused")
TOKEN_IN_REQUEST = Change(
    since="1.33", summary="a request of version v1 can hold a token of the pod's ServiceAccount, and annotations of that ServiceAccount"
)

_WITH_TOKEN = f"{PLUGIN_GROUP}/v1"
PLUGIN_API_VERSIONS = (_WITH_TOKEN, f"{PLUGIN_GROUP}/v1beta1", f"{PLUGIN_GROUP}/v1alpha1")
"""The versions of the protocol; a provider's ``apiVersion`` names its own."""

PLUGIN_TIMEOUT = Duration.of(60)
"""How long a plugin may take; Kubernetes cannot be told otherwise."""

_REQUEST = "CredentialProviderRequest"
_RESPONSE = "CredentialProviderResponse"


# -------------------------------------------------------------------------------------------------------------------- request


_WRITE_NEWEST = f"write {_WITH_TOKEN}"


class UnsupportedPluginVersion(KubeContainersError):
    """A provider's ``apiVersion`` is no version of the protocol, so that a kubelet would not start with it."""

    def __init__(self, provider: str, api_version: str, hint: str = _WRITE_NEWEST) -> None:
        super().__init__(provider, api_version, hint)
        self.provider = provider
        self.api_version = api_version
        self.hint = hint

    def _sentence(self) -> str:
        return f"credential provider {self.provider[:200]!r}: no version of the protocol: {self.api_version[:200]!r}"


def _frozen(texts: Mapping[str, str]) -> FrozenMap[str, str]:
    return FrozenMap(texts)


def _names(variables: Mapping[str, str]) -> str:
    return f"<{len(variables)} variables>"


@attrs.frozen
class PluginHost:
    """What a kubelet gives to every plugin.

    ``directory`` is where the plugins lie (``--image-credential-provider-bin-dir``), ``environment`` the kubelet's own, which plugins
    inherit, ``timeout`` how long they may take: a minute in Kubernetes. The values of the environment are not shown.
    """

    directory: str = ""
    environment: FrozenMap[str, str] = attrs.field(factory=lambda: FrozenMap[str, str]({}), converter=_frozen, repr=_names)
    timeout: Duration = attrs.field(default=PLUGIN_TIMEOUT, converter=to_duration)


_NO_TOKEN = SecretText("")


@attrs.frozen
class ServiceAccountDetails:
    """What a plugin is told of the pod's ServiceAccount: a token for it, and some of its annotations."""

    token: SecretText = attrs.field(default=_NO_TOKEN, converter=to_secret)
    annotations: FrozenMap[str, str] = attrs.field(factory=lambda: FrozenMap[str, str]({}), converter=_frozen)

    def __bool__(self) -> bool:
        return bool(self.token) or bool(self.annotations)


@attrs.frozen
class PluginCall:
    """One call of a plugin: the command, its arguments, its whole environment, its standard input, and how long it may take.

    The standard input may hold a token and is not shown, nor are the values of the environment.
    """

    command: str
    args: tuple[str, ...]
    environment: FrozenMap[str, str] = attrs.field(converter=_frozen, repr=_names)
    request: SecretText = attrs.field(converter=to_secret)
    timeout: Duration = attrs.field(default=PLUGIN_TIMEOUT, converter=to_duration)

    @property
    def stdin(self) -> bytes:
        """The standard input as bytes, in the clear."""
        return to_octets(self.request.reveal())


def plan_plugin_call(
    provider: CredentialProvider,
    image: str,
    *,
    host: PluginHost | None = None,
    service_account: ServiceAccountDetails | None = None,
    release: Release = LATEST,
) -> PluginCall:
    r"""Return how a kubelet of ``release`` calls the plugin of a provider about an image.

    ``image`` is taken as it is. Arguments and variables are passed on as they are configured, nothing in them is expanded; a variable of
    the provider replaces one of the kubelet's. ``service_account`` reaches the plugin only by version ``v1`` of the protocol.

    Raises ``UnsupportedPluginVersion``, and ``NotInRelease`` where ``service_account`` says something to a kubelet before 1.33.

    >>> from kubecontainers.credentials.providers.config import CredentialProvider
    >>> provider = CredentialProvider("ecr", ("*.ecr.example",), api_version="credentialprovider.kubelet.k8s.io/v1", args=("get",))
    >>> call = plan_plugin_call(provider, "1.ecr.example/app", host=PluginHost("/plugins"))
    >>> call.command, call.args, call.request.reveal()[-30:]
    ('/plugins/ecr', ('get',), ',"image":"1.ecr.example/app"}\n')
    """
    if provider.api_version not in PLUGIN_API_VERSIONS:
        raise UnsupportedPluginVersion(provider.name, provider.api_version)
    details = service_account or ServiceAccountDetails()
    if details and TOKEN_IN_REQUEST not in release:
        raise NotInRelease("a ServiceAccount's token for credential providers", release, "it is there since 1.33")
    kubelet = host or PluginHost()
    return PluginCall(
        join_path(kubelet.directory, provider.name),
        provider.args,
        {**kubelet.environment, **dict(map(_variable, provider.env))},
        _request(provider.api_version, image, details),
        kubelet.timeout,
    )


def _variable(pair: tuple[str, str]) -> tuple[str, str]:
    """Return the variable that the plugin sees: ``NAME=VALUE`` is cut at its first ``=``, or at the second if it begins with one."""
    written = "=".join(pair)
    at = max(written.find("=", 1), 0)
    return written[:at], written[at + 1 :]


def _request(api_version: str, image: str, details: ServiceAccountDetails) -> SecretText:
    fields: dict[str, object] = {"kind": _REQUEST, "apiVersion": api_version, "image": to_text(image)}
    if api_version == _WITH_TOKEN:
        if details.token:
            fields["serviceAccountToken"] = details.token.reveal()
        if details.annotations:
            fields["serviceAccountAnnotations"] = dict(sorted(details.annotations.items(), key=lambda item: to_bytes(item[0])))
    return SecretText(encode(fields) + "\n")


# ------------------------------------------------------------------------------------------------------------------- response


class CacheKeyType(enum.Enum):
    """For which images a response may be used again; the values are those of ``cacheKeyType``."""

    IMAGE = "Image"
    REGISTRY = "Registry"
    GLOBAL = "Global"


class ResponseProblem(enum.Enum):
    """What is wrong with a response, in the order in which Kubernetes looks."""

    NOT_JSON = "it is not one JSON document"
    NOT_AN_OBJECT = "it is JSON, but no object"
    UNREADABLE_KIND = "kind or apiVersion is no string"
    UNREADABLE_VERSION = "apiVersion has more than one /"
    OTHER_VERSION = "its apiVersion is not that of the provider"
    OTHER_KIND = "its kind is not CredentialProviderResponse"
    WRONG_TYPE = "a field is of the wrong type"
    BAD_DURATION = "cacheDuration is no duration"
    UNKNOWN_FIELD = "it has a field that is not known, or not in this case"
    DUPLICATE_FIELD = "it has a field twice"


_HINTS = {
    ResponseProblem.NOT_JSON: "write JSON to standard output, nothing else, not YAML; messages belong to standard error",
    ResponseProblem.NOT_AN_OBJECT: "write a CredentialProviderResponse",
    ResponseProblem.OTHER_VERSION: "answer in the version of the request",
    ResponseProblem.BAD_DURATION: "write a duration such as 6h or 1m30s",
    ResponseProblem.UNKNOWN_FIELD: "known are kind, apiVersion, cacheKeyType, cacheDuration and auth, and in auth username and password",
}


class InvalidProviderResponse(KubeContainersError):
    """What a plugin wrote is no response that a kubelet takes.

    ``problem`` is the rule that it breaks, ``field`` where, as far as it is a known field. The text itself, which may hold passwords, is
    left out.
    """

    def __init__(self, problem: ResponseProblem, field: str = "", hint: str = "") -> None:
        super().__init__(problem, field, hint)
        self.problem = problem
        self.field = field
        self.hint = hint

    def _sentence(self) -> str:
        where = f"{self.field}: " if self.field else ""
        return f"not a response of a credential provider: {where}{self.problem.value}"


@attrs.frozen
class CredentialProviderResponse:
    """What a plugin answers.

    ``cache_key_type`` is as written; ``key_type`` is ``None`` for one that Kubernetes does not know, and such a response is dropped.
    ``cache_duration`` is ``None`` where the provider's default counts. ``auth`` are the credentials by registry pattern.
    """

    cache_key_type: str = ""
    cache_duration: Duration | None = attrs.field(default=None, converter=attrs.converters.optional(to_duration))
    auth: FrozenMap[str, Credential] = attrs.field(
        factory=lambda: FrozenMap[str, Credential]({}), converter=frozen_credentials, repr=shown_credentials
    )

    @classmethod
    def parse(cls, text: str | bytes | SecretText, *, api_version: str, release: Release = LATEST) -> CredentialProviderResponse:
        """Return the response in what a plugin wrote to its standard output.

        ``api_version`` is that of the provider. Raises ``InvalidProviderResponse``, with the rule and a hint.

        >>> version = "credentialprovider.kubelet.k8s.io/v1"
        >>> text = '{"kind": "CredentialProviderResponse", "apiVersion": "%s", "cacheKeyType": "Image", "cacheDuration": "6h"}' % version
        >>> CredentialProviderResponse.parse(text, api_version=version).cache_duration
        Duration('6h0m0s')
        """
        members = _document(text.reveal() if isinstance(text, SecretText) else text)
        kind, version = _type_of(members)
        if version.count("/") > 1:
            raise _invalid(ResponseProblem.UNREADABLE_VERSION, "apiVersion")
        if version != api_version:
            raise _invalid(ResponseProblem.OTHER_VERSION, "apiVersion")
        if kind != _RESPONSE:
            raise _invalid(ResponseProblem.OTHER_KIND, "kind")
        response = _read(members)
        if STRICT_RESPONSES in release:
            _check_strictly(members)
        return response

    def to_json(self, *, api_version: str = _WITH_TOKEN) -> JSONObject:
        """Return the response as a plugin writes it, in the clear: it holds the passwords."""
        entries = {name: {"username": entry.username, "password": entry.password.reveal()} for name, entry in self.auth.items()}
        fields: dict[str, object] = {"kind": _RESPONSE, "apiVersion": api_version, "cacheKeyType": self.cache_key_type}
        if self.cache_duration is not None:
            fields["cacheDuration"] = str(self.cache_duration)
        return {**fields, "auth": entries}

    def to_text(self, *, api_version: str = _WITH_TOKEN) -> SecretText:
        """Return the text for a plugin to write.

        >>> text = CredentialProviderResponse("Image", 3600, {"quay.io": Credential("ci", "hunter2")}).to_text()
        >>> text.reveal()[-106:]
        '"cacheKeyType":"Image","cacheDuration":"1h0m0s","auth":{"quay.io":{"username":"ci","password":"hunter2"}}}'
        """
        return SecretText(encode(self.to_json(api_version=api_version)))

    @property
    def key_type(self) -> CacheKeyType | None:
        """The kind of key under which the response is cached."""
        return next((known for known in CacheKeyType if known.value == self.cache_key_type), None)


_FIELDS = ("kind", "apiVersion", "cacheKeyType", "cacheDuration", "auth")
_AUTH_FIELDS = ("username", "password")
_ENTRY = "auth[…]"


def _invalid(problem: ResponseProblem, field: str = "") -> InvalidProviderResponse:
    return InvalidProviderResponse(problem, field, _HINTS.get(problem, ""))


def _document(text: str | bytes) -> Members:
    try:
        node = decode(text)
    except BadJSON:
        pass
    else:
        if node is None or isinstance(node, Members):
            return node or Members()
        raise _invalid(ResponseProblem.NOT_AN_OBJECT)
    raise _invalid(ResponseProblem.NOT_JSON)


def _type_of(members: Members) -> tuple[str, str]:
    """Return kind and version, which are found whatever the case of their names."""
    found = {"kind": "", "apiVersion": ""}
    for name, value in struct_fields(members, tuple(found)):
        if value is not None:
            found[name] = _text(value, name, ResponseProblem.UNREADABLE_KIND)
    return found["kind"], found["apiVersion"]


def _read(members: Members) -> CredentialProviderResponse:
    """Return the response, of fields that stand there twice the last, apart from ``auth``, which is merged."""
    key_type, duration, auth = "", None, dict[str, Credential]()
    for name, value in members:
        if name == "cacheKeyType" and value is not None:
            key_type = _text(value, name)
        elif name == "cacheDuration":
            duration = None if value is None else _duration(value)
        elif name == "auth" and value is None:
            auth = {}
        elif name == "auth":
            auth.update((pattern, _credential(entry)) for pattern, entry in _members(value, name))
    return CredentialProviderResponse(key_type, duration, auth)


def _credential(entry: Node) -> Credential:
    fields: dict[str, str] = {}
    for name, value in _members(entry, _ENTRY):
        if name in _AUTH_FIELDS and value is not None:
            fields[name] = _text(value, f"{_ENTRY}.{name}")
    return Credential(**fields)


def _members(value: Node, field: str) -> Members:
    if isinstance(value, Members):
        return value
    if value is None:
        return Members()
    raise _invalid(ResponseProblem.WRONG_TYPE, field)


def _text(value: Node, field: str, problem: ResponseProblem = ResponseProblem.WRONG_TYPE) -> str:
    if isinstance(value, str) and not isinstance(value, Number):
        return value
    raise _invalid(problem, field)


def _duration(value: Node) -> Duration:
    text = _text(value, "cacheDuration")
    try:
        return Duration.parse(text)
    except BadDuration:
        pass
    raise _invalid(ResponseProblem.BAD_DURATION, "cacheDuration")


def _check_strictly(members: Members) -> None:
    _check_names(members, "", _FIELDS)
    for name, auth in members:
        if name == "auth" and isinstance(auth, Members):
            _check_names(auth, "auth")
            for _, entry in auth:
                _check_names(_members(entry, _ENTRY), _ENTRY, _AUTH_FIELDS)


def _check_names(members: Members, field: str, known: Iterable[str] | None = None) -> None:
    """Refuse a name that is not among the known, where there are such, and one that stands there twice."""
    if known is not None and not {name for name, _ in members} <= set(known):
        raise _invalid(ResponseProblem.UNKNOWN_FIELD, field)
    if len({name for name, _ in members}) < len(members):
        raise _invalid(ResponseProblem.DUPLICATE_FIELD, field)
