from __future__ import annotations

import copy
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject, NotFound
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.objects import containers
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.apimachinery.secret_text import SecretText
from kubecontainers.environment.composition import compose_environment, survey_environment
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure
from kubecontainers.environment.sources import InMemorySources, SourceUnavailable
from kubecontainers.environment.variables import Environment, EnvironmentVariable, Origin, OriginKind, Reference
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]

CONFIG = {
    "metadata": {"name": "settings", "namespace": "shop"},
    "data": {"LEVEL": "info", "REF": "$(LEVEL)", "1x": "odd"},
    "binaryData": {"B": "/w=="},
}
SECRET = {"metadata": {"name": "db", "namespace": "shop"}, "data": {"PASSWORD": "aHVudGVyMg==", "RAW": "/w=="}}
DB = {"metadata": {"name": "db", "namespace": "shop"}, "spec": {"clusterIP": "10.0.0.2", "ports": [{"port": 5432}]}}
NODE = {"status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.1"}], "allocatable": {"cpu": "4", "memory": "8Gi"}}}
SOURCES = InMemorySources(
    config_maps=[CONFIG],
    secrets=[SECRET],
    services=[DB],
    node=NODE,
    pod_ip="10.244.0.5",
    files={"config": {"app.env": "COLOUR='blue'\nEMPTY=''"}},
)
APP = ROOT.child("spec", "containers").index(0)


def pod(env: list[JSON] | None = None, env_from: list[JSON] | None = None, **spec: Any) -> JSON:
    container = {"name": "app", "env": env or [], "envFrom": env_from or []}
    return {"metadata": {"name": "web", "namespace": "shop"}, "spec": {"enableServiceLinks": True, "containers": [container], **spec}}


def composed(env: list[JSON] | None = None, env_from: list[JSON] | None = None, release: Release = LATEST, **spec: Any) -> Environment:
    return compose_environment(pod(env, env_from, **spec), "app", SOURCES, release=release)


def failure(
    sources: InMemorySources = SOURCES, env: list[JSON] | None = None, env_from: list[JSON] | None = None, **spec: Any
) -> EnvironmentFailed:
    with pytest.raises(EnvironmentFailed) as caught:
        compose_environment(pod(env, env_from, **spec), "app", sources)
    return caught.value


def key_ref(kind: str, name: str, key: str, *, optional: bool | None = None) -> JSON:
    return {"valueFrom": {kind: {"name": name, "key": key, **({} if optional is None else {"optional": optional})}}}


def test_later_entries_see_earlier_ones_and_hide_them() -> None:
    found = composed(
        [{"name": "A", "value": "1"}, {"name": "A", "value": "$(A)2"}, {"name": "B", "value": "$(A)$(C)"}, {"name": "C", "value": "3"}]
    )
    assert found["A"].value == "12"
    assert found["A"].hides == (EnvironmentVariable("A", "1", Origin(OriginKind.VALUE, path=APP.child("env").index(0))),)
    assert found["B"].value == "12$(C)"
    assert found["B"].references == (Reference("A", Origin(OriginKind.VALUE, path=APP.child("env").index(1))), Reference("C", None))
    assert [name for name in found if not name.startswith("DB_")] == ["A", "B", "C"]


def test_env_goes_before_env_from_and_services() -> None:
    found = composed(
        [{"name": "LEVEL", "value": "debug"}, {"name": "DB_PORT", "value": ""}, {"name": "URL", "value": "$(DB_SERVICE_HOST)/$(REF)"}],
        [{"configMapRef": {"name": "settings"}}],
    )
    assert [hidden.origin.kind for hidden in found["LEVEL"].hides] == [OriginKind.CONFIG_MAP]
    assert found["DB_PORT"].value == ""
    assert found["DB_PORT"].hides[0].value == "tcp://10.0.0.2:5432"
    assert found["URL"].value == "10.0.0.2/$(LEVEL)"
    assert [reference.origin and reference.origin.subject for reference in found["URL"].references] == ["shop/db", "shop/settings"]
    assert found["DB_SERVICE_HOST"] == EnvironmentVariable("DB_SERVICE_HOST", "10.0.0.2", Origin(OriginKind.SERVICE, "shop/db"))
    assert found["REF"].value == "$(LEVEL)"
    assert "B" not in found


