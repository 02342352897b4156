"""The arguments of ``kubectl create secret docker-registry``, read as kubectl reads them."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ..apimachinery.release import LATEST, Release
from ..apimachinery.secret_text import SecretText, to_secret
from ..golang.booleans import parse_bool
from ..golang.csv import BadCSV, read_record
from ..golang.pflag import BadFlag, Flag, ParsedFlags, parse_flags
from .docker_registry_secret import DEFAULT_SERVER, DockerRegistrySecret, docker_registry_secret
from .secret_sources import InvalidSecretArguments, SecretArgumentsProblem, SecretFiles

__all__ = ["DockerRegistryArguments", "boolean_flag", "choice_flag", "parse_docker_registry_flags"]

_FLAGS = (
    Flag("docker-server"),
    Flag("docker-username"),
    Flag("docker-password"),
    Flag("docker-email"),
    Flag("from-file"),
    Flag("append-hash", bare="true"),
    Flag("namespace", "n"),
)


@attrs.frozen
class DockerRegistryArguments:
    """What arguments ask for; the fields are the arguments of ``docker_registry_secret``, and the password is not shown."""

    name: str
    server: str = DEFAULT_SERVER
    username: str = ""
    password: SecretText = attrs.field(default=SecretText(""), converter=to_secret)
    email: str = ""
    namespace: str = ""
    append_hash: bool = False
    from_files: tuple[str, ...] = ()

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> DockerRegistryArguments:
        """Return what the arguments after ``docker-registry`` ask for.

        Those that are not UTF-8 are given as ``sys.argv`` has them. Raises ``InvalidSecretArguments`` for the first flag that cannot be
        read, and unless there is exactly one name. Only the flags that bear on the Secret are known.

        >>> arguments = DockerRegistryArguments.parse(["regcred", "--docker-username=ci", "--docker-password", "hunter2", "-nshop"])
        >>> arguments.name, arguments.username, arguments.password, arguments.namespace
        ('regcred', 'ci', SecretText('***'), 'shop')
        """
        return cls.of(parse_docker_registry_flags(arguments))

    @classmethod
    def of(cls, parsed: ParsedFlags) -> DockerRegistryArguments:
        """Return what flags that ``parse_docker_registry_flags`` has read ask for."""
        from_files = [source for value in parsed.values.get("from-file", ()) for source in _split(value)]
        append_hash = boolean_flag(parsed, "append-hash")
        # Whatever stands behind "--" is counted no more.
        names = len(parsed.others) if parsed.before_dashes is None else parsed.before_dashes
        if names != 1:
            raise InvalidSecretArguments(SecretArgumentsProblem.NAME_REQUIRED)
        return cls(
            name=parsed.others[0],
            server=parsed.last("docker-server", DEFAULT_SERVER),
            username=parsed.last("docker-username"),
            password=SecretText(parsed.last("docker-password")),
            email=parsed.last("docker-email"),
            namespace=parsed.last("namespace"),
            append_hash=append_hash,
            from_files=tuple(from_files),
        )

    def secret(self, *, files: SecretFiles | None = None, release: Release = LATEST) -> DockerRegistrySecret:
        """Return the Secret, as ``docker_registry_secret`` does; ``files`` reads the files that ``from_files`` names."""
        return docker_registry_secret(
            self.name,
            server=self.server,
            username=self.username,
            password=self.password,
            email=self.email,
            namespace=self.namespace,
            append_hash=self.append_hash,
            from_files=self.from_files,
            files=files,
            release=release,
        )


def parse_docker_registry_flags(arguments: Sequence[str], more: Sequence[Flag] = ()) -> ParsedFlags:
    """Return the flags in arguments, ``more`` being known as well as those of the Secret. Raises ``InvalidSecretArguments``."""
    try:
        return parse_flags(arguments, (*_FLAGS, *more))
    except BadFlag as error:
        problem, flag = SecretArgumentsProblem[error.problem.name], error.flag
    raise InvalidSecretArguments(problem, flag)


def boolean_flag(parsed: ParsedFlags, name: str) -> bool:
    """Return whether a flag is set, by its last value. Raises ``InvalidSecretArguments`` if any of its values is no boolean."""
    values = [parse_bool(value) for value in parsed.values.get(name, ["false"])]
    if None in values:
        raise InvalidSecretArguments(SecretArgumentsProblem.NOT_BOOLEAN, f"--{name}")
    return values[-1] is True


def choice_flag(parsed: ParsedFlags, name: str, choices: Sequence[str], default: str) -> str:
    """Return the value of a flag that has some choices. Raises ``InvalidSecretArguments`` for another."""
    value = parsed.last(name, default)
    if value not in choices:
        raise InvalidSecretArguments(SecretArgumentsProblem.UNKNOWN_CHOICE, f"--{name}", f"choose from {', '.join(choices)}")
    return value


def _split(value: str) -> list[str]:
    try:
        return read_record(value) if value else []
    except BadCSV:
        pass
    raise InvalidSecretArguments(SecretArgumentsProblem.NOT_CSV, "--from-file")
