"""The credential providers for clouds that kubelets once had built in.

They were in ``pkg/credentialprovider/azure`` and ``gcp``; that of AWS was gone before the first release covered here. What they did is a
matter of plugins now, which each cloud offers.
"""

from __future__ import annotations

import enum

import attrs

from ...apimachinery.release import LATEST, Change, Release

__all__ = [
    "AZURE_BUILT_IN",
    "CLOUD_PROVIDERS_DISABLED",
    "GCP_BUILT_IN",
    "BuiltInCloudProvider",
    "CloudProvider",
    "CloudProviderReason",
    "built_in_cloud_providers",
]

AZURE_BUILT_IN = Change(until="1.30", summary="the kubelet has a credential provider for Azure built in")
GCP_BUILT_IN = Change(until="1.31", summary="the kubelet has credential providers for Google Cloud built in")
CLOUD_PROVIDERS_DISABLED = Change(
    gate="DisableKubeletCloudCredentialProviders", summary="the credential providers for clouds that the kubelet has built in are off"
)


class CloudProvider(enum.Enum):
    """A cloud whose registry kubelets knew by themselves."""

    AWS = "AWS"
    AZURE = "Azure"
    GCP = "Google Cloud"


class CloudProviderReason(enum.Enum):
    """Why a kubelet uses a built-in credential provider, or does not."""

    BUILT_IN = "it is built in"
    DISABLED = "the feature gate DisableKubeletCloudCredentialProviders is on"
    REMOVED = "the kubelet no longer has it: install the cloud's plugin"


_NAMES = {
    CloudProvider.AZURE: ("azure",),
    CloudProvider.GCP: ("google-container-registry", "google-dockercfg", "google-dockercfg-url"),
}


@attrs.frozen
class BuiltInCloudProvider:
    """Whether a kubelet gets credentials for the registry of a cloud by itself.

    ``names`` are those under which the kubelet registers it, also while it is off, so that no plugin can have them.
    """

    provider: CloudProvider
    reason: CloudProviderReason
    names: tuple[str, ...] = ()

    @property
    def enabled(self) -> bool:
        """Whether it is used, on a machine of that cloud."""
        return self.reason is CloudProviderReason.BUILT_IN

    @property
    def gate(self) -> str:
        """The feature gate that decides, empty where none does."""
        return "" if self.reason is CloudProviderReason.REMOVED else str(CLOUD_PROVIDERS_DISABLED.gate)


def built_in_cloud_providers(*, release: Release = LATEST) -> tuple[BuiltInCloudProvider, ...]:
    """Return for AWS, Azure and Google Cloud whether a kubelet of ``release`` gets credentials by itself, and why.

    >>> for built_in in built_in_cloud_providers(release=Release("1.30")):
    ...     print(built_in.provider.value, "-", built_in.reason.value)
    AWS - the kubelet no longer has it: install the cloud's plugin
    Azure - the kubelet no longer has it: install the cloud's plugin
    Google Cloud - the feature gate DisableKubeletCloudCredentialProviders is on
    """
    off = CLOUD_PROVIDERS_DISABLED in release
    there = {CloudProvider.AZURE: AZURE_BUILT_IN in release, CloudProvider.GCP: GCP_BUILT_IN in release}
    return tuple(_built_in(provider, there=there.get(provider, False), off=off) for provider in CloudProvider)


def _built_in(provider: CloudProvider, *, there: bool, off: bool) -> BuiltInCloudProvider:
    if not there:
        return BuiltInCloudProvider(provider, CloudProviderReason.REMOVED)
    return BuiltInCloudProvider(provider, CloudProviderReason.DISABLED if off else CloudProviderReason.BUILT_IN, _NAMES[provider])
