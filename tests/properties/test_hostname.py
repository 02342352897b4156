# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.names import validate_dns1123_subdomain
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.hostname import HostnameSource, InvalidHostname, InvalidHostnameReason, PodHostname, pod_hostname
from kubecontainers.environment.hostname_validation import (
    HostnameRule,
    drop_disabled_hostname_override,
    drop_unknown_hostname_override,
    validate_hostname_fields,
)
from kubecontainers.golang.text import to_bytes, to_text
from kubecontainers.testing import strategies
from kubecontainers.testing.hostnames import hostname_pods, nearly_valid_hostname_pods
from kubecontainers.testing.read_only import plain, read_only

SPEC = ROOT.child("spec")

releases = strategies.releases(gates=True)
names = strategies.subdomains() | st.text("a-.", min_size=1, max_size=253)
anything = strategies.json_objects() | strategies.damaged(nearly_valid_hostname_pods())


def asked(pod: Any, release: Release) -> PodHostname | InvalidHostname:
    try:
        return pod_hostname(pod, release=release)
    except InvalidHostname as error:
        return error


class TestHostnameFits:
    """However a pod is called, its hostname has at most 63 bytes and, once cut, ends in no dash or dot; the kernel gets 64 at most."""

    @given(hostname_pods(names=names), releases)
    def test_cut(self, pod: dict[str, Any], release: Release) -> None:
        found = asked(pod, release)
        if isinstance(found, PodHostname):
            assert len(to_bytes(found.hostname)) <= 63
            assert len(to_bytes(found.kernel_hostname or "")) <= 64
            assert found.kernel_hostname in {None, found.hostname, found.fqdn}
            assert not found.truncated or found.hostname[-1] not in "-."

    @given(strategies.json_texts())
    def test_cut_anywhere(self, name: str) -> None:
        """A name that is cut inside a character shows the bytes of it that are left."""
        found = asked({"metadata": {"name": name * 20}}, Release("1.36"))
        if isinstance(found, PodHostname) and found.truncated:
            whole = found.hostname.rstrip("\ufffd")
            assert len(to_bytes(whole)) <= 63
            assert to_text(name * 20).startswith(whole)

    @given(hostname_pods(), releases)
    def test_what_it_was_made_of(self, pod: dict[str, Any], release: Release) -> None:
        found = asked(pod, release)
        if isinstance(found, PodHostname):
            section, field = found.source.value.split(".")
            assert pod[section][field].startswith(found.hostname)
            assert found.truncated is (pod[section][field] != found.hostname)
            assert (found.domain == "") is (found.source is HostnameSource.OVERRIDE or "subdomain" not in pod["spec"])


class TestServerAndKubeletAgree:
    """What the API server stores the kubelet accepts, but for a full name that is too long; what it refuses the kubelet refuses or cuts."""

    @given(nearly_valid_hostname_pods(), releases)
    def test_stored(self, pod: dict[str, Any], release: Release) -> None:
        known = drop_unknown_hostname_override(pod, release=release).object
        stored = drop_disabled_hostname_override(known, release=release).object
        found = asked(stored, release)
        errors = validate_hostname_fields(dict(stored)["spec"], SPEC, release=release)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        if not errors:
            assert isinstance(found, PodHostname) or found.reason is InvalidHostnameReason.FQDN_TOO_LONG
        elif isinstance(found, InvalidHostname):
            assert found.reason is InvalidHostnameReason.FQDN_TOO_LONG or found.path in {error.path for error in errors}
        else:
            overridden = found.source is HostnameSource.OVERRIDE
            above = {HostnameRule.OVERRIDE_TOO_LONG, HostnameRule.OVERRIDE_AS_FQDN, HostnameRule.OVERRIDE_ON_HOST_NETWORK}
            assert overridden
            assert all(error.rule in above or error.path != SPEC.child("hostnameOverride") for error in errors)

    @given(hostname_pods(), releases)
    def test_valid(self, pod: dict[str, Any], release: Release) -> None:
        assert validate_hostname_fields(pod["spec"], SPEC, release=release) == ()
        assert validate_dns1123_subdomain(pod["metadata"]["name"]) == ()

    def test_both_sides_are_seen(self) -> None:
        accepted: list[bool] = []

        @settings(max_examples=300, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(nearly_valid_hostname_pods())
        def see(pod: dict[str, Any]) -> None:
            accepted.append(not validate_hostname_fields(pod["spec"], SPEC))

        see()
        assert min(accepted.count(True), accepted.count(False)) >= len(accepted) / 5

    @given(nearly_valid_hostname_pods(), releases)
    def test_dropping_settles_it(self, pod: dict[str, Any], release: Release) -> None:
        """Dropping twice drops nothing more, and the kubelet of the same release never misses what was dropped."""
        for drop in (drop_unknown_hostname_override, drop_disabled_hostname_override):
            once = drop(pod, release=release)
            assert drop(once.object, release=release).changes == ()
            assert asked(once.object, release) == asked(pod, release)


class TestAnyObject:
    """Whatever JSON comes in, there is an answer or an error of the family, and the object stays as it was."""

    @given(anything, strategies.json_texts(), releases)
    def test_total(self, obj: dict[str, Any], cluster_domain: str, release: Release) -> None:
        spec = obj.get("spec")
        for ask in (
            lambda: pod_hostname(obj, cluster_domain=cluster_domain, release=release),
            lambda: drop_unknown_hostname_override(obj, release=release),
            lambda: drop_disabled_hostname_override(obj, release=release),
            lambda: validate_hostname_fields(spec if isinstance(spec, dict) else obj, SPEC, release=release),  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        ):
            try:
                ask()
            except KubeContainersError as error:
                assert str(error)

    @given(nearly_valid_hostname_pods(), releases)
    def test_left_alone(self, pod: dict[str, Any], release: Release) -> None:
        frozen: Any = read_only(pod)
        assert asked(frozen, release) == asked(pod, release)
        assert validate_hostname_fields(frozen["spec"], SPEC, release=release) == validate_hostname_fields(
            pod["spec"], SPEC, release=release
        )
        for drop in (drop_unknown_hostname_override, drop_disabled_hostname_override):
            assert plain(drop(frozen, release=release).object) == drop(pod, release=release).object
