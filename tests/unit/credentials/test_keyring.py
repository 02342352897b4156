from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.secret_text import SecretNotPicklable
from kubecontainers.credentials.credential import Credential, FileSource, ObjectCoordinates, SecretSource, Source
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.keyring import Keyring, KeyringMatch, KeyringUnion, SkippedKey, repository_name
from kubecontainers.credentials.registry_pattern import MatchReason
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.reference import ImageReference

HUB = "https://index.docker.io/v1/"


def config(*keys: str, prefix: str = "") -> DockerConfig:
    """A config whose user names are its keys."""
    return DockerConfig({key: Credential(prefix + key, "hunter2") for key in keys})


def keyring(*keys: str) -> Keyring:
    return Keyring().with_config(config(*keys))


def users(found: tuple[KeyringMatch, ...]) -> list[str]:
    return [match.credential.username for match in found]


# The two JSON examples of the Kubernetes documentation ("Interpretation of config.json").
GLOBBED: dict[str, Any] = {"auths": {"my-registry.io/images": {"auth": "Og=="}, "*.my-registry.io/images": {"auth": "Og=="}}}
NESTED: dict[str, Any] = {"auths": {"my-registry.io/images": {"auth": "Og=="}, "my-registry.io/images/subpath": {"auth": "Og=="}}}


@pytest.mark.parametrize(
    ("image", "keys"),
    [
        ("my-registry.io/images", ["my-registry.io/images"]),
        ("my-registry.io/images/my-image", ["my-registry.io/images"]),
        ("my-registry.io/images/another-image", ["my-registry.io/images"]),
        ("sub.my-registry.io/images/my-image", ["*.my-registry.io/images"]),
        ("a.sub.my-registry.io/images/my-image", []),
        ("a.b.sub.my-registry.io/images/my-image", []),
        ("my-registry.io/images-private/x", ["my-registry.io/images"]),  # the documentation speaks of paths; it is a prefix of the text
        ("my-registry.io/other", []),
    ],
)
def test_the_first_documented_config(image: str, keys: list[str]) -> None:
    found = Keyring().with_config(DockerConfig.parse(json.dumps(GLOBBED))).lookup(image)
    assert [match.key.text for match in found] == keys


def test_the_second_documented_config() -> None:
    """Right in the documentation, if not for the reason one would think: the order is by bytes, not by how specific a key is."""
    both = Keyring().with_config(DockerConfig.parse(json.dumps(NESTED)))
    found = both.lookup("my-registry.io/images/subpath/my-image")
    assert [match.key.text for match in found] == ["my-registry.io/images/subpath", "my-registry.io/images"]
    assert [match.key.text for match in both.lookup("my-registry.io/images/x")] == ["my-registry.io/images"]


def test_credentials_are_put_together_and_never_merged() -> None:
    """The documentation says that credentials of all sources are merged: each stands for itself, and twice if it is there twice."""
    sources: list[Source] = [SecretSource(ObjectCoordinates("shop", "one")), SecretSource(ObjectCoordinates("shop", "two"))]
    twice = Keyring.of([(config("quay.io"), source) for source in sources])
    found = twice.lookup("quay.io/shop/web")
    assert [(match.credential, match.source) for match in found] == [(Credential("quay.io", "hunter2"), source) for source in sources]


def test_all_secrets_of_one_registry_are_tried() -> None:
    several = Keyring().with_config(config("quay.io", prefix="1 ")).with_config(config("https://quay.io/", "quay.io/shop", prefix="2 "))
    assert users(several.lookup("quay.io/shop/web")) == ["2 quay.io/shop", "1 quay.io", "2 https://quay.io/"]


def test_order() -> None:
    """By the bytes of the index keys, the greatest first: it says nothing about how specific a key of another host is."""
    ring = keyring("*.io", "a.io", "a.io/team", "a.*", "*.*", "a.io/team/app", "a*.io", "é.io", "**.io")
    assert users(ring.lookup("a.io/team/app")) == ["a.io/team/app", "a.io/team", "a.io", "a.*", "a*.io", "*.io", "*.*", "**.io"]
    assert ring.index_keys == ("é.io", "a.io/team/app", "a.io/team", "a.io", "a.*", "a*.io", "*.io", "*.*", "**.io")


