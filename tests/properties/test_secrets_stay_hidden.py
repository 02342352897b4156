# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import base64
import json
import pickle
import pprint
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError, MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.secret_text import SecretNotPicklable, SecretText
from kubecontainers.credentials.credential import Credential, FileSource, ObjectCoordinates, SecretSource
from kubecontainers.credentials.docker_auth import encode_auth, parse_auth
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.docker_config_files import DockerConfigDirectories, find_docker_config
from kubecontainers.credentials.keyring import Keyring, KeyringUnion
from kubecontainers.credentials.providers.cache import ProviderCache
from kubecontainers.credentials.providers.config import CredentialProvider
from kubecontainers.credentials.providers.execution import PluginResult
from kubecontainers.credentials.providers.plugin_provider import PluginProvider, ProvidedCredentials
from kubecontainers.credentials.providers.protocol import PLUGIN_API_VERSIONS, CredentialProviderResponse
from kubecontainers.credentials.pull_secrets import pull_secret_keyring, read_pull_secrets
from kubecontainers.credentials.tracking import track_credential
from kubecontainers.environment.composition import compose_environment, survey_environment
from kubecontainers.environment.container_expansion import expand_command, expand_sub_path
from kubecontainers.environment.env_file import parse_env_file
from kubecontainers.environment.size import measure_environment
from kubecontainers.environment.sources import InMemorySources
from kubecontainers.environment.variables import Environment
from kubecontainers.golang.text import to_octets
from kubecontainers.pulling.ensure_image import ensure_image
from kubecontainers.pulling.image_manager import ImageManagerState, ImageRequest
from kubecontainers.pulling.image_runtime import Pulled
from kubecontainers.pulling.pull_credentials import NodeCredentials, pull_credentials
from kubecontainers.testing.pulling import StandInRuntime
from kubecontainers.testing.stand_in_plugin import StandInPlugin

IMAGE = "quay.io/shop/web:1.0"

PASSWORD = "canary+Password/7"  # noqa: S105
TOKEN = "canary+Token/7"  # noqa: S105
AUTH = base64.b64encode(f"ci:{PASSWORD}".encode()).decode()
NO_AUTH = base64.b64encode(PASSWORD.encode()).decode()

ENTRY: dict[str, Any] = {"username": "ci", "password": PASSWORD, "identitytoken": TOKEN, "registrytoken": TOKEN}
"""What stands at a registry; the documents have it at one that is asked for, at another, and at Docker Hub."""


def entries(entry: object) -> dict[str, Any]:
    return {"quay.io": entry, "*.io/shop": entry, "other.example": entry, "https://index.docker.io/v1/": entry, "bad key": entry}


DOCUMENTS: list[Any] = [
    {"auths": entries(ENTRY), "HttpHeaders": {"Authorization": TOKEN}, "credsStore": TOKEN, "credHelpers": {"quay.io": TOKEN}},
    {"auths": entries({"auth": AUTH, "email": "ci@shop.example"})},
    entries(ENTRY),
    entries({"auth": AUTH}),
    # From here on, something is wrong where a secret stands.
    {"auths": entries({"auth": NO_AUTH})},
    {"auths": entries({"auth": f"{AUTH} "})},
    {"auths": entries({"auth": PASSWORD})},
    {"auths": entries({"auth": [AUTH]})},
    {"auths": entries({"password": {"canary": PASSWORD}})},
    {"auths": entries(AUTH)},
    {"auths": AUTH},
    {"auths": [ENTRY]},
    {"auths": {}, "HttpHeaders": {"Authorization": [TOKEN]}},
    {"auths": {}, "HttpHeaders": TOKEN},
    entries({"auth": NO_AUTH}),
    entries({"auth": [AUTH]}),
    AUTH,
    [PASSWORD],
]
TEXTS = [json.dumps(document) for document in DOCUMENTS]


