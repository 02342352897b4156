from __future__ import annotations

import pickle

import pytest

from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.runtimeclass.handlers import (
    BUILT_IN,
    UNTRUSTED_WORKLOAD,
    Handler,
    HandlerNotFound,
    HandlerNotFoundReason,
    Ineffective,
    IneffectiveReason,
    OfferedHandlers,
)
from kubecontainers.runtimeclass.runtime_version import ContainerRuntime, RuntimeVersion

CONTAINERD, CRIO = RuntimeVersion(ContainerRuntime.CONTAINERD, 2, 3), RuntimeVersion(ContainerRuntime.CRIO, 1, 36)
UNTRUSTED = {UNTRUSTED_WORKLOAD: "true"}

RUNC = Handler("runc", "io.containerd.runc.v2")
KATA = Handler("kata", "io.containerd.kata.v2", sources=("/a", "/b"), options=FrozenMap({"ConfigPath": "/c"}))
TRUSTLESS = Handler("untrusted", "io.containerd.runsc.v1")


def offering(*handlers: Handler, version: RuntimeVersion = CONTAINERD) -> OfferedHandlers:
    return OfferedHandlers(version, FrozenMap({handler.name: handler for handler in handlers} | {"": handlers[0]}), handlers[0].name)


def not_found(
    offered: OfferedHandlers, handler: str = "", *, host_namespaces: bool = False, annotations: dict[str, str] | None = None
) -> HandlerNotFound:
    with pytest.raises(HandlerNotFound) as caught:
        offered.resolve(handler, annotations=annotations, host_namespaces=host_namespaces)
    error = caught.value
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
    return error


def test_source() -> None:
    assert (RUNC.source, KATA.source) == (BUILT_IN, "/a")


def test_values() -> None:
    found = offering(RUNC, KATA)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
    assert len({found, offering(RUNC, KATA)}) == 1
    assert found.names == ("kata", "runc")


@pytest.mark.parametrize(("name", "nameable"), [("kata", True), ("kata_qemu", False), ("Kata", False), ("kata.qemu", False), ("", False)])
def test_names_that_a_runtime_class_can_have(name: str, nameable: bool) -> None:
    assert Handler(name, "oci").nameable is nameable


def test_serves() -> None:
    found = offering(RUNC, KATA)
    assert [found.serves(name) for name in ("", "runc", "kata", "nvidia", "KATA")] == [True, True, True, False, False]


@pytest.mark.parametrize("version", [CONTAINERD, CRIO])
def test_request_for_the_default_and_for_others(version: RuntimeVersion) -> None:
    found = offering(RUNC, KATA, version=version)
    assert (found.resolve(), found.resolve("runc"), found.resolve("kata")) == (RUNC, RUNC, KATA)
    error = not_found(found, "nvidia")
    assert (error.handler, error.reason, error.offered) == ("nvidia", HandlerNotFoundReason.UNKNOWN, ("kata", "runc"))
    assert str(error) == "handler 'nvidia': no runtime of that name is configured (it offers kata, runc)"


class TestUntrustedWorkloads:
    """The annotation of containerd: the handler ``untrusted``, and no other."""

    def test_untrusted(self) -> None:
        found = offering(RUNC, TRUSTLESS)
        assert found.resolve(annotations=UNTRUSTED) == found.resolve("untrusted", annotations=UNTRUSTED) == TRUSTLESS

    def test_only_true(self) -> None:
        found = offering(RUNC, TRUSTLESS)
        assert found.resolve(annotations={UNTRUSTED_WORKLOAD: "True"}) == found.resolve(annotations={"a": "true"}) == RUNC

    def test_not_configured(self) -> None:
        assert not_found(offering(RUNC), annotations=UNTRUSTED).handler == "untrusted"

    def test_with_a_handler_of_its_own(self) -> None:
        error = not_found(offering(RUNC, TRUSTLESS), "runc", annotations=UNTRUSTED)
        assert error.reason is HandlerNotFoundReason.UNTRUSTED_WITH_HANDLER

    def test_on_the_host(self) -> None:
        error = not_found(offering(RUNC, TRUSTLESS), host_namespaces=True, annotations=UNTRUSTED)
        assert error.reason is HandlerNotFoundReason.UNTRUSTED_ON_HOST
        assert str(error) == "handler '': an untrusted workload may use no namespace of the host"
        assert offering(RUNC).resolve(host_namespaces=True) == RUNC

    def test_cri_o_heeds_no_annotation(self) -> None:
        assert offering(RUNC, TRUSTLESS, version=CRIO).resolve(annotations=UNTRUSTED) == RUNC


def test_nothing_offered() -> None:
    refusal = Ineffective(IneffectiveReason.PLUGIN_DISABLED, file="/a")
    found = OfferedHandlers(CONTAINERD, FrozenMap[str, Handler]({}), "", refusal=refusal)
    assert (found.names, found.serves(""), found.reported()) == ((), False, ())
    error = not_found(found)
    assert (error.reason, error.hint) == (HandlerNotFoundReason.NOTHING_OFFERED, "disabled_plugins names the plugin of the CRI")


@pytest.mark.parametrize(
    ("runtime", "minor", "reports"),
    [
        (ContainerRuntime.CONTAINERD, (1, 7), False),
        (ContainerRuntime.CONTAINERD, (2, 0), True),
        (ContainerRuntime.CRIO, (1, 29), False),
        (ContainerRuntime.CRIO, (1, 30), True),
    ],
)
def test_what_status_reports(runtime: ContainerRuntime, minor: tuple[int, int], reports: bool) -> None:
    found = offering(RUNC, KATA, version=RuntimeVersion(runtime, *minor))
    assert found.reported() == (("", "kata", "runc") if reports else ())