def test_env_from_takes_prefixes_and_the_later_counts() -> None:
    found = composed(env_from=[{"prefix": "P_", "configMapRef": {"name": "settings"}}, {"prefix": "P_", "secretRef": {"name": "db"}}])
    assert found["P_LEVEL"].origin == Origin(OriginKind.CONFIG_MAP, "shop/settings", "LEVEL", APP.child("envFrom").index(0))
    assert found["P_PASSWORD"].value == SecretText("hunter2")
    assert found["P_RAW"].reveal() == "\udcff"


def test_a_secret_is_not_looked_at_beside_a_config_map() -> None:
    both: JSON = {"configMapRef": {"name": "settings"}, "secretRef": {"name": "missing"}}
    assert "LEVEL" in composed(env_from=[both, {"prefix": "X"}, {}])


def test_invalid_names_were_left_out_with_an_event() -> None:
    env_from: list[JSON] = [{"prefix": "1", "configMapRef": {"name": "settings"}}, {"secretRef": {"name": "db"}}]
    old, new = composed(env_from=env_from, release=Release("1.29")), composed(env_from=env_from, release=Release("1.30"))
    [event] = old.events
    assert (event.keys, event.origin.subject) == (("11x", "1LEVEL", "1REF"), "shop/settings")
    assert event.message == (
        "Keys [11x, 1LEVEL, 1REF] from the EnvFrom configMap shop/settings were skipped since they are considered invalid environment"
        " variable names."
    )
    assert "1LEVEL" not in old
    assert "1LEVEL" in new
    assert not new.events
    odd = InMemorySources(secrets=[{"metadata": {"name": "db", "namespace": "shop"}, "data": {"=": ""}}])
    [event] = compose_environment(pod(env_from=[{"secretRef": {"name": "db"}}]), "app", odd, release=Release("1.27")).events
    assert event.message.startswith("Keys [=] from the EnvFrom secret shop/db were skipped")


def test_what_a_secret_has_part_in_is_wrapped() -> None:
    found = composed(
        [
            {"name": "PASSWORD", **key_ref("secretKeyRef", "db", "PASSWORD")},
            {"name": "URL", "value": "postgres://shop:$(PASSWORD)@db"},
            {"name": "AGAIN", "value": "$(URL)"},
            {"name": "PLAIN", "value": "$$(PASSWORD)"},
        ]
    )
    assert [found[name].is_secret for name in ("PASSWORD", "URL", "AGAIN", "PLAIN")] == [True, True, True, False]
    assert found["AGAIN"].reveal() == "postgres://shop:hunter2@db"
    assert "hunter2" not in f"{found!r} {dict(found)!r} {found.own!r}"


@pytest.mark.parametrize("kind", ["configMapKeyRef", "secretKeyRef"])
def test_optional_means_that_an_earlier_value_stays(kind: str) -> None:
    earlier = {"name": "A", "value": "1"}
    for reference in (
        key_ref(kind, "missing", "a", optional=True),
        key_ref(kind, "settings", "a", optional=True),
        key_ref(kind, "db", "a", optional=True),
    ):
        assert composed([earlier, {"name": "A", **reference}])["A"].value == "1"
    assert "NEW" not in composed([{"name": "NEW", **key_ref(kind, "missing", "a", optional=True)}])


def test_values_from_sources_are_not_expanded_and_go_after_a_value() -> None:
    reference = key_ref("configMapKeyRef", "settings", "REF")
    found = composed(
        [{"name": "LEVEL", "value": "x"}, {"name": "A", **reference}, {"name": "B", "value": "v", **key_ref("secretKeyRef", "no", "no")}]
    )
    assert found["A"] == EnvironmentVariable(
        "A", "$(LEVEL)", Origin(OriginKind.CONFIG_MAP, "shop/settings", "REF", APP.child("env").index(1))
    )
    assert found["B"].value == "v"


def test_the_first_source_counts() -> None:
    sources = {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}, "configMapKeyRef": {"name": "missing", "key": "a"}}
    found = composed([{"name": "A", "valueFrom": sources}, {"name": "NOTHING", "valueFrom": {}}, {"name": "NULL", "value": None}])
    assert (found["A"].value, found["A"].origin) == ("web", Origin(OriginKind.FIELD, "metadata.name", path=APP.child("env").index(0)))
    assert found["NOTHING"].value == found["NULL"].value == ""
    assert found["NOTHING"].origin.kind is OriginKind.VALUE


