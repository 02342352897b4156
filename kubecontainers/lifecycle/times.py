"""Points in time as statuses hold them: RFC 3339 with whole seconds in UTC, as ``metav1.Time`` writes them.

Inside they are the ``Duration`` since 1970, as near as 292 years; on a virtual clock that begins at 0, simply the time that has passed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import FieldPath
from ..apimachinery.objects import JSONObject, text_at
from ..golang.duration import LARGEST, SECOND, SMALLEST, Duration
from ..golang.rfc3339 import parse_rfc3339

__all__ = ["time_at", "time_text"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_NANOSECONDS = (_EPOCH - datetime(1, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) * SECOND


def time_at(parent: JSONObject, key: str, path: FieldPath) -> Duration | None:
    """Return the time in the field ``key`` of ``parent``, which stands at ``path``; ``None`` where there is none.

    The first moment of the year 1 is Go's zero time, and so none. Raises ``MalformedObject``.

    >>> from kubecontainers.apimachinery.fields import ROOT
    >>> time_at({"startedAt": "1970-01-01T00:01:30Z"}, "startedAt", ROOT)
    Duration('1m30s')
    """
    if parent.get(key) is None:
        return None
    nanoseconds = parse_rfc3339(text_at(parent, key, path))
    if nanoseconds is None:
        raise MalformedObject(str(path.child(key)), "a time such as 2026-03-01T12:00:00Z", "another string")
    return Duration(min(max(nanoseconds - _EPOCH_NANOSECONDS, SMALLEST), LARGEST)) if nanoseconds else None


def time_text(time: Duration) -> str:
    """Return how an API object writes a time; what is shorter than a second is cut off.

    >>> time_text(Duration.parse("1m30.5s"))
    '1970-01-01T00:01:30Z'
    """
    return (_EPOCH + timedelta(seconds=time.nanoseconds // SECOND)).isoformat().replace("+00:00", "Z")
