"""Slash-separated paths, joined as Go's ``path.Join`` joins them."""

from __future__ import annotations

__all__ = ["join_path"]


def join_path(*elements: str) -> str:
    """Return the elements joined by slashes and cleaned: empty ones vanish, ``.`` and ``..`` are resolved; empty where all are empty.

    >>> join_path("linux", "", "arm64/../arm")
    'linux/arm'
    """
    joined = "/".join(element for element in elements if element)
    if not joined:
        return ""
    rooted = joined.startswith("/")
    kept: list[str] = []
    for part in joined.split("/"):
        if part == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif part == ".." and rooted:
            pass  # there is nothing above the root
        elif part not in {"", "."}:
            kept.append(part)
    return ("/" if rooted else "") + "/".join(kept) or "."