def test_fields_and_resources() -> None:
    found = composed(
        [
            {"name": "IP", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}},
            {"name": "CPUS", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1m"}}},
            {"name": "OTHER", "valueFrom": {"resourceFieldRef": {"resource": "requests.cpu", "containerName": "app"}}},
        ]
    )
    assert [found[name].value for name in ("IP", "CPUS", "OTHER")] == ["10.244.0.5", "4000", "0"]
    assert [found[name].origin.subject for name in ("CPUS", "OTHER")] == ["limits.cpu", "requests.cpu of app"]


def file_ref(**fields: Any) -> JSON:
    return {"name": "A", "valueFrom": {"fileKeyRef": {"volumeName": "config", "path": "/app.env", "key": "COLOUR", **fields}}}


def test_files() -> None:
    found = composed([file_ref()])
    assert (found["A"].value, found["A"].origin) == ("blue", Origin(OriginKind.FILE, "config/app.env", "COLOUR", APP.child("env").index(0)))
    assert "A" not in composed([file_ref(key="EMPTY", optional=True)])
    assert composed([file_ref(), {**file_ref(), "name": "B"}])["B"].value == "blue"
    assert composed([file_ref()], release=Release("1.34"))["A"].value == ""
    assert composed([file_ref()], release=Release("1.33"))["A"].value == ""


@pytest.mark.parametrize(
    ("fields", "reason", "subject"),
    [
        ({"volumeName": "other"}, EnvironmentFailure.VOLUME_NOT_FOUND, "other"),
        ({"volumeName": "other", "optional": True}, EnvironmentFailure.VOLUME_NOT_FOUND, "other"),
        ({"path": "b.env", "optional": True}, EnvironmentFailure.ENV_FILE_UNREADABLE, "config/b.env"),
        ({"key": "EMPTY"}, EnvironmentFailure.ENV_FILE_KEY_NOT_FOUND, "config/app.env"),
    ],
)
def test_files_that_fail(fields: JSON, reason: EnvironmentFailure, subject: str) -> None:
    error = failure(env=[file_ref(**fields)])
    assert (error.reason, error.subject, error.path) == (reason, subject, APP.child("env").index(0).child("valueFrom", "fileKeyRef"))


def test_services_come_first() -> None:
    unset = pod([{"name": "A", **key_ref("configMapKeyRef", "missing", "a")}])
    del unset["spec"]["enableServiceLinks"]
    with pytest.raises(EnvironmentFailed) as caught:
        compose_environment(unset, "app", SOURCES)
    assert caught.value.reason is EnvironmentFailure.SERVICE_LINKS_UNSET
    assert failure(InMemorySources(services_synced=False)).reason is EnvironmentFailure.SERVICES_NOT_SYNCED
    assert failure(InMemorySources(services_fail=True)).reason is EnvironmentFailure.SERVICE_LIST_FAILED


@pytest.mark.parametrize(("source", "waits"), [(None, True), ("api", True), ("file", False), ("", False)])
def test_only_a_static_pod_does_not_wait_for_services(source: str | None, waits: bool) -> None:
    made = pod()
    if source is not None:
        made["metadata"]["annotations"] = {"kubernetes.io/config.source": source}
    unsynced = InMemorySources(services_synced=False)
    if waits:
        with pytest.raises(EnvironmentFailed):
            compose_environment(made, "app", unsynced)
    else:
        assert not compose_environment(made, "app", unsynced)


@pytest.mark.parametrize(
    ("kind", "field", "reasons"),
    [
        (
            "configMapKeyRef",
            "configMapRef",
            (
                EnvironmentFailure.NO_CLIENT_FOR_CONFIG_MAP,
                EnvironmentFailure.CONFIG_MAP_GET_FAILED,
                EnvironmentFailure.CONFIG_MAP_NOT_FOUND,
            ),
        ),
        (
            "secretKeyRef",
            "secretRef",
            (EnvironmentFailure.NO_CLIENT_FOR_SECRET, EnvironmentFailure.SECRET_GET_FAILED, EnvironmentFailure.SECRET_NOT_FOUND),
        ),
    ],
)
def test_objects_that_cannot_be_had(kind: str, field: str, reasons: tuple[EnvironmentFailure, ...]) -> None:
    standalone = InMemorySources(has_api_server=False, failing_config_maps={"shop/a"}, failing_secrets={"shop/a"})
    failing = InMemorySources(failing_config_maps={"shop/a"}, failing_secrets={"shop/a"})
    for sources, reason in zip((standalone, failing, InMemorySources()), reasons, strict=True):
        optional = reason is not reasons[2]
        for error in (
            failure(sources, env=[{"name": "A", **key_ref(kind, "a", "k", optional=optional)}]),
            failure(sources, env_from=[{field: {"name": "a", "optional": optional}}]),
        ):
            assert (error.reason, error.subject) == (reason, "shop/a")


