"""The field ``auth`` of a docker config: base64 of ``username:password``.

The rule is ``decodeDockerConfigFieldAuth`` in ``pkg/credentialprovider/config.go``.
"""

from __future__ import annotations

from ..apimachinery.secret_text import SecretText
from ..golang.base64 import decode_raw_std, decode_std, encode_std
from ..golang.text import from_octets, to_octets, to_text
from .credential import Credential
from .invalid_docker_config import DockerConfigProblem, InvalidDockerConfig

__all__ = ["encode_auth", "parse_auth"]


def parse_auth(auth: str | SecretText | bytes, *, path: str = "") -> Credential:
    r"""Return the credential in an ``auth``; ``path`` says in errors where it stands.

    Padding may be there or not, but right; line ends are passed over, other white space is not. The first colon ends the user name. What
    follows is the password as it is, with NUL bytes at its end and bytes that are not UTF-8. Raises ``InvalidDockerConfig``.

    >>> found = parse_auth("Y2k6aHVudGVyMg==")
    >>> found.username, found.password.reveal()
    ('ci', 'hunter2')
    """
    text = auth.reveal() if isinstance(auth, SecretText) else from_octets(auth) if isinstance(auth, bytes) else to_text(auth)
    padded = text.rstrip("\r\n").endswith("=")
    decoded = decode_std(text) if padded else decode_raw_std(text)
    if decoded is None:
        raise InvalidDockerConfig(DockerConfigProblem.AUTH_NOT_BASE64, path)
    username, colon, password = decoded.partition(b":")
    if not colon:
        raise InvalidDockerConfig(DockerConfigProblem.AUTH_WITHOUT_COLON, path)
    return Credential(from_octets(username), SecretText(from_octets(password)))


def encode_auth(username: str, password: str | SecretText) -> SecretText:
    """Return the ``auth`` of a user name and a password.

    >>> encode_auth("ci", "hunter2").reveal()
    'Y2k6aHVudGVyMg=='
    """
    secret = password.reveal() if isinstance(password, SecretText) else password
    return SecretText(encode_std(to_octets(f"{username}:{secret}")))
