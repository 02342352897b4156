"""Host names that are not ASCII."""

from __future__ import annotations

import pytest

from kubecontainers.golang.idna import host_lookup_name, host_to_ascii, punycode

# From RFC 3492, section 7.1, and its punycode.
SAMPLES = {
    "\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587": "ihqwcrb4cv8a8dqg056pqjye",
    "Pro\u010dprost\u011bnemluv\u00ed\u010desky": "Proprostnemluvesky-uyb24dma41a",
    "\u305d\u306e\u30b9\u30d4\u30fc\u30c9\u3067": "d9juau41awczczp",
    "\u30d1\u30d5\u30a3\u30fcde\u30eb\u30f3\u30d0": "de-jg4avhby1noc0d",
    "\u00fc": "tda",
    "a": "a-",
    "": "",
}


@pytest.mark.parametrize(("label", "written"), SAMPLES.items(), ids=SAMPLES.values())
def test_punycode(label: str, written: str) -> None:
    assert punycode(label) == written


@pytest.mark.parametrize(
    ("host", "ascii_host"),
    [
        ("Shop.Example", "Shop.Example"),
        ("B\u00fccher.Example", "xn--Bcher-kva.Example"),
        ("\u00dc.\u00fc.", "xn--wca.xn--tda."),
        ("\u00fc..a", "xn--tda..a"),
        ("\ud800", "xn--zn7c"),
    ],
)
def test_labels_in_ascii(host: str, ascii_host: str) -> None:
    assert host_to_ascii(host) == ascii_host


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Shop_1.Example", "Shop_1.Example"),
        ("B\u00dcCHER.Example", "xn--bcher-kva.example"),
        ("b\u00fccher\u3002example", "xn--bcher-kva.example"),
        ("\uff21\u00fc", "xn--a-eha"),
        ("a\u00adb\u00fc", "xn--ab-yka"),
        ("stra\u00dfe", "xn--strae-oqa"),
        ("xn--tda.\u00fc", "xn--tda.xn--tda"),
        ("\u00fc.", "xn--tda."),
        ("\u1e9e.x", "ss.x"),
        ("\u0130.x", "xn--i-9bb.x"),
        ("\u13f8.x", "xn--gce.x"),
        ("\u03a3\u03c2.x", "xn--3xab.x"),
        ("\u00fc\u034f\u2064", "xn--tda"),
    ],
)
def test_names_that_are_looked_up(host: str, name: str) -> None:
    assert host_lookup_name(host) == name


@pytest.mark.parametrize(
    "host", ["a_b.\u00fc", "\u00fc-", "-\u00fc", "\u00fc--x", "\u00fc\u2028", "\u0301\u00fc", "\u00fc\ufffd", "a b\u00fc"]
)
def test_names_that_are_none_stay(host: str) -> None:
    assert host_lookup_name(host) == host