def test_missing_keys() -> None:
    for kind, name, reason in (
        ("configMapKeyRef", "settings", EnvironmentFailure.CONFIG_MAP_KEY_NOT_FOUND),
        ("secretKeyRef", "db", EnvironmentFailure.SECRET_KEY_NOT_FOUND),
    ):
        error = failure(env=[{"name": "A", **key_ref(kind, name, "B", optional=False)}])
        assert (error.reason, error.subject, error.key) == (reason, f"shop/{name}", "B")


def test_an_object_is_fetched_once() -> None:
    asked: list[str] = []

    class Counting(InMemorySources):
        def config_map(self, namespace: str, name: str) -> Any:
            asked.append(name)
            return super().config_map(namespace, name)

    sources = Counting(config_maps=[CONFIG])
    reference = key_ref("configMapKeyRef", "settings", "LEVEL")
    compose_environment(pod([{"name": name, **reference} for name in "ABC"], [{"configMapRef": {"name": "settings"}}] * 2), "app", sources)
    assert asked == ["settings"]


def test_image_and_runtime_are_hidden_by_everything() -> None:
    found = compose_environment(
        pod([{"name": "PATH", "value": "/app:$(PATH)"}]),
        "app",
        SOURCES,
        ["PATH=/bin", "DB_PORT=1", "LANG=C", "LANG=C.UTF-8", "HOSTNAME=image"],
        hostname="web",
    )
    assert found["PATH"].value == "/app:$(PATH)"
    assert found["PATH"].hides == (EnvironmentVariable("PATH", "/bin", Origin(OriginKind.IMAGE)),)
    assert [hidden.value for hidden in found["DB_PORT"].hides] == ["1"]
    assert (found["LANG"].value, found["HOSTNAME"].value) == ("C.UTF-8", "web")
    assert found["HOSTNAME"].origin.kind is OriginKind.RUNTIME
    assert [hidden.value for hidden in found["HOSTNAME"].hides] == ["image"]
    assert next(iter(found)) == "LANG"


def test_an_image_entry_without_value() -> None:
    with pytest.raises(MalformedObject) as caught:
        compose_environment(pod(), "app", SOURCES, ["A=1", "PATH"])
    assert caught.value.path == "image_env[1]"


@pytest.mark.parametrize("image_env", [None, ()])
def test_an_image_without_variables(image_env: Any) -> None:
    assert "PATH" not in compose_environment(pod(), "app", SOURCES, image_env)


def test_an_image_entry_that_is_no_text() -> None:
    with pytest.raises(MalformedObject) as caught:
        compose_environment(pod(), "app", SOURCES, [1])  # type: ignore[list-item]
    assert (caught.value.path, caught.value.found) == ("image_env[0]", "a number")


def test_everything_that_a_name_hides() -> None:
    found = compose_environment(pod([{"name": "HOSTNAME", "value": "own"}]), "app", SOURCES, ["HOSTNAME=image"], hostname="web")
    assert [hidden.value for hidden in found["HOSTNAME"].hides] == ["web", "image"]


def test_an_ephemeral_container_shows_its_own_resources() -> None:
    shown = {"name": "CPUS", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}
    made = pod(ephemeralContainers=[{"name": "debug", "env": [shown]}])
    assert compose_environment(made, "debug", SOURCES)["CPUS"].value == "4"


def test_containers_of_one_name_show_their_own_resources() -> None:
    shown = {"name": "CPUS", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}
    made = {
        "spec": {
            "enableServiceLinks": True,
            "containers": [{"name": "", "env": [shown], "resources": {"limits": {"cpu": str(n)}}} for n in (1, 2)],
        }
    }
    values = [compose_environment(made, found, SOURCES)["CPUS"].value for found in containers(made)]
    assert values == ["1", "2"]


