"""Tags of images, the ``v1.2`` of ``nginx:v1.2`` (``github.com/distribution/reference``)."""

from __future__ import annotations

import re

from ..apimachinery.errors import KubeContainersError

__all__ = ["LATEST_TAG", "InvalidTag", "parse_tag"]

# tag ::= [A-Za-z0-9_] [A-Za-z0-9_.-]{0,127}
TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
MAX_TAG_CHARACTERS = 128

LATEST_TAG = "latest"
"""The tag of a reference that names none."""

_TAG = re.compile(TAG, re.ASCII)
_DIGEST_LIKE = re.compile(r"[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{8}", re.ASCII)


class InvalidTag(KubeContainersError):
    """A text is no tag."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text, hint)
        self.text = text
        self.hint = hint

    def _sentence(self) -> str:
        return f"not a tag: {self.text[:200]!r}: ErrTagInvalidFormat"


def parse_tag(text: str) -> str:
    """Return ``text`` if it is a tag: 1 to 128 letters, digits, ``_``, ``.`` and ``-``, the first no ``.`` or ``-``.

    Raises ``InvalidTag``.

    >>> parse_tag("v1.31_rc-2")
    'v1.31_rc-2'
    """
    if not _TAG.fullmatch(text):
        raise InvalidTag(text, tag_hint(text))
    return text


def tag_hint(text: str) -> str:
    """Say how ``text``, which is no tag, would become one."""
    if not text:
        return "the tag is empty: write it, or leave out the colon"
    if ":" in text:
        digest = _DIGEST_LIKE.match(text) is not None
        return (
            "this looks like a digest: write @ before it, not :"
            if digest
            else "a tag has no colon; a registry needs a slash after its port"
        )
    if len(text) > MAX_TAG_CHARACTERS:
        return f"a tag has at most {MAX_TAG_CHARACTERS} characters, here are {len(text)}"
    if text[0] in ".-":
        return f"a tag cannot begin with {text[0]!r}"
    return "a tag has letters, digits, '_', '.' and '-' only"
