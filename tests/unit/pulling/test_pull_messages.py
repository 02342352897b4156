from __future__ import annotations

import pytest

from kubecontainers.apimachinery.release import Release, releases
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.reference import ImageReference
from kubecontainers.pulling import pull_messages as messages
from kubecontainers.pulling.image_runtime import Pulled, RuntimeFailure
from kubecontainers.pulling.pull_messages import MessageKind, PreviousError, WaitingReason

LATEST = Release("1.36")
HEX = "a" * 64


def invalid(image: str, minor: str) -> str:
    release = Release(minor)
    try:
        ImageReference.parse(image, release=release)
    except InvalidReference as error:
        return messages.invalid_name(image, error, release).text
    raise AssertionError(image)


class TestInvalidName:
    @pytest.mark.parametrize(
        ("minor", "expected"),
        [
            ("1.27", 'parse image reference "BAD": invalid reference format: repository name must be lowercase'),
            ("1.28", 'parse image name "BAD": invalid reference format: repository name must be lowercase'),
            ("1.29", 'parse image name "BAD": invalid reference format: repository name (library/BAD) must be lowercase'),
            ("1.36", 'parse image name "BAD": invalid reference format: repository name (library/BAD) must be lowercase'),
        ],
    )
    def test_releases(self, minor: str, expected: str) -> None:
        assert invalid("BAD", minor) == f'Failed to apply default image tag "BAD": couldn\'t {expected}'

    @pytest.mark.parametrize(
        ("image", "expected"),
        [
            ("bad image", "invalid reference format"),
            ("", "invalid reference format"),
            ("x.io/a:\u212a", "repository name must be lowercase"),
            ("x.io/" + "a" * 256, "repository name must not be more than 255 characters"),
            (HEX, f"invalid repository name ({HEX}), cannot specify 64-byte hexadecimal strings"),
            (f"x.io/a@sha256:{HEX[1:]}A", "invalid checksum digest format"),
            (f"x.io/a@sha256:{HEX[1:]}", "invalid checksum digest length"),
            (f"x.io/a@md5:{HEX}", "unsupported digest algorithm"),
            ("Team/App:1", "invalid reference format: repository name (App) must be lowercase"),
            ("team/App:Tag", "invalid reference format: repository name (team/App) must be lowercase"),
            ("x.io/App", "invalid reference format: repository name (App) must be lowercase"),
            ("x:5000/App", "invalid reference format: repository name (App) must be lowercase"),
            ("localhost/App", "invalid reference format: repository name (App) must be lowercase"),
            ("docker.io/App", "invalid reference format: repository name (library/App) must be lowercase"),
            ("index.docker.io/a/App", "invalid reference format: repository name (a/App) must be lowercase"),
        ],
    )
    def test_problems(self, image: str, expected: str) -> None:
        message = invalid(image, "1.36")
        assert message.startswith(f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": ')
        assert message.endswith(expected)

    def test_quotes(self) -> None:
        assert r'tag "a\n": couldn' in invalid("a\n", "1.36")


def test_inspect_failed() -> None:
    failure = RuntimeFailure("boom")
    assert messages.inspect_failed("nginx", failure, Release("1.31")).text == 'Failed to inspect image "nginx": boom'
    assert messages.inspect_failed("nginx", failure, Release("1.32")).text == 'Failed to inspect image "": boom'


def test_of_an_image_that_is_there_or_not() -> None:
    assert messages.present("nginx", verified=False).text == 'Container image "nginx" already present on machine'
    assert messages.present("nginx", verified=True).text == (
        'Container image "nginx" already present on machine and can be accessed by the pod'
    )
    assert messages.not_present_never("nginx").text == 'Container image "nginx" is not present with pull policy of Never'
    assert messages.pulling("nginx").text == 'Pulling image "nginx"'


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (WaitingReason.ERR_IMAGE_PULL, MessageKind.BACK_OFF_AFTER_ERR_IMAGE_PULL),
        (WaitingReason.REGISTRY_UNAVAILABLE, MessageKind.BACK_OFF_AFTER_REGISTRY_UNAVAILABLE),
        (WaitingReason.SIGNATURE_VALIDATION_FAILED, MessageKind.BACK_OFF_AFTER_SIGNATURE_VALIDATION_FAILED),
    ],
)
def test_back_off(reason: WaitingReason, kind: MessageKind) -> None:
    message = messages.back_off("nginx", PreviousError(reason, "denied"))
    assert message.kind is kind
    assert str(message) == f'Back-off pulling image "nginx": {reason.value}: denied'
    assert messages.back_off("nginx").text == 'Back-off pulling image "nginx"'


