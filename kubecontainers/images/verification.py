"""Whether a node asks for credentials before a pod uses an image that is there already.

The rule is ``RequireCredentialVerificationForImage`` in ``pkg/kubelet/images/pullmanager/image_pull_policies.go``.
"""

from __future__ import annotations

import enum

from ..apimachinery.cluster import CREDENTIALS_VERIFIED, CredentialsVerificationPolicy, KubeletConfig
from ..apimachinery.release import LATEST, Release
from .preloaded_allowlist import AllowlistPattern, InvalidAllowlistPattern

__all__ = ["Verification", "image_verification"]


class Verification(enum.Enum):
    """For which pods an image that is on a node is there."""

    NONE = "any pod of the node may use it"
    IF_PULLED = "if the kubelet pulled it, the pod needs credentials that may pull it"
    ALWAYS = "the pod needs credentials that may pull it"


def image_verification(image: str, kubelet: KubeletConfig | None = None, *, release: Release = LATEST) -> Verification:
    """Return whether a kubelet of ``release`` verifies credentials for an image that is on its node.

    ``image`` is the text of the container, ``kubelet`` the configuration as written. One with which no kubelet starts, because it names no
    policy that there is, counts as the default, and a pattern of its allow-list that is none matches nothing.

    >>> image_verification("nginx", KubeletConfig(image_pull_credentials_verification_policy="AlwaysVerify"))
    <Verification.ALWAYS: 'the pod needs credentials that may pull it'>
    """
    if CREDENTIALS_VERIFIED not in release:
        return Verification.NONE
    config = KubeletConfig() if kubelet is None else kubelet
    policy = config.image_pull_credentials_verification_policy
    if policy == CredentialsVerificationPolicy.NEVER.value:
        return Verification.NONE
    if policy == CredentialsVerificationPolicy.ALWAYS.value:
        return Verification.ALWAYS
    if policy == CredentialsVerificationPolicy.NEVER_FOR_ALLOWLISTED.value:
        return Verification.NONE if _is_allowlisted(image, config, release) else Verification.ALWAYS
    return Verification.IF_PULLED


def _is_allowlisted(image: str, config: KubeletConfig, release: Release) -> bool:
    for pattern in config.preloaded_images_verification_allowlist:
        try:
            if AllowlistPattern.parse(pattern, release=release).matches(image):
                return True
        except InvalidAllowlistPattern:
            pass
    return False
