from __future__ import annotations

import pytest

from kubecontainers.golang.pflag import BadFlag, Flag, FlagProblem, parse_flags

FLAGS = (Flag("size"), Flag("namespace", "n"), Flag("all", "a", bare="true"), Flag("dry-run", bare="unchanged"))


@pytest.mark.parametrize(
    ("arguments", "values"),
    [
        (["--size=3"], {"size": ["3"]}),
        (["--size", "3"], {"size": ["3"]}),
        (["--size="], {"size": [""]}),
        (["--size", ""], {"size": [""]}),
        (["--size", "--all"], {"size": ["--all"]}),  # what follows is the value, whatever it is
        (["--size=a=b"], {"size": ["a=b"]}),
        (["--size=1", "--size=2"], {"size": ["1", "2"]}),
        (["--all"], {"all": ["true"]}),
        (["--all=false"], {"all": ["false"]}),
        (["--dry-run"], {"dry-run": ["unchanged"]}),
        (["--dry_run=client"], {"dry-run": ["client"]}),
        (["-nshop"], {"namespace": ["shop"]}),
        (["-n", "shop"], {"namespace": ["shop"]}),
        (["-n=shop"], {"namespace": ["shop"]}),
        (["-n=="], {"namespace": ["="]}),
        (["-n="], {"namespace": ["="]}),
        (["-an", "shop"], {"all": ["true"], "namespace": ["shop"]}),
        (["-anshop"], {"all": ["true"], "namespace": ["shop"]}),
        (["-a=false"], {"all": ["false"]}),
    ],
)
def test_flags(arguments: list[str], values: dict[str, list[str]]) -> None:
    parsed = parse_flags(arguments, FLAGS)
    assert parsed.values == values
    assert parsed.others == []


def test_others_may_stand_anywhere() -> None:
    parsed = parse_flags(["a", "--size", "3", "-", "", "b"], FLAGS)
    assert parsed.others == ["a", "-", "", "b"]
    assert parsed.before_dashes is None


def test_two_dashes_end_the_flags() -> None:
    parsed = parse_flags(["a", "--", "--size", "--", "-n"], FLAGS)
    assert parsed.others == ["a", "--size", "--", "-n"]
    assert parsed.before_dashes == 1
    assert parsed.values == {}


def test_the_last_value_counts() -> None:
    parsed = parse_flags(["--size=1", "--size=2"], FLAGS)
    assert parsed.last("size") == "2"
    assert parsed.last("namespace") == ""
    assert parsed.last("namespace", "default") == "default"


@pytest.mark.parametrize(
    ("arguments", "problem", "flag"),
    [
        (["--sizes=hunter2"], FlagProblem.UNKNOWN_FLAG, "--sizes"),
        (["--Size=1"], FlagProblem.UNKNOWN_FLAG, "--Size"),
        (["--n=1"], FlagProblem.UNKNOWN_FLAG, "--n"),
        (["-xhunter2"], FlagProblem.UNKNOWN_FLAG, "-x"),
        (["-a="], FlagProblem.UNKNOWN_FLAG, "-="),
        (["-ax"], FlagProblem.UNKNOWN_FLAG, "-x"),
        (["--size"], FlagProblem.VALUE_MISSING, "--size"),
        (["-n"], FlagProblem.VALUE_MISSING, "-n"),
        (["---size"], FlagProblem.FLAG_SYNTAX, "--"),
        (["--=hunter2"], FlagProblem.FLAG_SYNTAX, "--"),
    ],
)
def test_bad_flags(arguments: list[str], problem: FlagProblem, flag: str) -> None:
    with pytest.raises(BadFlag) as caught:
        parse_flags(arguments, FLAGS)
    assert (caught.value.problem, caught.value.flag) == (problem, flag)
    assert "hunter2" not in str(caught.value)


def test_values_are_not_shown() -> None:
    assert "hunter2" not in repr(parse_flags(["--size=hunter2"], FLAGS))
