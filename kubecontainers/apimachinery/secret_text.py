"""Text that must not be shown: passwords, tokens and what holds them."""

from __future__ import annotations

import hmac
from typing import NoReturn

from .errors import KubeContainersError

__all__ = ["NO_SECRET", "SecretNotPicklable", "SecretText", "to_secret"]


class SecretNotPicklable(KubeContainersError):
    """A value that holds a secret was to be pickled."""

    def __init__(self, hint: str = "hand the secret over by other means, and build the value where it is needed") -> None:
        super().__init__(hint)
        self.hint = hint

    def _sentence(self) -> str:
        return "a value that holds a secret cannot be pickled"


class SecretText:
    """A text that shows itself only to who calls ``reveal``.

    Bytes that are not UTF-8 are held as Python holds them in file names (``surrogateescape``). Comparing takes the same time for all texts
    of one length; pickling raises ``SecretNotPicklable``.

    >>> password = SecretText("hunter2")
    >>> password, password.reveal()
    (SecretText('***'), 'hunter2')
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretText) and hmac.compare_digest(_bytes(self._text), _bytes(other._text))

    def __hash__(self) -> int:
        return hash((SecretText, self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "SecretText('***')" if self._text else "SecretText('')"

    __str__ = __repr__

    def __copy__(self) -> SecretText:
        return self

    def __deepcopy__(self, memo: object) -> SecretText:
        return self

    def __reduce__(self) -> NoReturn:
        raise SecretNotPicklable


NO_SECRET = SecretText("")
"""What stands where no secret is."""


def to_secret(text: str | SecretText) -> SecretText:
    """Return the text wrapped, as it is where it is wrapped already."""
    return text if isinstance(text, SecretText) else SecretText(text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