def secret(text: str, **more: Any) -> dict[str, Any]:
    """A pull secret with a docker config in it."""
    config = "auths" in text
    kind, key = ("kubernetes.io/dockerconfigjson", ".dockerconfigjson") if config else ("kubernetes.io/dockercfg", ".dockercfg")
    data = {key: base64.b64encode(to_octets(text)).decode()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "shop", "name": "registry"}, "type": kind, "data": data} | more


def config(text: str) -> DockerConfig:
    return DockerConfig.parse(text, "config.json" if "auths" in text else "dockercfg")


def keyring(text: str) -> Keyring:
    return Keyring().with_config(config(text), SecretSource(ObjectCoordinates("shop", "registry")))


def pod(key: str) -> dict[str, Any]:
    """A pod with variables that a Secret has part in: itself, its keys, references to them, and what they hide."""
    reference = {"secretKeyRef": {"name": "registry", "key": key}}
    env = [
        {"name": "CONFIG", "valueFrom": reference},
        {"name": "URL", "value": "https://$(CONFIG)@quay.io"},
        {"name": "AGAIN", "value": "$(URL)$(NOWHERE)"},
        {"name": "CONFIG", "value": "hidden"},
        {"name": "MISSING", "valueFrom": {"secretKeyRef": {"name": "registry", "key": "none", "optional": True}}},
    ]
    app = {"name": "app", "env": env, "envFrom": [{"prefix": "P", "secretRef": {"name": "registry"}}]}
    return {"metadata": {"namespace": "shop"}, "spec": {"enableServiceLinks": True, "containers": [app]}}


def environment(text: str, **more: Any) -> Environment:
    """The variables of a container that has a pull secret for its environment."""
    given = secret(text, **more)
    [key] = secret(text)["data"]
    return compose_environment(pod(key), "app", InMemorySources(secrets=[given]), [f"P{key}=image"], hostname="web-0")


def unfinished(text: str) -> object:
    """What is left of such an environment where something fails."""
    [key] = secret(text)["data"]
    return survey_environment(pod(f"no{key}"), "app", InMemorySources(secrets=[secret(text)]), release=Release("1.29"))


def found(text: str) -> object:
    """What a process finds whose every directory holds the document."""
    return find_docker_config(DockerConfigDirectories(home=PurePath("/root")), lambda path: to_octets(text))