def test_references_to_references_come_to_an_end() -> None:
    env = [{"name": "A0", "value": "x" * 16}, *({"name": f"A{n}", "value": f"$(A{n - 1})$(A{n - 1})"} for n in range(1, 40))]
    error = failure(env=env)
    assert error.reason is EnvironmentFailure.TOO_LARGE
    assert str(error.path).endswith(".value")
    survey = survey_environment(pod(env), "app", SOURCES)
    assert {found.reason for found in survey.failures} == {EnvironmentFailure.TOO_LARGE}
    assert sum(len(variable.reveal()) for variable in survey.environment.values()) < 40_000_000


class Down(InMemorySources):
    """Sources that answer nothing about the pod itself."""

    def addresses(self, pod: Any) -> Any:
        raise SourceUnavailable("the addresses")

    def volume_files(self, volume: str) -> Any:
        raise SourceUnavailable(f"volume {volume}")


def test_sources_that_answer_nothing() -> None:
    resource = {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}
    assert failure(Down(), env=[resource]).reason is EnvironmentFailure.NODE_NOT_FOUND
    assert failure(Down(), env=[file_ref()]).reason is EnvironmentFailure.ENV_FILE_UNREADABLE


def test_containers_of_every_kind() -> None:
    def named(name: str, value: str) -> JSON:
        return {"name": name, "env": [{"name": "A", "value": value}]}

    made = pod(
        initContainers=[named("app", "init"), named("setup", "setup")],
        ephemeralContainers=[named("debug", "debug"), named("setup", "late")],
    )
    values = {name: compose_environment(made, name, InMemorySources()).get("A") for name in ("app", "setup", "debug")}
    assert {name: found and found.value for name, found in values.items()} == {"app": None, "setup": "setup", "debug": "debug"}
    with pytest.raises(NotFound) as caught:
        compose_environment(made, "other", InMemorySources())
    assert (caught.value.what, caught.value.name, caught.value.hint) == ("container", "other", "the pod has app, setup, app, debug, setup")
    with pytest.raises(NotFound, match="the pod has none"):
        compose_environment({}, "other", InMemorySources())


def test_a_raw_manifest_says_what_is_missing() -> None:
    with pytest.raises(EnvironmentFailed, match="create the pod first"):
        compose_environment({"spec": {"containers": [{"name": "app"}]}}, "app", InMemorySources())


def test_nothing_given_is_changed() -> None:
    made = pod([{"name": "A", "value": "$(LEVEL)"}], [{"configMapRef": {"name": "settings"}}])
    before = copy.deepcopy(made)
    assert compose_environment(read_only(made), "app", SOURCES) == compose_environment(made, "app", SOURCES)
    assert made == before


def test_many_entries_of_one_name_take_no_more_than_their_number() -> None:
    found = composed([{"name": "A", "value": str(number)} for number in range(5_000)])
    assert found["A"].value == "4999"
    assert [hidden.value for hidden in found["A"].hides[:2]] == ["4998", "4997"]
    assert len(found["A"].hides) == 4_999


def test_a_survey_goes_on_after_failures() -> None:
    env = [
        {"name": "A", "value": "1"},
        {"name": "B", **key_ref("configMapKeyRef", "missing", "a")},
        {"name": "C", "value": "$(A)$(B)"},
        {"name": "D", **key_ref("secretKeyRef", "db", "NOTHING")},
    ]
    survey = survey_environment(pod(env, [{"configMapRef": {"name": "missing"}}]), "app", SOURCES, ["PATH=/bin"], hostname="web")
    assert [failure.reason for failure in survey.failures] == [
        EnvironmentFailure.CONFIG_MAP_NOT_FOUND,
        EnvironmentFailure.CONFIG_MAP_NOT_FOUND,
        EnvironmentFailure.SECRET_KEY_NOT_FOUND,
    ]
    assert list(survey.environment)[:4] == ["PATH", "HOSTNAME", "A", "C"]
    assert survey.environment["C"].value == "1$(B)"
    assert failure(env=env).path == survey.failures[1].path


def test_a_survey_without_services() -> None:
    made = pod([{"name": "A", "value": "1"}])
    survey = survey_environment(made, "app", InMemorySources(services_fail=True))
    assert [failure.reason for failure in survey.failures] == [EnvironmentFailure.SERVICE_LIST_FAILED]
    assert survey.environment.reveal() == {"A": "1"}


def test_a_survey_without_failures_is_the_environment() -> None:
    made = pod([{"name": "A", "value": "1"}], [{"configMapRef": {"name": "settings"}}])
    assert survey_environment(made, "app", SOURCES).environment == compose_environment(made, "app", SOURCES)
    assert survey_environment(made, "app", SOURCES).failures == ()
