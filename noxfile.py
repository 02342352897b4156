"""Run the tests on every CPython that this machine has."""

from __future__ import annotations

import subprocess

import findpython
import nox

OLDEST = (3, 11)

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["tests"]


def interpreters() -> list[str]:
    """Return the paths of one CPython a minor, the oldest first."""
    by_minor: dict[tuple[int, int], str] = {}
    for found in findpython.find_all():
        minor = (found.major, found.minor)
        plain = found.implementation == "cpython" and not found.version.is_prerelease and not found.freethreaded
        if plain and minor >= OLDEST and minor not in by_minor and makes_environments(str(found.executable)):
            by_minor[minor] = str(found.executable)
    return [by_minor[minor] for minor in sorted(by_minor)]


def makes_environments(executable: str) -> bool:
    """Return whether an interpreter can make virtual environments; some distributions leave that out."""
    return subprocess.run([executable, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode == 0


INTERPRETERS = interpreters()


DRAWN = "tests/properties"
"""Their examples are not drawn at random: ``make test`` looks at the same ones, and ``tests`` at them on every interpreter."""


def run_tests(session: nox.Session, *left_out: str) -> None:
    """Install the package as users do, not editable, and run every test but those left out."""
    session.install("--upgrade", "pip>=25.1")
    session.install("--group", "test", ".[cli,testing]")
    session.run("python", "-VV")
    ignored = [f"--ignore={path}" for path in dict.fromkeys(["tests/conformance", *left_out])]
    session.run("python", "-m", "pytest", "--numprocesses", "auto", "--dist", "loadfile", *ignored, *session.posargs)
    if "tests/conformance" not in left_out:
        session.run("python", "-m", "pytest", "--numprocesses", "auto", "tests/conformance")


@nox.session(python=INTERPRETERS)
def tests(session: nox.Session) -> None:
    """Run the tests on every interpreter."""
    run_tests(session)


@nox.session(python=INTERPRETERS[-1:])
def tests_newest(session: nox.Session) -> None:
    """Run the tests on the newest interpreter but for the properties; where it is the only one, without the recorded answers as well."""
    run_tests(session, DRAWN, *(["tests/conformance"] if len(INTERPRETERS) == 1 else ()))