# Whatever is made of a docker config document, good or broken, and shown to somebody; a further output is one more row. For an
# environment the document is any secret text.
OUTPUTS: dict[str, Callable[[str], object]] = {
    "DockerConfig.parse": config,
    "DockerConfig.parse config.json": DockerConfig.parse,
    "DockerConfig.parse dockercfg": lambda text: DockerConfig.parse(text, "dockercfg"),
    "DockerConfig.parse bytes": lambda text: DockerConfig.parse(to_octets(text)),
    "DockerConfig.entries": lambda text: config(text).entries,
    "DockerConfig.to_text": lambda text: config(text).to_text(),
    "Credential": lambda text: Credential("ci", text, auth=text, identity_token=text, registry_token=text),
    "parse_auth": parse_auth,
    "parse_auth of bytes": lambda text: parse_auth(base64.b64encode(to_octets(text))),
    "encode_auth": lambda text: encode_auth("ci", text),
    "Keyring": keyring,
    "Keyring, asked": lambda text: asked(keyring(text)),
    "Keyring.entries": lambda text: keyring(text).entries,
    "Keyring.skipped": lambda text: keyring(text).skipped,
    "Keyring.lookup": lambda text: keyring(text).lookup(IMAGE),
    "Keyring.lookup, default registry": lambda text: keyring(text).lookup("nginx"),
    "Keyring.explain": lambda text: keyring(text).explain(IMAGE),
    "KeyringUnion": lambda text: keyring(text) | keyring(text),
    "KeyringUnion.explain": lambda text: KeyringUnion((keyring(text),)).explain("nginx"),
    "find_docker_config": found,
    "read_pull_secrets": lambda text: read_pull_secrets([secret(text)]),
    "read_pull_secrets, data that is no base64": lambda text: read_pull_secrets(
        [secret(text, data=dict.fromkeys(secret(text)["data"], text))]
    ),
    "read_pull_secrets, data that is no text": lambda text: read_pull_secrets(
        [secret(text, data={key: [text] for key in secret(text)["data"]})]
    ),
    "read_pull_secrets, data that is no object": lambda text: read_pull_secrets([secret(text, data=text)]),
    "read_pull_secrets, stringData": lambda text: read_pull_secrets([secret(text, stringData=dict.fromkeys(secret(text)["data"], text))]),
    "read_pull_secrets, passed over": lambda text: read_pull_secrets([secret(text, type="Opaque")]),
    "pull_secret_keyring": lambda text: pull_secret_keyring([secret(text)], Keyring().with_config(DockerConfig(), FileSource())).lookup(
        IMAGE
    ),
    "pull_credentials": lambda text: pull_credentials(IMAGE, secrets=[secret(text)]),
    "pull_credentials, of the node": lambda text: pull_credentials("nginx", node=NodeCredentials(config(text), "config.json")),
    "track_credential": lambda text: [track_credential(match) for match in keyring(text).entries],
    "PluginProvider": lambda text: provided(CredentialProviderResponse("Image", 60, config(text).entries)),
    "PluginProvider, from the cache": lambda text: provided(
        PluginResult(exit_code=1), provided(CredentialProviderResponse("Global", 60, config(text).entries)).cache
    ),
    "PluginProvider, another answer": lambda text: provided(PluginResult(text)),
    "PluginProvider, a plugin that fails": lambda text: provided(PluginResult(text, exit_code=1)),
    "CredentialProviderResponse.parse": lambda text: CredentialProviderResponse.parse(text, api_version=PLUGIN_API_VERSIONS[0]),
    "ensure_image": lambda text: ensure_image(
        ImageManagerState(),
        ImageRequest(ObjectCoordinates(), IMAGE, credentials=pull_credentials(IMAGE, secrets=[secret(text)]).offered),
        StandInRuntime(pull=Pulled("sha256:1", credential=0)),
        now=0,
    ),
    "compose_environment": environment,
    "compose_environment, variables": lambda text: list(environment(text).values()),
    "compose_environment, stringData": lambda text: environment(text, stringData=dict.fromkeys(secret(text)["data"], text)),
    "compose_environment, data that is no base64": lambda text: environment(text, data=dict.fromkeys(secret(text)["data"], text)),
    "compose_environment, data that is no text": lambda text: environment(text, data={key: [text] for key in secret(text)["data"]}),
    "compose_environment, data that is no object": lambda text: environment(text, data=text),
    "compose_environment, a missing key": lambda text: environment(text, data={"other": secret(text)["data"].popitem()[1]}),
    "survey_environment": unfinished,
    "Environment.expand": lambda text: environment(text).expand("$(URL) and $(AGAIN)"),
    "expand_command": lambda text: expand_command({"command": ["run", "$(URL)"], "args": ["$(AGAIN)", "$$(URL)"]}, environment(text)),
    "expand_sub_path": lambda text: expand_sub_path("$(URL)/logs", environment(text)),
    "expand_sub_path, absolute": lambda text: expand_sub_path("/$(URL)", environment(text)),
    "expand_sub_path, upwards": lambda text: expand_sub_path("../$(URL)", environment(text)),
    "expand_sub_path, without a value": lambda text: expand_sub_path("$(URL)/$(NOWHERE)", environment(text)),
    "measure_environment": lambda text: measure_environment(environment(text), max_total_bytes=10),
    "parse_env_file": lambda text: parse_env_file(text, "none"),
    "parse_env_file, a value": lambda text: parse_env_file(f"A='{text}' {text}", "none"),
    "parse_env_file, bare values": lambda text: parse_env_file(f"{text}\n= {text}", "none", release=Release("1.34")),
    "InMemorySources": lambda text: (repr(InMemorySources(secrets=[secret(text)], files={"files": {"app.env": text}})),),
}


