from __future__ import annotations

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.providers.built_in import CloudProvider, CloudProviderReason, built_in_cloud_providers

ON, OFF, GONE = CloudProviderReason.BUILT_IN, CloudProviderReason.DISABLED, CloudProviderReason.REMOVED
GATE = "DisableKubeletCloudCredentialProviders"


@pytest.mark.parametrize(
    ("minor", "azure", "gcp"),
    [("1.27", ON, ON), ("1.28", ON, ON), ("1.29", OFF, OFF), ("1.30", GONE, OFF), ("1.31", GONE, GONE), ("1.37", GONE, GONE)],
)
def test_table(minor: str, azure: CloudProviderReason, gcp: CloudProviderReason) -> None:
    found = {built_in.provider: built_in for built_in in built_in_cloud_providers(release=Release(minor))}
    assert {provider: built_in.reason for provider, built_in in found.items()} == {
        CloudProvider.AWS: GONE,
        CloudProvider.AZURE: azure,
        CloudProvider.GCP: gcp,
    }
    for built_in in found.values():
        assert built_in.enabled is (built_in.reason is ON)
        assert built_in.gate == ("" if built_in.reason is GONE else GATE)
        assert bool(built_in.names) is (built_in.reason is not GONE)


def test_gate() -> None:
    aws, azure, gcp = built_in_cloud_providers(release=Release("1.27").with_gates({GATE: True}))
    assert (aws.reason, azure.reason, gcp.reason) == (GONE, OFF, OFF)
    aws, azure, gcp = built_in_cloud_providers(release=Release("1.30").with_gates({GATE: False}))
    assert (aws.reason, azure.reason, gcp.reason) == (GONE, GONE, ON)
