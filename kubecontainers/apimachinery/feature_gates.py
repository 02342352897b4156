"""The feature gates that the rules of this library depend on: stage and default per minor.

From ``pkg/features/kube_features.go`` of each minor; how gates are set is a matter of ``Release.with_gates``.
"""

from __future__ import annotations

import enum

import attrs

__all__ = ["FEATURE_GATES", "FIRST_MINOR", "LAST_MINOR", "FeatureGate", "FeatureStage", "StageName", "minor_number"]

FIRST_MINOR = 27
LAST_MINOR = 37
DEPENDENCIES_CHECKED_SINCE = 35
"""The first minor whose components refuse a gate that is on while one that it requires is off."""


def minor_number(text: str) -> int:
    """Return the 31 of ``"1.31"``.

    The text is one of this library's own; that of users goes through ``Release``.
    """
    return int(text.removeprefix("1."))


class StageName(enum.Enum):
    """How mature a feature is."""

    ALPHA = "alpha"
    BETA = "beta"
    GA = "GA"
    DEPRECATED = "deprecated"


@attrs.frozen
class FeatureStage:
    """What a gate is from the minor ``since`` on: its stage, its default, and whether it is locked to that."""

    since: str
    name: StageName
    default: bool
    locked: bool = False


@attrs.frozen
class FeatureGate:
    """One gate through the covered minors.

    ``stages`` are in order of minors; before the first the gate is unknown, as it is from ``removed`` on. ``requires`` names the gates that
    must be on while this one is.
    """

    name: str
    stages: tuple[FeatureStage, ...]
    removed: str | None = None
    requires: tuple[str, ...] = ()

    def stage(self, minor: int) -> FeatureStage | None:
        """Return the stage in a minor, or ``None`` where the gate is not known."""
        if self.removed is not None and minor >= minor_number(self.removed):
            return None
        return next((stage for stage in reversed(self.stages) if minor >= minor_number(stage.since)), None)

    def default(self, minor: int) -> bool:
        """Return the default in a minor; a feature that went to general availability stays on when its gate is removed."""
        begun = [stage for stage in self.stages if minor >= minor_number(stage.since)]
        return bool(begun) and begun[-1].default

    def requirements(self, minor: int) -> tuple[str, ...]:
        """Return the gates that the components of a minor check this one against."""
        return self.requires if minor >= DEPENDENCIES_CHECKED_SINCE and self.stage(minor) else ()


def alpha(since: str) -> FeatureStage:
    """Off by default."""
    return FeatureStage(since, StageName.ALPHA, default=False)


def beta(since: str, *, on: bool = True) -> FeatureStage:
    """On by default, unless said otherwise."""
    return FeatureStage(since, StageName.BETA, default=on)


def ga(since: str, *, locked: bool = True) -> FeatureStage:
    """Generally available: on, and as a rule locked."""
    return FeatureStage(since, StageName.GA, default=True, locked=locked)


def deprecated(since: str) -> FeatureStage:
    """Off by default, kept to bring an old behaviour back for a while."""
    return FeatureStage(since, StageName.DEPRECATED, default=False)


def _gate(name: str, *stages: FeatureStage, removed: str | None = None, requires: tuple[str, ...] = ()) -> FeatureGate:
    return FeatureGate(name, stages, removed, requires)


_TABLE = (
    _gate("ConsistentHTTPGetHandlers", ga("1.27", locked=False), ga("1.30"), removed="1.31"),
    _gate("ContainerRestartRules", alpha("1.34"), beta("1.35")),
    _gate("ContainerStopSignals", alpha("1.33")),
    _gate("DRANodeAllocatableResources", alpha("1.36"), requires=("DynamicResourceAllocation",)),
    _gate("DisableKubeletCloudCredentialProviders", alpha("1.27"), beta("1.29"), removed="1.31"),
    _gate("DynamicResourceAllocation", alpha("1.27"), beta("1.32", on=False), ga("1.34", locked=False), ga("1.35")),
    _gate("EnvFiles", alpha("1.34"), beta("1.35")),
    _gate("HostnameOverride", alpha("1.34"), beta("1.35"), ga("1.37")),
    _gate("ImageVolume", alpha("1.31"), beta("1.33", on=False), beta("1.35"), ga("1.36")),
    _gate("ImageVolumeWithDigest", alpha("1.35"), beta("1.36"), requires=("ImageVolume",)),
    _gate(
        "InPlacePodLevelResourcesVerticalScaling",
        alpha("1.35"),
        beta("1.36"),
        requires=("InPlacePodVerticalScaling", "NodeDeclaredFeatures", "PodLevelResources"),
    ),
    _gate("InPlacePodVerticalScaling", alpha("1.27"), beta("1.33"), ga("1.35")),
    _gate("KubeletCrashLoopBackOffMax", alpha("1.32"), beta("1.35")),
    _gate("KubeletCredentialProviders", ga("1.27"), removed="1.28"),
    _gate("KubeletEnsureSecretPulledImages", alpha("1.33"), beta("1.35")),
    _gate("KubeletServiceAccountTokenForCredentialProviders", alpha("1.33"), beta("1.34")),
    _gate("LegacySidecarContainers", deprecated("1.33"), removed="1.34"),
    _gate("NodeDeclaredFeatures", alpha("1.35"), beta("1.36"), ga("1.37")),
    _gate("PodHostIPs", alpha("1.28"), beta("1.29"), ga("1.30"), removed="1.32"),
    _gate("PodLevelResources", alpha("1.32"), beta("1.34")),
    _gate("PodLifecycleSleepAction", alpha("1.29"), beta("1.30"), ga("1.34"), removed="1.37"),
    _gate(
        "PodLifecycleSleepActionAllowZero",
        alpha("1.32"),
        beta("1.33"),
        ga("1.34"),
        removed="1.37",
        requires=("PodLifecycleSleepAction",),
    ),
    _gate("ProbeTerminationGracePeriod", beta("1.27"), ga("1.28"), removed="1.29"),
    _gate("RecursiveReadOnlyMounts", alpha("1.30"), beta("1.31"), ga("1.33")),
    _gate("ReduceDefaultCrashLoopBackOffDecay", alpha("1.33")),
    _gate("RelaxedEnvironmentVariableValidation", alpha("1.30"), beta("1.32"), ga("1.34")),
    _gate("RelaxedServiceNameValidation", alpha("1.34"), beta("1.36"), ga("1.37")),
    _gate(
        "RestartAllContainersOnContainerExits",
        alpha("1.35"),
        beta("1.36"),
        requires=("ContainerRestartRules", "NodeDeclaredFeatures"),
    ),
    _gate("RuntimeClassInImageCriApi", alpha("1.29")),
    _gate("ServiceAccountNodeAudienceRestriction", beta("1.32", on=False), beta("1.33")),
    _gate("SidecarContainers", alpha("1.28"), beta("1.29"), ga("1.33"), removed="1.37"),
    _gate("TaintTolerationComparisonOperators", alpha("1.35")),
    _gate("UserNamespacesSupport", alpha("1.28"), beta("1.30", on=False), beta("1.33"), ga("1.36")),
)

FEATURE_GATES = {gate.name: gate for gate in _TABLE}
"""Every gate by name."""