def provided(answer: CredentialProviderResponse | PluginResult, cache: ProviderCache | None = None) -> ProvidedCredentials:
    """What a kubelet has of a plugin that answers so."""
    provider = CredentialProvider("plugin", ["quay.io"], 60, PLUGIN_API_VERSIONS[0])
    return PluginProvider(provider, StandInPlugin(answer)).provide("quay.io/shop/web", now=0, cache=cache)


def asked(ring: Keyring) -> Keyring:
    ring.lookup(IMAGE)
    return ring


def forms(text: str) -> list[str]:
    """How a secret could show: as it is, and in base64, whatever stands before it."""
    shifted = [base64.b64encode(before + text.encode()).decode()[4:-4] for before in (b"abc", b"abcd", b"abcde")]
    return [text, text.replace("/", "\\/"), *shifted]


NEEDLES = ["canary", *forms(PASSWORD), *forms(TOKEN), AUTH.rstrip("="), NO_AUTH.rstrip("=")]


def parts(value: object) -> Iterator[str | bytes]:
    """All text that can be reached from a value, but for what a ``SecretText`` holds."""
    waiting, seen = [value], set[int]()
    while waiting:
        part = waiting.pop()
        if isinstance(part, SecretText) or id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, str | bytes):
            yield part
        elif isinstance(part, Mapping):
            entries = cast("Mapping[object, object]", part)
            waiting += [*entries, *entries.values()]
        elif isinstance(part, tuple | list | set | frozenset):
            waiting += cast("list[object]", part)
        elif isinstance(part, BaseException):
            waiting += [part.args, part.__context__, part.__cause__]
        waiting += fields(part)


def fields(value: Any) -> list[object]:
    """What an object has for attributes, private ones and those it keeps for later among them."""
    kinds: tuple[type[Any], ...] = type(value).__mro__
    slots = [getattr(value, name, None) for kind in kinds for name in getattr(kind, "__slots__", ())]
    return [*slots, *getattr(value, "__dict__", {}).values()]


def shown(value: object) -> Iterator[str | bytes]:
    """All that somebody sees of a value, or of an error that was raised."""
    yield from (repr(value), str(value), pprint.pformat(value))
    yield from parts(value)
    if isinstance(value, BaseException):
        yield from traceback.format_exception(value)
    try:
        yield pickle.dumps(value)
    except SecretNotPicklable as error:
        assert "canary" not in str(error)


def leaks(output: Callable[[str], object], text: str) -> list[str | bytes]:
    try:
        value = output(text)
    except KubeContainersError as error:  # any other would be a mistake of its own
        value = error
    texts = list(shown(value))
    return [part for part in texts if any(needle in part if isinstance(part, str) else needle.encode() in part for needle in NEEDLES)]


@st.composite
def damaged_texts(draw: st.DrawFn) -> str:
    """Documents that are cut off, or in which a character is wrong."""
    text = draw(st.sampled_from(TEXTS))
    at = draw(st.integers(0, len(text)))
    odd = draw(st.sampled_from(["", ",", "\0", "\n", "\\", "{", "[", "1", "\u2028", "\udcff", "\ud800"]))
    return text[:at] + odd + draw(st.sampled_from(["", text[at:], text[at + 1 :]]))