def test_keys_with_one_index_key() -> None:
    """Within one config Kubernetes' order is random; here it is that of the keys as written."""
    ring = keyring("https://a.io", "a.io", "http://a.io/", "a.io/v1/", "ci@a.io")
    assert users(ring.lookup("a.io/b")) == ["a.io", "a.io/v1/", "ci@a.io", "http://a.io/", "https://a.io"]
    assert ring.index_keys == ("a.io",)
    ring = keyring("a.io?\uffff", "a.io?\udc80")  # by their bytes: the second is a byte that is not UTF-8
    assert users(ring.lookup("a.io/b")) == ["a.io?\udc80", "a.io?\uffff"]


@pytest.mark.parametrize(
    ("image", "offered"),
    [
        ("nginx", True),
        ("nginx:1.27@sha256:" + "0" * 64, True),
        ("library/nginx", True),
        ("docker.io/library/nginx", True),
        ("index.docker.io/library/nginx", True),
        ("localhost/app", True),  # it is asked for at this host, and still counts as naming no registry
        ("registry-1.docker.io/library/nginx", False),
        ("quay.io/shop/web", False),
    ],
)
@pytest.mark.parametrize("key", [HUB, "index.docker.io", "https://index.docker.io/v2/", "http://index.docker.io"])
def test_docker_hub(key: str, image: str, offered: bool) -> None:
    found = keyring(key).lookup(image)
    assert users(found) == ([key] if offered else [])
    assert all(match.by_default for match in found)


@pytest.mark.parametrize("key", ["https://index.docker.io/v1", "https://registry-1.docker.io/v2/", "hub.docker.com", "index.docker.io:443"])
def test_keys_that_look_like_docker_hub(key: str) -> None:
    """Without its final slash the usual key keeps its path and matches nothing."""
    assert keyring(key).lookup("nginx") == ()


@pytest.mark.parametrize("key", ["docker.io", "*.io", "docker.io/library", "docker.*"])
def test_any_key_that_matches_goes_before_docker_hub(key: str) -> None:
    assert users(keyring(HUB, key).lookup("nginx")) == [key]
    assert not keyring(HUB, key).lookup("nginx")[0].by_default


def test_docker_hub_of_several_configs() -> None:
    ring = keyring(HUB).with_config(config("quay.io")).with_config(config("index.docker.io"))
    assert users(ring.lookup("nginx")) == [HUB, "index.docker.io"]


def test_raw_text_is_another_thing_than_a_reference() -> None:
    ring = keyring("*", HUB, "localhost", "nginx:1")
    assert users(ring.lookup_text("nginx")) == ["*"]
    assert users(ring.lookup("nginx")) == [HUB]
    assert users(ring.lookup_text("localhost/app")) == ["localhost", "*"]
    assert users(ring.lookup_text("nginx:1")) == ["nginx:1"]  # a port, not a tag
    assert users(ring.lookup_text("nginx:latest")) == [HUB]  # no URL, but an image of Docker Hub
    assert ring.lookup_text("quay.io/%zz") == ()
    assert ring.lookup_text("") == ring.lookup_text("x")[:1]


def test_lookup_takes_a_reference() -> None:
    ring = keyring("quay.io/shop")
    assert users(ring.lookup(ImageReference.parse("quay.io/shop/web:1.0"))) == ["quay.io/shop"]
    assert repository_name("quay.io/shop/web:1.0@sha256:" + "0" * 64) == "quay.io/shop/web"
    for ask in (ring.lookup, ring.explain, KeyringUnion((ring,)).lookup):
        with pytest.raises(InvalidReference):
            ask("BAD NAME")


def test_bytes() -> None:
    ring = keyring("%ff.io", "a.io/%ff", "*.io")
    assert users(ring.lookup_text(b"\xff.io/a")) == ["%ff.io", "*.io"]
    assert users(ring.lookup_text(b"a.io/\xff\xfe")) == ["a.io/%ff", "*.io"]
    assert users(ring.lookup_text("\udcff.io")) == ["*.io"]
    assert [key.key for key in ring.explain_text(b"\xff.io/a") if key.offered] == ["%ff.io", "*.io"]


def test_skipped_keys() -> None:
    source = FileSource("config.json")
    ring = Keyring().with_config(config("a b", "quay.io", "quay.io:x"), source).with_config(config("%"))
    assert [key.key for key in ring.skipped] == ["a b", "quay.io:x", "%"]
    assert ring.skipped[0] == SkippedKey("a b", source, "a character cannot stand in a host")
    assert [entry.key.text for entry in ring.entries] == ["quay.io"]


def test_a_key_that_cannot_be_read_again_matches_nothing() -> None:
    ring = keyring("a.io/%25zz", "a.io")
    assert ring.index_keys == ("a.io/%zz", "a.io")
    assert users(ring.lookup_text("a.io/%25zz")) == ["a.io"]
    explained = ring.explain_text("a.io/b")
    assert [(key.key, key.match is None, key.offered) for key in explained] == [("a.io/%25zz", True, False), ("a.io", False, True)]


