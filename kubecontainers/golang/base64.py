"""Base64 as Go's ``encoding/base64`` reads it.

Line feeds and carriage returns are passed over wherever they stand; any other character outside the alphabet is an error, also white
space. Padding has to be exact; bits to spare in the last character may be anything.
"""

from __future__ import annotations

import base64
import re

__all__ = ["decode_raw_std", "decode_std", "encode_std"]

_CHARACTER = "[A-Za-z0-9+/]"
_PADDED = re.compile(rf"(?:{_CHARACTER}{{4}})*(?:{_CHARACTER}{{2}}==|{_CHARACTER}{{3}}=)?")
_UNPADDED = re.compile(rf"(?:{_CHARACTER}{{4}})*{_CHARACTER}{{0,3}}")
_LINE_ENDS = str.maketrans("", "", "\r\n")


def decode_std(text: str) -> bytes | None:
    r"""Return what ``base64.StdEncoding`` decodes, ``None`` where it gives an error.

    >>> decode_std("dTpw"), decode_std("dTpwdw=\r\n="), decode_std("dTpwdw"), decode_std("dTpw ")
    (b'u:p', b'u:pw', None, None)
    """
    written = text.translate(_LINE_ENDS)
    return base64.b64decode(written) if _PADDED.fullmatch(written) else None


def decode_raw_std(text: str) -> bytes | None:
    """Return what ``base64.RawStdEncoding``, which knows no padding, decodes, ``None`` where it gives an error.

    >>> decode_raw_std("dTpwdw"), decode_raw_std("dTpwdw==")
    (b'u:pw', None)
    """
    written = text.translate(_LINE_ENDS)
    if not _UNPADDED.fullmatch(written) or len(written) % 4 == 1:
        return None
    return base64.b64decode(written + "=" * (-len(written) % 4))


def encode_std(data: bytes) -> str:
    """Return what ``base64.StdEncoding`` writes: padded, on one line."""
    return base64.b64encode(data).decode()
