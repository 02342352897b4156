from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import KubeContainersError, MalformedObject
from kubecontainers.apimachinery.fields import FieldPath
from kubecontainers.images.platform import ARCHITECTURES, LINUX_AMD64, OPERATING_SYSTEMS, InvalidPlatform, Platform, PlatformProblem

Why = PlatformProblem
ARM64_NODE = Platform("linux", "arm64", "v8")


class TestParse:
    @pytest.mark.parametrize(
        ("specifier", "expected"),
        [
            ("linux", Platform("linux", "amd64")),
            ("Linux", Platform("linux", "amd64")),
            ("macos", Platform("darwin", "amd64")),
            ("windows(10.0.20348)", Platform("windows", "amd64", os_version="10.0.20348")),
            ("linux(+b+a)", Platform("linux", "amd64", os_features=("b", "a"))),
            ("linux()", Platform("linux", "amd64")),
            ("arm", Platform("linux", "arm")),
            ("arm64", Platform("linux", "arm64")),
            ("aarch64", Platform("linux", "arm64")),
            ("armhf", Platform("linux", "arm")),
            ("armel", Platform("linux", "arm", "v6")),
            ("i386", Platform("linux", "386")),
            ("x86_64", Platform("linux", "amd64")),
            ("X86-64", Platform("linux", "amd64")),
            ("linux/arm", Platform("linux", "arm")),
            ("linux/armhf", Platform("linux", "arm")),
            ("linux/armel", Platform("linux", "arm", "v6")),
            ("linux/aarch64", Platform("linux", "arm64")),
            ("Windows/AMD64", Platform("windows", "amd64")),
            ("my_os-1/my.arch-2_x", Platform("my_os-1", "my.arch-2_x")),
            ("wasip1/wasm", Platform("wasip1", "wasm")),
            ("linux/arm/v7", Platform("linux", "arm", "v7")),
            ("linux/arm/7", Platform("linux", "arm", "v7")),
            ("linux/arm/V5", Platform("linux", "arm", "v5")),
            ("linux/armhf/v5", Platform("linux", "arm", "v7")),
            ("linux/armel/v7", Platform("linux", "arm", "v6")),
            ("linux/arm64/v8", Platform("linux", "arm64", "v8")),
            ("linux/arm64/8", Platform("linux", "arm64", "v8")),
            ("linux/arm64/v8.0", Platform("linux", "arm64", "v8")),
            ("linux/arm64/v8.1", Platform("linux", "arm64", "v8.1")),
            ("linux/arm64/9.0", Platform("linux", "arm64", "v9")),
            ("linux/aarch64/v9.2", Platform("linux", "arm64", "v9.2")),
            ("linux/amd64/v1", Platform("linux", "amd64")),
            ("linux/amd64/v3", Platform("linux", "amd64", "v3")),
            ("linux/i386/x", Platform("linux", "386")),
            ("linux/386/x", Platform("linux", "386", "x")),
            ("linux/x/.", Platform("linux", "x", ".")),
            ("windows(10.0.17763+win32k)/amd64", Platform("windows", "amd64", os_version="10.0.17763", os_features=("win32k",))),
            ("linux(+b+a+b)/arm64", Platform("linux", "arm64", os_features=("b", "a", "b"))),
            ("linux(1.%2F%2b+%28%29)/x", Platform("linux", "x", os_version="1./+", os_features=("()",))),
            ("linux(%25)/x", Platform("linux", "x", os_version="%")),
            ("linux(%2525)/x", Platform("linux", "x", os_version="%25")),
            ("linux(%C3%A9)/x", Platform("linux", "x", os_version="é")),
            ("linux(%ff%e2%82)/x", Platform("linux", "x", os_version="\ufffd\ufffd\ufffd")),
            ("linux(%00)/x", Platform("linux", "x", os_version="\0")),
        ],
    )
    def test_specifiers(self, specifier: str, expected: Platform) -> None:
        assert Platform.parse(specifier) == expected

    @pytest.mark.parametrize(
        ("specifier", "problem", "part"),
        [
            ("", Why.OPERATING_SYSTEM, ""),
            ("/amd64", Why.OPERATING_SYSTEM, ""),
            ("linux/", Why.COMPONENT, ""),
            ("linux//v7", Why.COMPONENT, ""),
            ("linux/arm/", Why.COMPONENT, ""),
            ("*", Why.WILDCARD, "*"),
            ("linux/*", Why.WILDCARD, "*"),
            ("linux(*)/arm/v7/x", Why.WILDCARD, "*"),
            ("linux/arm/v7/x", Why.COMPONENTS, "x"),
            ("li nux", Why.OPERATING_SYSTEM, "li nux"),
            ("lin.ux/amd64", Why.OPERATING_SYSTEM, "lin.ux"),
            ("linux\n", Why.OPERATING_SYSTEM, "linux\n"),
            ("linux\n/amd64", Why.OPERATING_SYSTEM, "linux\n"),
            ("l\u0131nux/amd64", Why.OPERATING_SYSTEM, "l\u0131nux"),
            ("linux\u0661/amd64", Why.OPERATING_SYSTEM, "linux\u0661"),
            ("(10.0)/amd64", Why.OPERATING_SYSTEM, "(10.0)"),
            ("linux(/amd64", Why.OPERATING_SYSTEM, "linux("),
            ("linux(10.0)x/amd64", Why.OPERATING_SYSTEM, "linux(10.0)x"),
            ("linux(1)(2)/amd64", Why.OPERATING_SYSTEM, "linux(1)(2)"),
            ("linux(1+)/amd64", Why.OPERATING_SYSTEM, "linux(1+)"),
            ("linux(++a)/amd64", Why.OPERATING_SYSTEM, "linux(++a)"),
            ("linux( )/amd64", Why.OPERATING_SYSTEM, "linux( )"),
            ("linux(%)/amd64", Why.ESCAPE, "%"),
            ("linux(%4)/amd64", Why.ESCAPE, "%4"),
            ("linux(%4g)/amd64", Why.ESCAPE, "%4g"),
            ("linux(%%41)/amd64", Why.ESCAPE, "%%41"),
            ("linux(1+a+%zz)/amd64", Why.ESCAPE, "%zz"),
            ("linux/amd 64", Why.COMPONENT, "amd 64"),
            ("linux/amd64\n", Why.COMPONENT, "amd64\n"),
            ("linux/(x)", Why.COMPONENT, "(x)"),
            ("linux/arm/v\u0667", Why.COMPONENT, "v\u0667"),
            ("plan10", Why.UNKNOWN, "plan10"),
            ("wasip1", Why.UNKNOWN, "wasip1"),
            ("amd64(1)", Why.UNKNOWN, "amd64(1)"),
            ("unknown", Why.UNKNOWN, "unknown"),
            ("v8", Why.UNKNOWN, "v8"),
        ],
    )
    def test_no_specifiers(self, specifier: str, problem: PlatformProblem, part: str) -> None:
        with pytest.raises(InvalidPlatform) as caught:
            Platform.parse(specifier)
        error = caught.value
        assert (error.text, error.problem, error.part) == (specifier, problem, part)
        assert error.hint
        assert str(error).endswith(f"({error.hint})")
        for copied in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301
            assert copied == error
            assert copied.part == part

    def test_a_lone_surrogate_arrives_as_in_go(self) -> None:
        with pytest.raises(InvalidPlatform) as caught:
            Platform.parse("linux/\ud800")
        assert (caught.value.text, caught.value.part) == ("linux/\ufffd", "\ufffd")

    def test_messages(self) -> None:
        for specifier, message in [
            ("plan10", "not a platform: 'plan10': neither an operating system nor an architecture of that name is known (write both"),
            ("linux/amd 64", "not a platform: 'linux/amd 64': 'amd 64': this is neither architecture nor variant (write letters"),
        ]:
            with pytest.raises(InvalidPlatform) as caught:
                Platform.parse(specifier)
            assert str(caught.value).startswith(message)
        assert len(str(InvalidPlatform("a" * 10_000, Why.COMPONENT, "b" * 5_000))) < 500

    def test_errors_compare_by_their_data(self) -> None:
        error = InvalidPlatform("x", Why.UNKNOWN, "x")
        assert error == InvalidPlatform("x", Why.UNKNOWN, "x")
        assert error != InvalidPlatform("x", Why.COMPONENT, "x")
        assert InvalidPlatform("x", Why.UNKNOWN, hint="mine").hint == "mine"
        assert isinstance(error, KubeContainersError)

    @pytest.mark.parametrize(
        ("specifier", "host", "expected"),
        [
            ("linux", ARM64_NODE, "linux/arm64"),
            ("windows", ARM64_NODE, "windows/arm64"),
            ("linux", Platform("linux", "arm", "v7"), "linux/arm"),
            ("linux", Platform("linux", "arm", "v6"), "linux/arm/v6"),
            ("linux", Platform("linux", "arm"), "linux/arm"),
            ("linux", Platform("linux", "amd64", "v3"), "linux/amd64"),
            ("arm64", Platform("windows", "amd64", os_version="10.0.20348"), "windows/arm64"),
            ("armel", Platform("freebsd", "amd64"), "freebsd/arm/v6"),
            ("linux/s390x", Platform("windows", "arm64"), "linux/s390x"),
        ],
    )
    def test_host_gives_what_is_left_open(self, specifier: str, host: Platform, expected: str) -> None:
        found = Platform.parse(specifier, host=host)
        assert str(found) == expected
        assert found.os_version == ""

    def test_every_name_alone(self) -> None:
        for name in OPERATING_SYSTEMS:
            assert Platform.parse(name) == Platform(name, "amd64")
        for name in ARCHITECTURES:
            assert Platform.parse(name) == Platform("linux", name)

    @pytest.mark.parametrize("unit", ["a", "(", "+a", "%", "%4", "/", "linux(+a", ".", "é", "\0", "*"])
    def test_a_million_characters(self, unit: str) -> None:
        """Whatever is repeated, it is refused in less time than a test run would notice; a quadratic reader takes minutes."""
        for begin in ("", "linux(", "linux/", "linux/amd64/"):
            text = begin + unit * (1_000_000 // len(unit)) + "!"
            with pytest.raises(InvalidPlatform):
                Platform.parse(text)

    def test_a_million_characters_that_parse(self) -> None:
        assert Platform.parse("linux(" + "+a" * 500_000 + ")/arm").os_features == ("a",) * 500_000
        assert Platform.parse("linux(" + "%41" * 300_000 + ")/arm").os_version == "A" * 300_000
        assert Platform.parse("linux/" + "a" * 1_000_000).architecture == "a" * 1_000_000


class TestNormalized:
    @pytest.mark.parametrize(
        ("platform", "expected"),
        [
            (Platform("Linux", "AMD64"), Platform("linux", "amd64")),
            (Platform("", "amd64"), Platform("linux", "amd64")),
            (Platform("", ""), Platform("linux", "")),
            (Platform("MACOS", "x86_64", "V1"), Platform("darwin", "amd64")),
            (Platform("linux", "x86-64", "v2"), Platform("linux", "amd64", "v2")),
            (Platform("linux", "amd64", "1"), Platform("linux", "amd64", "1")),
            (Platform("linux", "i386", "x"), Platform("linux", "386")),
            (Platform("linux", "386", "X"), Platform("linux", "386", "x")),
            (Platform("linux", "aarch64"), Platform("linux", "arm64")),
            (Platform("linux", "arm64", "8"), Platform("linux", "arm64")),
            (Platform("linux", "arm64", "V8"), Platform("linux", "arm64")),
            (Platform("linux", "arm64", "v8.0"), Platform("linux", "arm64")),
            (Platform("linux", "arm64", "8.0"), Platform("linux", "arm64", "8.0")),
            (Platform("linux", "arm64", "v8.1"), Platform("linux", "arm64", "v8.1")),
            (Platform("linux", "arm64", "9"), Platform("linux", "arm64", "v9")),
            (Platform("linux", "arm64", "9.0"), Platform("linux", "arm64", "v9")),
            (Platform("linux", "arm64", "v9.0"), Platform("linux", "arm64", "v9")),
            (Platform("linux", "arm64", "v9.1"), Platform("linux", "arm64", "v9.1")),
            (Platform("linux", "arm"), Platform("linux", "arm", "v7")),
            (Platform("linux", "arm", "5"), Platform("linux", "arm", "v5")),
            (Platform("linux", "arm", "6"), Platform("linux", "arm", "v6")),
            (Platform("linux", "arm", "7"), Platform("linux", "arm", "v7")),
            (Platform("linux", "arm", "8"), Platform("linux", "arm", "v8")),
            (Platform("linux", "arm", "9"), Platform("linux", "arm", "9")),
            (Platform("linux", "armhf", "v5"), Platform("linux", "arm", "v7")),
            (Platform("linux", "armel", "v5"), Platform("linux", "arm", "v6")),
            (Platform("linux", "RISCV64", "RVA23"), Platform("linux", "riscv64", "rva23")),
            (Platform("L\u0130nux", "\u212a"), Platform("linux", "k")),
            (
                Platform("Windows", "amd64", os_version="10.0.17763.X", os_features=("b", "a", "b", "")),
                Platform("windows", "amd64", os_version="10.0.17763.X", os_features=("", "a", "b")),
            ),
        ],
    )
    def test_normalized(self, platform: Platform, expected: Platform) -> None:
        assert platform.normalized() == expected

    def test_host_gives_the_operating_system_alone(self) -> None:
        host = Platform("windows", "arm64", os_version="10.0.20348")
        assert Platform("", "amd64").normalized(host=host) == Platform("windows", "amd64")
        assert Platform("linux", "amd64").normalized(host=host) == LINUX_AMD64


class TestPrinting:
    @pytest.mark.parametrize(
        ("platform", "short", "specifier"),
        [
            (Platform("linux", "arm", "v7"), "linux/arm/v7", "linux/arm/v7"),
            (Platform("linux", ""), "linux", "linux"),
            (Platform("linux", "", "v7"), "linux/v7", "linux/v7"),
            (Platform("", "amd64"), "unknown", "unknown"),
            (Platform("", "amd64", os_version="1"), "unknown", "unknown"),
            (Platform("linux", "x", "."), "linux/x", "linux/x"),
            (Platform("linux", "x", ".."), "linux", "linux"),
            (Platform("/", ""), "/", "/"),
            (Platform("windows", "amd64", os_version="10.0.17763"), "windows/amd64", "windows(10.0.17763)/amd64"),
            (Platform("linux", "amd64", os_features=("b", "a", "b", "")), "linux/amd64", "linux(+a+b)/amd64"),
            (Platform("linux", "amd64", os_features=("",)), "linux/amd64", "linux/amd64"),
            (Platform("linux", "amd64", os_version="1", os_features=("a",)), "linux/amd64", "linux(1+a)/amd64"),
            (Platform("a", "b", os_version="%+()/ é*", os_features=("%", "/")), "a/b", "a(%25%2B%28%29%2F é*+%25+%2F)/b"),
        ],
    )
    def test_printing(self, platform: Platform, short: str, specifier: str) -> None:
        assert str(platform) == short
        assert platform.specifier == specifier


FULL: dict[str, Any] = {"architecture": "amd64", "os": "windows", "os.version": "10.0", "os.features": ["b", "a"], "variant": "v1"}


class TestJSON:
    def test_both_ways(self) -> None:
        found = Platform.from_json(FULL)
        assert found == Platform("windows", "amd64", "v1", os_version="10.0", os_features=("b", "a"))
        assert found.to_json() == FULL
        assert list(found.to_json()) == ["architecture", "os", "os.version", "os.features", "variant"]

    def test_empty_fields_are_left_out(self) -> None:
        assert Platform("linux", "amd64").to_json() == {"architecture": "amd64", "os": "linux"}
        assert Platform("", "").to_json() == {"architecture": "", "os": ""}

    @pytest.mark.parametrize("obj", [{}, dict.fromkeys(FULL), {"features": ["sse4"], "config": {}}])
    def test_absent(self, obj: dict[str, Any]) -> None:
        assert Platform.from_json(obj) == Platform("", "")

    def test_text_arrives_as_in_go(self) -> None:
        found = Platform.from_json({"os": "\ud800", "os.features": [None, "\udfff"]})
        assert found == Platform("\ufffd", "", os_features=("", "\ufffd"))

    @pytest.mark.parametrize(
        ("obj", "path", "expected", "found"),
        [
            ([], "at", "an object", "a list"),
            (None, "at", "an object", "null"),
            ({"os": 1}, "at.os", "a string", "a number"),
            ({"architecture": []}, "at.architecture", "a string", "a list"),
            ({"variant": {}}, "at.variant", "a string", "an object"),
            ({"os.version": True}, "at.os.version", "a string", "a boolean"),
            ({"os.features": "win32k"}, "at.os.features", "a list", "a string"),
            ({"os.features": ["a", 1]}, "at.os.features[1]", "a string", "a number"),
        ],
    )
    def test_malformed(self, obj: Any, path: str, expected: str, found: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            Platform.from_json(obj, path=FieldPath(("at",)))
        assert caught.value == MalformedObject(path, expected, found)


class TestOfNode:
    @pytest.mark.parametrize(
        ("info", "expected"),
        [
            ({"operatingSystem": "linux", "architecture": "arm64", "kernelVersion": "6.1.0"}, Platform("linux", "arm64")),
            (
                {"operatingSystem": "windows", "architecture": "amd64", "kernelVersion": "10.0.20348.1906"},
                Platform("windows", "amd64", os_version="10.0.20348.1906"),
            ),
            ({"operatingSystem": "windows", "architecture": "amd64"}, Platform("windows", "amd64")),
            ({}, Platform("", "")),
            (None, Platform("", "")),
        ],
    )
    def test_node(self, info: Any, expected: Platform) -> None:
        assert Platform.of_node({"kind": "Node", "status": {"nodeInfo": info}}) == expected

    @pytest.mark.parametrize("node", [{}, {"status": None}, {"status": {}}])
    def test_a_node_that_tells_nothing(self, node: dict[str, Any]) -> None:
        assert Platform.of_node(node) == Platform("", "")

    @pytest.mark.parametrize(
        ("node", "path"),
        [
            ([], ""),
            ({"status": []}, "status"),
            ({"status": {"nodeInfo": ""}}, "status.nodeInfo"),
            ({"status": {"nodeInfo": {"operatingSystem": 1}}}, "status.nodeInfo.operatingSystem"),
            ({"status": {"nodeInfo": {"architecture": 1}}}, "status.nodeInfo.architecture"),
            ({"status": {"nodeInfo": {"operatingSystem": "windows", "kernelVersion": 1}}}, "status.nodeInfo.kernelVersion"),
        ],
    )
    def test_malformed(self, node: Any, path: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            Platform.of_node(node)
        assert caught.value.path == path

    def test_the_kernel_of_linux_is_not_looked_at(self) -> None:
        node: dict[str, Any] = {"status": {"nodeInfo": {"operatingSystem": "linux", "architecture": "amd64", "kernelVersion": 6}}}
        assert Platform.of_node(node) == LINUX_AMD64


def test_is_a_value() -> None:
    platform = Platform("linux", "arm", "v7", os_features=["a"])
    assert platform == Platform("linux", "arm", "v7", os_features=("a",))
    assert len({platform, copy.deepcopy(platform), Platform("linux", "arm")}) == 2
    assert pickle.loads(pickle.dumps(platform)) == platform  # noqa: S301
    with pytest.raises(AttributeError):
        platform.os = "windows"  # type: ignore[misc]


def test_features_are_a_list() -> None:
    with pytest.raises(MalformedObject, match="expected a list, found a string"):
        Platform("windows", "amd64", os_features="win32k")