def test_explanations() -> None:
    source = FileSource("config.json")
    ring = Keyring().with_config(config(HUB, "quay.io:5000", "*.quay.io", "quay.io/team", "quay.*", "a b"), source)
    found = ring.explain("quay.io/shop/web:1.0")
    assert [(key.key, key.match and key.match.reason, key.offered) for key in found] == [
        ("quay.io:5000", MatchReason.PORT, False),
        ("quay.io/team", MatchReason.PATH, False),
        ("quay.*", MatchReason.MATCH, True),
        (HUB, MatchReason.LABEL_COUNT, False),
        ("*.quay.io", MatchReason.LABEL_COUNT, False),
        ("a b", None, False),
    ]
    assert {key.source for key in found} == {source}
    assert found[3].index_key == "index.docker.io"
    assert found[5].index_key == ""


def test_the_default_registry_is_explained() -> None:
    ring = keyring(HUB, "quay.io")
    assert [(key.key, key.offered) for key in ring.explain("nginx")] == [("quay.io", False), (HUB, True)]
    assert [(key.key, key.offered) for key in keyring(HUB, "docker.io").explain("nginx")] == [(HUB, False), ("docker.io", True)]


def test_adding_leaves_the_old_keyring_alone() -> None:
    old = keyring("quay.io")
    assert users(old.lookup("quay.io/a")) == ["quay.io"]
    new = old.with_config(config("quay.io/a"))
    assert users(old.lookup("quay.io/a")) == ["quay.io"]
    assert users(new.lookup("quay.io/a")) == ["quay.io/a", "quay.io"]


def test_many_configs_one_after_the_other() -> None:
    configs = [config(f"a{number % 7}.io", "*.io", prefix=f"{number} ") for number in range(33)]
    ring = Keyring()
    for one in configs:
        ring = ring.with_config(one)
        ring.lookup_text("a3.io")
    whole = Keyring.of([(one, FileSource()) for one in configs])
    assert ring == whole
    assert hash(ring) == hash(whole)
    assert users(ring.lookup_text("a3.io")) == users(whole.lookup_text("a3.io"))
    assert users(ring.lookup_text("a3.io"))[:6] == ["3 a3.io", "10 a3.io", "17 a3.io", "24 a3.io", "31 a3.io", "0 *.io"]
    assert ring.entries == whole.entries


def test_configs_without_entries() -> None:
    ring = Keyring().with_config(DockerConfig()).with_config(DockerConfig({})).with_config(config("a.io")).with_config(DockerConfig())
    assert users(ring.lookup("a.io/b")) == ["a.io"]
    assert Keyring.of([]) == Keyring()
    assert Keyring().lookup_text("a") == Keyring().entries == ()


def test_union() -> None:
    """Each member decides for itself whether its key of the default registry answers."""
    first, second, third = keyring(HUB, "quay.io"), keyring("docker.io", HUB), keyring(HUB)
    union = first | second | third
    assert union == first | (second | third) == KeyringUnion((first, second, third)) == KeyringUnion() | union
    assert users(union.lookup("nginx")) == [HUB, "docker.io", HUB]
    assert users(union.lookup_text("quay.io/a")) == ["quay.io"]
    assert union.lookup_text("gcr.io/a") == KeyringUnion().lookup("gcr.io/a") == ()
    offered = [(key.key, key.offered) for key in union.explain("nginx")]
    assert offered == [("quay.io", False), (HUB, True), (HUB, False), ("docker.io", True), (HUB, True)]
    assert union.explain("nginx") == union.explain_text("docker.io/library/nginx")


def test_release() -> None:
    old, new = (Keyring(Release(minor)).with_config(config("a:1:2", "*")) for minor in ("1.35", "1.36"))
    assert users(old.lookup_text("a:1:2")) == ["a:1:2", "*"]
    assert new.lookup_text("a:1:2") == ()
    assert [key.key for key in new.skipped] == ["a:1:2"]
    assert old != new


def test_value() -> None:
    ring = keyring("a.io")
    assert "hunter2" not in repr(ring) + repr(ring.entries) + repr(ring.lookup("a.io/b")) + repr(ring | ring)
    assert copy.deepcopy(ring) == ring
    for value in (ring, ring | ring, ring.entries, ring.lookup("a.io/b")):
        with pytest.raises(SecretNotPicklable):
            pickle.dumps(value)
