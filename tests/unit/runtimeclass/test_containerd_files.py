from __future__ import annotations

import pytest

from kubecontainers.runtimeclass.containerd_files import ImportPattern, read_containerd_file, select_containerd_files
from kubecontainers.runtimeclass.toml_config import InvalidRuntimeConfig, RuntimeConfigProblem

MAIN = "/etc/containerd/config.toml"


def order(files: dict[str, str | bytes], main: str = MAIN) -> list[str]:
    return [file.path for file in select_containerd_files(files, main)]


def imports(*paths: str) -> str:
    return f"imports = {list(paths)!r}"


def test_breadth_first() -> None:
    files: dict[str, str | bytes] = {
        MAIN: imports("/a.toml", "/b.toml"),
        "/a.toml": imports("/c.toml"),
        "/b.toml": imports("/d.toml"),
        "/c.toml": b"",
        "/d.toml": "",
        "/unread.toml": "not = toml = at all",
    }
    assert order(files) == [MAIN, "/a.toml", "/b.toml", "/c.toml", "/d.toml"]


def test_each_file_once_and_cycles_end() -> None:
    files: dict[str, str | bytes] = {MAIN: imports("a.toml", "config.toml", "./a.toml"), "/etc/containerd/a.toml": imports(MAIN, "a.toml")}
    assert order(files) == [MAIN, "/etc/containerd/a.toml"]


def test_paths_are_relative_to_the_importing_file() -> None:
    files: dict[str, str | bytes] = {
        MAIN: imports("conf.d/a.toml"),
        "/etc/containerd/conf.d/a.toml": imports("b.toml", "../c.toml"),
        "/etc/containerd/conf.d/b.toml": "",
        "/etc/containerd/c.toml": "",
    }
    assert order(files)[1:] == ["/etc/containerd/conf.d/a.toml", "/etc/containerd/conf.d/b.toml", "/etc/containerd/c.toml"]


def test_patterns_in_order_of_directories_and_names() -> None:
    files: dict[str, str | bytes] = {
        MAIN: imports("/d*/*.toml", "/x/[ab]*"),
        "/d/z.toml": "",
        "/d.x/a.toml": "",
        "/d/.hidden.toml": "",
        "/d/B.toml": "",
        "/d/a.conf": "",
        "/d/e/a.toml": "",
        "/x/b1": "",
        "/x/c1": "",
    }
    assert order(files)[1:] == ["/d/.hidden.toml", "/d/B.toml", "/d/z.toml", "/d.x/a.toml", "/x/b1"]


def test_patterns_are_relative_too() -> None:
    assert order({MAIN: imports("conf.d/*.toml"), "/etc/containerd/conf.d/a.toml": ""})[1:] == ["/etc/containerd/conf.d/a.toml"]


def test_what_an_import_matches() -> None:
    plain = ImportPattern.parse("./a.toml", MAIN)
    assert (plain.matches("/etc/containerd/a.toml"), plain.matches("/etc/containerd/b.toml")) == (True, False)


def test_a_pattern_may_match_nothing() -> None:
    assert order({MAIN: imports("/none/*.toml")}) == [MAIN]


@pytest.mark.parametrize("path", ["/none.toml", "/none/a?.toml", "", "/a[bc].toml"])
def test_a_path_without_star_must_exist(path: str) -> None:
    with pytest.raises(InvalidRuntimeConfig) as caught:
        order({MAIN: imports(path)})
    assert caught.value.problem is RuntimeConfigProblem.MISSING
    assert "there is no such file: /etc/containerd/config.toml imports it" in str(caught.value)


@pytest.mark.parametrize("path", ["/a/[*.toml", "/a/*\\", "/[a/b]*", "/*/[]"])
def test_malformed_patterns(path: str) -> None:
    with pytest.raises(InvalidRuntimeConfig) as caught:
        ImportPattern.parse(path, MAIN)
    assert (caught.value.problem, caught.value.file) == (RuntimeConfigProblem.BAD_PATTERN, MAIN)
    assert caught.value.__context__ is None


def test_main_file() -> None:
    assert order({}) == order({"/other.toml": ""}) == []
    assert order({"/etc//containerd/./config.toml": ""}) == [MAIN]
    assert order({"/own.toml": ""}, "/own.toml") == ["/own.toml"]
    with pytest.raises(InvalidRuntimeConfig) as caught:
        order({}, "/own.toml")
    assert str(caught.value).startswith("/own.toml: there is no such file (")


def test_what_a_file_says() -> None:
    text = "version = 2\ndisabled_plugins = ['a']\nrequired_plugins = ['b']\n[plugins.c]\nd = 1\n[grpc]\naddress = 'x'"
    found = read_containerd_file(text, MAIN)
    assert (found.version, found.disabled, found.required, found.imports) == (2, ("a",), ("b",), ())
    assert found.plugins.value() == {"c": {"d": 1}}
    assert read_containerd_file("", MAIN).version == 0


@pytest.mark.parametrize(
    "text",
    ["version = '2'", "version = true", "version = 2.0", "plugins = 1", "imports = 'a'", "imports = [1]", "disabled_plugins = [['a']]"],
)
def test_wrong_types(text: str) -> None:
    with pytest.raises(InvalidRuntimeConfig) as caught:
        read_containerd_file(text, MAIN)
    assert caught.value.problem is RuntimeConfigProblem.WRONG_TYPE
    assert caught.value.detail.startswith(text.partition(" ")[0])
