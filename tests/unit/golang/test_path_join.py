from __future__ import annotations

import pytest

from kubecontainers.golang.path_join import join_path


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ((), ""),
        (("",), ""),
        (("", "", ""), ""),
        (("a",), "a"),
        (("a", "b", "c"), "a/b/c"),
        (("a", "", "c"), "a/c"),
        (("", "a"), "a"),
        (("a", ""), "a"),
        (("a//b",), "a/b"),
        (("a/",), "a"),
        (("/a",), "/a"),
        (("/", "a"), "/a"),
        (("//a",), "/a"),
        (("", "/a"), "/a"),
        (("/",), "/"),
        (("//", "/"), "/"),
        ((".",), "."),
        (("./",), "."),
        (("a", "."), "a"),
        ((".", "a"), "a"),
        (("a", "./b"), "a/b"),
        (("a", ".."), "."),
        (("a", "b", ".."), "a"),
        (("a", "..", ".."), ".."),
        (("..",), ".."),
        (("..", "..", "a"), "../../a"),
        (("..", "a", "..", ".."), "../.."),
        (("a/../..", "b"), "../b"),
        (("/..",), "/"),
        (("/", "..", "a"), "/a"),
        (("/a", "..", "..", "b"), "/b"),
        (("...",), "..."),
        (("a", "...", ".b"), "a/.../.b"),
        (("linux", "x", "."), "linux/x"),
        (("é", "\ud800", "\0"), "é/\ud800/\0"),
    ],
)
def test_join_path(elements: tuple[str, ...], expected: str) -> None:
    assert join_path(*elements) == expected
    if expected:
        assert join_path(expected) == expected