class TestNothingShowsASecret:
    """No value and no error shows a password, a token or an ``auth``: not its text, its fields, its causes, its pickle."""

    @pytest.mark.parametrize("name", OUTPUTS)
    def test_documents(self, name: str) -> None:
        for text in TEXTS:
            assert leaks(OUTPUTS[name], text) == []

    @pytest.mark.parametrize("name", OUTPUTS)
    @given(text=damaged_texts())
    def test_damaged_documents(self, name: str, text: str) -> None:
        assert leaks(OUTPUTS[name], text) == []

    def test_inside_another_error(self) -> None:
        """An error that is raised while another is handled has that one for its context, and no other."""
        for text in TEXTS[4:]:
            with pytest.raises(ValueError, match="not a docker config") as caught:
                config(text)
            assert caught.value.__context__ is None
            assert caught.value.__cause__ is None

    @pytest.mark.parametrize(
        "name", ["compose_environment, a missing key", *(name for name in OUTPUTS if name.startswith("expand_sub_path, "))]
    )
    def test_what_a_traceback_keeps(self, name: str) -> None:
        """Once a secret was unwrapped, no function that an error passes through still holds it."""
        for text in TEXTS:
            with pytest.raises(KubeContainersError) as caught:
                OUTPUTS[name](text)
            stack = traceback.TracebackException.from_exception(caught.value, capture_locals=True).stack
            kept = [str(frame.locals) for frame in stack if frame.filename != __file__]
            assert kept
            assert not [local for local in kept if any(needle in local for needle in NEEDLES)]

    def test_the_search_finds_what_is_shown(self) -> None:
        assert leaks(lambda text: {"a": [text]}, TEXTS[0]) != []
        assert leaks(lambda text: config(text).to_json(), TEXTS[0]) != []
        assert leaks(lambda text: base64.b64encode(text.encode()), TEXTS[0]) != []
        assert leaks(json.loads, TEXTS[0]) != []

    def test_the_search_finds_what_an_error_holds(self) -> None:
        def fails(text: str) -> object:
            try:
                return {"a": 7}[text]
            except KeyError:
                raise MalformedObject("data", "base64", "another string")  # noqa: B904

        assert leaks(fails, TEXTS[0]) != []


KEYS = ("https://ci:canary@quay.io", "ci:canary@bad key", "canary@*.io")
VALUES: list[Any] = [{"username": "ci"}, {}, {"auth": "?"}, []]
IN_KEYS = [json.dumps({"auths": dict.fromkeys(KEYS, value)}) for value in VALUES]
"""Documents with a password where Kubernetes takes it off and drops it: in a key, as user information of its URL."""


class TestAKeyShowsNoPassword:
    """What is shown of a key, on a match, a miss or an error, is without its user information; only the entries themselves have it."""

    @pytest.mark.parametrize("name", sorted(OUTPUTS.keys() - {"DockerConfig.entries", "Credential", "parse_auth", "parse_auth of bytes"}))
    def test_keys(self, name: str) -> None:
        for text in IN_KEYS:
            try:
                value = OUTPUTS[name](text)
            except KubeContainersError as error:
                value = error
            assert "canary" not in f"{value!r} {value} {pprint.pformat(value)}"
            if isinstance(value, BaseException):
                assert "canary" not in "".join(traceback.format_exception(value))


class TestNothingIsPickled:
    """What holds a secret cannot be pickled, however deep it stands; hashes and sources can."""

    @pytest.mark.parametrize(
        "value",
        [
            Credential("ci", PASSWORD),
            config(TEXTS[0]),
            config(TEXTS[0]).entries,
            config(TEXTS[0]).to_text(),
            keyring(TEXTS[0]),
            asked(keyring(TEXTS[0])),
            keyring(TEXTS[0]) | keyring(TEXTS[0]),
            keyring(TEXTS[0]).entries,
            keyring(TEXTS[0]).lookup(IMAGE),
            found(TEXTS[0]),
            read_pull_secrets([secret(TEXTS[0])]),
            environment(TEXTS[0]),
            environment(TEXTS[0])["URL"],
            environment(TEXTS[0]).expand("$(URL)"),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_values(self, value: object) -> None:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(SecretNotPicklable):
                pickle.dumps(value, protocol)

    def test_what_is_no_secret(self) -> None:
        for value in (
            keyring(TEXTS[0]).skipped,
            keyring(TEXTS[0]).explain(IMAGE),
            track_credential(keyring(TEXTS[0]).entries[0]),
            environment(TEXTS[0])["URL"].origin,
            measure_environment(environment(TEXTS[0])),
        ):
            assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301
