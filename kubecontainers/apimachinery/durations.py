"""Lengths of time as callers give them."""

from __future__ import annotations

from ..golang.duration import BadDuration, Duration, DurationLike
from .errors import KubeContainersError

__all__ = ["InvalidDuration", "to_duration"]


class InvalidDuration(KubeContainersError):
    """A text or a number is no duration; ``text`` is what was given, as text, and ``problem`` says what is wrong with it."""

    def __init__(self, text: str, problem: str, hint: str = "") -> None:
        super().__init__(text, problem, hint)
        self.text = text
        self.problem = problem
        self.hint = hint

    def _sentence(self) -> str:
        return f"not a duration: {self.text[:100]!r}: {self.problem}"


def to_duration(value: DurationLike) -> Duration:
    """Return the duration that a ``Duration``, a ``timedelta`` or a number of seconds is.

    Raises ``InvalidDuration`` for NaN, an infinity, and more than 292 years, either way.

    >>> to_duration(90)
    Duration('1m30s')
    """
    try:
        return Duration.of(value)
    except BadDuration as error:
        text, problem = error.text, error.problem
    raise InvalidDuration(text, problem)