class TestFailures:
    @pytest.mark.parametrize(
        ("error", "reason", "text"),
        [
            ("denied", WaitingReason.ERR_IMAGE_PULL, "denied"),
            ("pull QPS exceeded", WaitingReason.ERR_IMAGE_PULL, "pull QPS exceeded"),
            (
                "RegistryUnavailable: dial tcp",
                WaitingReason.REGISTRY_UNAVAILABLE,
                "image pull failed for nginx because the registry is unavailable: dial tcp",
            ),
            (
                "RegistryUnavailableX",
                WaitingReason.REGISTRY_UNAVAILABLE,
                "image pull failed for nginx because the registry is unavailableX",
            ),
            (
                "SignatureValidationFailed",
                WaitingReason.SIGNATURE_VALIDATION_FAILED,
                "image pull failed for nginx because the signature validation failed",
            ),
            ("registryunavailable", WaitingReason.ERR_IMAGE_PULL, "registryunavailable"),
            ("[RegistryUnavailable, denied]", WaitingReason.ERR_IMAGE_PULL, "[RegistryUnavailable, denied]"),
        ],
    )
    def test_told_apart(self, error: str, reason: WaitingReason, text: str) -> None:
        found, message = messages.waits_after("nginx", RuntimeFailure(error), LATEST)
        assert (found, message.text) == (reason, text)
        before = messages.waits_after("nginx", RuntimeFailure(error), Release("1.27"))
        assert before == (WaitingReason.ERR_IMAGE_PULL, messages.PullMessage(MessageKind.RUNTIME_ERROR, error))

    def test_no_token(self) -> None:
        reason, message = messages.waits_after("nginx", messages.QPS_EXCEEDED, LATEST)
        assert (reason, message.kind, message.text) == (WaitingReason.ERR_IMAGE_PULL, MessageKind.PULL_QPS_EXCEEDED, "pull QPS exceeded")

    def test_event(self) -> None:
        assert messages.pull_failed("nginx", RuntimeFailure("denied")).text == 'Failed to pull image "nginx": denied'


@pytest.mark.parametrize(
    ("minor", "expected"),
    [
        ("1.27", 'Successfully pulled image "nginx" in 4.614356447s (5.614356447s including waiting)'),
        ("1.28", 'Successfully pulled image "nginx" in 4.614s (5.614s including waiting)'),
        ("1.30", 'Successfully pulled image "nginx" in 4.614s (5.614s including waiting). Image size: 72099501 bytes.'),
    ],
)
def test_pulled(minor: str, expected: str) -> None:
    result = Pulled("sha256:1", took=4.614356447, waited=1)
    assert messages.pulled("nginx", result, 72099501, Release(minor)).text == expected


def test_every_release_has_its_messages() -> None:
    for release in releases():
        assert "BAD" in invalid("BAD", str(release))
        assert messages.pulled("nginx", Pulled(""), 0, release).text.startswith(
            'Successfully pulled image "nginx" in 0s (0s including waiting)'
        )


def test_start_failed() -> None:
    assert messages.start_failed(WaitingReason.IMAGE_PULL_BACK_OFF).text == "Error: ImagePullBackOff"
