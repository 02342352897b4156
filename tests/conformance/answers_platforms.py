"""Answers of the room ``images`` about platforms and indexes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from answering import Answer, Given, Value, answering, named

from kubecontainers.images.index import ImageIndex
from kubecontainers.images.media_types import OCI_MANIFEST
from kubecontainers.images.platform import InvalidPlatform, Platform
from kubecontainers.images.platform_match import ALL, AnyOf, Only, OnlyOS, Ordered, PlatformMatcher, only_strict
from kubecontainers.images.select_manifest import matching_positions, select_manifest


def _shown(platform: Platform) -> Value:
    parts = {
        "os": platform.os,
        "architecture": platform.architecture,
        "variant": platform.variant,
        "os.version": platform.os_version,
        "os.features": list(platform.os_features),
    }
    return {"platform": parts, "format": str(platform), "formatAll": platform.specifier}


def platform_normalize(given: Given, minor: str) -> Value:
    return _shown(Platform.from_json(given["platform"]).normalized())


def platform_parse(given: Given, minor: str) -> Value:
    return _shown(Platform.parse(given["specifier"]))


MATCHERS: dict[str, Callable[[Any], PlatformMatcher]] = {
    "only": Only,
    "onlyStrict": only_strict,
    "onlyOS": OnlyOS,
    "ordered": Ordered,
    "any": AnyOf,
}


def _matcher(given: Given) -> PlatformMatcher:
    if given["matcher"] == "all":
        return ALL
    hosts: Any = [Platform.from_json(host) for host in given["hosts"]] if "hosts" in given else Platform.from_json(given["host"])
    return MATCHERS[given["matcher"]](hosts)


def platform_match(given: Given, minor: str) -> Value:
    matcher = _matcher(given)
    entries = [{"mediaType": OCI_MANIFEST, "platform": platform} for platform in given["manifests"]]
    index = ImageIndex.from_json({"manifests": entries})
    platforms = [entry.platform for entry in index.manifests]
    return {
        "matches": [platform is None or matcher.matches(platform) for platform in platforms],
        "order": list(matching_positions(index, matcher)),
        "selected": select_manifest(index, matcher).position,
    }


ANSWERS: dict[str, Answer] = {
    "platform_normalize": answering(platform_normalize),
    "platform_parse": answering(platform_parse, {InvalidPlatform: named("InvalidArgument")}),
    "platform_match": answering(platform_match),
}
