"""The forms of an environment: bytes as ``env`` prints them, a tree, JSON."""

from __future__ import annotations

from typing import Any

from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.apimachinery.objects import ContainerAt, ContainerKind, PodTemplateAt
from kubecontainers.apimachinery.secret_text import SecretText
from kubecontainers.cli.env_formats import EnvironmentReport, env_text, provenance
from kubecontainers.cli.env_pod import Composed
from kubecontainers.cli.env_workload import Workload
from kubecontainers.environment.hostname import HostnameSource, PodHostname
from kubecontainers.environment.variables import Environment, EnvironmentVariable, Origin, OriginKind, Reference
from kubecontainers.explain.report import Sourced
from kubecontainers.explain.tree import plain_text
from kubecontainers.pods.made import MadePod, PodNaming

AT = ROOT.child("spec", "containers").index(0)
TEMPLATE = ROOT.child("spec", "template")
LEVEL = Origin(OriginKind.CONFIG_MAP, "shop/settings", "LEVEL", AT.child("envFrom").index(0))
KEY = Origin(OriginKind.SECRET, "shop/db", "key", AT.child("env").index(0))


def own(position: int) -> Origin:
    return Origin(OriginKind.VALUE, path=AT.child("env").index(position))


def composed(*variables: EnvironmentVariable) -> Composed:
    workload = Workload(Sourced({}, "web.yaml", 2), PodTemplateAt(TEMPLATE, {}), "Deployment", "shop", "web")
    return Composed(
        workload,
        MadePod({}, "web-0", PodNaming.GIVEN),
        PodHostname("web-0", "", "web-0", HostnameSource.POD_NAME),
        ContainerAt(ContainerKind.APP, AT, {"name": "app"}),
        Environment(FrozenMap({variable.name: variable for variable in variables})),
    )


VARIABLES = (
    EnvironmentVariable("LEVEL", "debug", own(1), hides=(EnvironmentVariable("LEVEL", "info", LEVEL),)),
    EnvironmentVariable("KEY", SecretText("hunter2"), KEY),
    EnvironmentVariable("BYTES", "a\nb\udce9", own(2)),
    EnvironmentVariable("URL", "x" * 70, own(3), (Reference("LEVEL", LEVEL), Reference("GONE", None), Reference("GONE", None))),
)


class TestText:
    def test_bytes_as_they_are(self) -> None:
        assert env_text(VARIABLES[:3], show_secrets=False) == b"LEVEL=debug\nKEY=***\nBYTES=a\nb\xe9\n"

    def test_secrets(self) -> None:
        assert env_text(VARIABLES[1:2], show_secrets=True) == b"KEY=hunter2\n"


class TestTree:
    def test_origins(self) -> None:
        assert plain_text(EnvironmentReport(composed(*VARIABLES), show_secrets=False).to_nodes()) == "\n".join(
            [
                "web.yaml, document 2: Deployment shop/web",
                "└─ container app  spec.template.spec.containers[0]",
                "   ├─ LEVEL=debug    manifest, env[1]",
                "   │  └─ hides info  ConfigMap shop/settings, key LEVEL, envFrom[0]",
                "   ├─ KEY=***        Secret shop/db, key key, env[0]",
                "   ├─ BYTES=a\\x0ab\udce9  manifest, env[2]",
                f"   └─ URL={'x' * 60}…  manifest, env[3]",
                "      ├─ $(LEVEL)  ConfigMap shop/settings, key LEVEL, envFrom[0]",
                "      └─ $(GONE)  stays as it is",
                "",
            ]
        )

    def test_secrets(self) -> None:
        secret = EnvironmentVariable("KEY", "1", own(0), hides=(VARIABLES[1],))
        for shown, value in ((False, "***"), (True, "hunter2")):
            assert f"hides {value}  Secret" in plain_text(EnvironmentReport(composed(secret), shown).to_nodes())

    def test_nothing(self) -> None:
        assert plain_text(EnvironmentReport(composed(), show_secrets=False).to_nodes()).count("\n") == 2

    def test_in_one_line(self) -> None:
        where = composed(*VARIABLES)
        assert provenance(where, VARIABLES[0]) == "manifest, env[1]; hides ConfigMap shop/settings, key LEVEL, envFrom[0]"
        assert provenance(where, EnvironmentVariable("A", "1", Origin(OriginKind.IMAGE))) == "image"


class TestJSON:
    def variables(self, *, show_secrets: bool) -> list[dict[str, Any]]:
        found: Any = EnvironmentReport(composed(*VARIABLES), show_secrets).to_json()
        assert {key: value for key, value in found.items() if key != "variables"} == {
            "kind": "Deployment",
            "namespace": "shop",
            "name": "web",
            "pod": "web-0",
            "container": "app",
        }
        return list(found["variables"])

    def test_whole(self) -> None:
        level = {"kind": "CONFIG_MAP", "subject": "shop/settings", "key": "LEVEL", "path": "spec.template.spec.containers[0].envFrom[0]"}
        found = self.variables(show_secrets=False)
        assert found[0] == {
            "name": "LEVEL",
            "value": "debug",
            "secret": False,
            "origin": {"kind": "VALUE", "subject": "", "key": "", "path": "spec.template.spec.containers[0].env[1]"},
            "hides": [level],
            "references": [],
        }
        assert found[3]["references"] == [{"name": "LEVEL", "origin": level}, *[{"name": "GONE", "origin": None}] * 2]

    def test_values(self) -> None:
        hidden, shown = self.variables(show_secrets=False), self.variables(show_secrets=True)
        assert "value" not in hidden[1]
        assert (hidden[1]["secret"], shown[1]["secret"], shown[1]["value"]) == (True, True, "hunter2")
        assert hidden[2]["valueBase64"] == "YQpi6Q=="
        assert "value" not in hidden[2]

    def test_what_is_no_field_has_no_path(self) -> None:
        report: Any = EnvironmentReport(composed(EnvironmentVariable("A", "1", Origin(OriginKind.IMAGE))), show_secrets=False).to_json()
        assert report["variables"][0]["origin"] == {"kind": "IMAGE", "subject": "", "key": "", "path": ""}
