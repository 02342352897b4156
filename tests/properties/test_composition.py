from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.fields import FieldPath
from kubecontainers.apimachinery.objects import JSONObject
from kubecontainers.apimachinery.release import LATEST, Change, Release, releases
from kubecontainers.environment import addresses, downward_fields, downward_resources, env_file, expansion
from kubecontainers.environment.composition import INVALID_NAMES_LEFT_OUT, EnvironmentSurvey, compose_environment, survey_environment
from kubecontainers.environment.container_expansion import expand_command
from kubecontainers.environment.expansion import expand
from kubecontainers.environment.failures import EnvironmentFailed
from kubecontainers.environment.sources import InMemorySources
from kubecontainers.environment.variables import Environment, OriginKind
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]

CHANGES: tuple[Change, ...] = (
    INVALID_NAMES_LEFT_OUT,
    addresses.CANONICAL_POD_IPS,
    downward_fields.HOST_IPS_FIELD,
    downward_fields.HOST_IPS_ENABLED,
    downward_resources.POD_LEVEL_LIMITS,
    env_file.ENV_FILES,
    env_file.ENV_FILE_LIMITS,
    env_file.SINGLE_QUOTED_ENV_FILES,
    expansion.KEEPS_CHARACTERS,
)
"""All that a release can change in an environment."""

ALIKE = [list(group) for _, group in itertools.groupby(releases(), key=lambda release: [change in release for change in CHANGES])]
"""Releases with nothing of that between them."""

pods = strategies.environment_pods()
sources = strategies.environment_sources()
names = st.sampled_from(["A", "B", "COLOUR"])
plain_texts = st.text("xyé (){}", max_size=4)
literals = st.lists(st.tuples(names, plain_texts), max_size=6)

LAYERS = {"env": OriginKind.VALUE, "envFrom": OriginKind.CONFIG_MAP, "service": OriginKind.SERVICE, "image": OriginKind.IMAGE}
"""From the one that hides all others to the one that hides none."""


def outcome(ask: Callable[[], Environment | EnvironmentSurvey]) -> Environment | EnvironmentSurvey | EnvironmentFailed:
    try:
        return ask()
    except EnvironmentFailed as error:
        return error


def values(pod: JSONObject, known: InMemorySources, release: Release = LATEST) -> dict[str, str] | None:
    """The variables of the container app, ``None`` where there are none because something fails."""
    found = outcome(lambda: compose_environment(pod, "app", known, release=release))
    return found.reveal() if isinstance(found, Environment) else None


def with_app(pod: JSON, **fields: Any) -> JSON:
    """The pod with some fields of the container app set."""
    [app] = pod["spec"]["containers"]
    return pod | {"spec": pod["spec"] | {"containers": [app | fields]}}


def entries(pod: JSON, field: str) -> list[JSON]:
    return list(pod["spec"]["containers"][0].get(field, []))


def of_literals(pairs: list[tuple[str, str]]) -> JSON:
    env = [{"name": name, "value": value} for name, value in pairs]
    return {"spec": {"enableServiceLinks": True, "containers": [{"name": "app", "env": env}]}}


class TestWhatHidesWhat:
    """A variable of ``env`` hides one of ``envFrom``, that hides one of a service, and that one of the image; what is hidden is told."""

    @given(st.sets(st.sampled_from(sorted(LAYERS))), st.sampled_from(["env", "envFrom"]))
    def test_layers(self, given: set[str], empty: str) -> None:
        """An empty value hides as well as any other."""
        name, value = "DB_PORT", {layer: "" if layer == empty else layer for layer in LAYERS}
        config_map = {"metadata": {"name": "settings", "namespace": "shop"}, "data": {name: value["envFrom"]}}
        db = {"metadata": {"name": "db", "namespace": "shop"}, "spec": {"clusterIP": "10.0.0.2", "ports": [{"port": 80}]}}
        app: JSON = {"name": "app"}
        if "env" in given:
            app["env"] = [{"name": name, "value": value["env"]}]
        if "envFrom" in given:
            app["envFrom"] = [{"configMapRef": {"name": "settings"}}]
        pod = {"metadata": {"namespace": "shop"}, "spec": {"enableServiceLinks": "service" in given, "containers": [app]}}
        known = InMemorySources(config_maps=[config_map], services=[db])
        found = compose_environment(pod, "app", known, [f"{name}=image"] if "image" in given else [])
        kinds = [kind for layer, kind in LAYERS.items() if layer in given]
        shown = [found[name], *found[name].hides] if name in found else []
        assert [variable.origin.kind for variable in shown] == kinds
        if kinds[:1] in ([OriginKind.VALUE], [OriginKind.CONFIG_MAP]):
            assert found[name].value == value["env" if "env" in given else "envFrom"]

    @given(literals)
    def test_of_one_name_the_last_counts(self, pairs: list[tuple[str, str]]) -> None:
        found = compose_environment(of_literals(pairs), "app", InMemorySources())
        assert found.reveal() == dict(pairs)
        assert list(found) == list(dict(pairs))
        for name, variable in found.items():
            values = [value for other, value in pairs if other == name]
            assert [one.value for one in (*variable.hides[::-1], variable)] == values

    @given(literals, literals)
    def test_references_see_what_came_before(self, before: list[tuple[str, str]], after: list[tuple[str, str]]) -> None:
        pairs = [*before, ("SEEN", "$(A)"), *after]
        found = compose_environment(of_literals(pairs), "app", InMemorySources())
        assert found["SEEN"].value == dict(before).get("A", "$(A)")


class TestTheOrderOfEntries:
    """Entries that set different names, and refer to none of them, may change places."""

    @given(st.data(), pods, sources)
    def test_env_from(self, data: st.DataObject, pod: JSON, known: InMemorySources) -> None:
        apart = [entry | {"prefix": f"E{position}_"} for position, entry in enumerate(entries(pod, "envFrom"))]
        permuted = data.draw(st.permutations(apart))
        assert values(with_app(pod, envFrom=permuted), known) == values(with_app(pod, envFrom=apart), known)

    @given(st.data(), pods, sources, strategies.releases())
    def test_a_fresh_variable(self, data: st.DataObject, pod: JSON, known: InMemorySources, release: Release) -> None:
        """It changes no other, wherever it stands."""
        env = entries(pod, "env")
        env.insert(data.draw(st.integers(0, len(env))), {"name": "FRESH", "value": "$(A) or $(DB_PORT)"})
        before, after = values(pod, known, release), values(with_app(pod, env=env), known, release)
        if after is not None:
            assert after.pop("FRESH")
        assert after == before


class TestReleases:
    """Nothing but a named change makes a difference between releases."""

    @given(pods, sources, st.sampled_from(ALIKE))
    def test_no_change_between_them(self, pod: JSON, known: InMemorySources, group: list[Release]) -> None:
        first, *others = [values(pod, known, release) for release in group]
        assert all(other == first for other in others)

    def test_there_are_changes(self) -> None:
        assert [group[0].minor for group in ALIKE] == [27, 28, 29, 30, 33, 34, 35]

    @given(pods, sources)
    def test_since_1_30(self, pod: JSON, known: InMemorySources) -> None:
        """Without a ``$``, an env file or resources of the pod, 1.30 and every later release compose the same."""
        env: list[JSON] = [
            entry | ({"value": entry["value"].replace("$", "")} if "value" in entry else {})
            for entry in entries(pod, "env")
            if "fileKeyRef" not in entry.get("valueFrom", {})
        ]
        plain = with_app(pod, env=env)
        plain["spec"].pop("resources", None)
        first, *others = [values(plain, known, release) for release in releases() if release.minor >= 30]
        assert all(other == first for other in others)


class TestSurvey:
    """A survey is what composing gives if nothing fails; otherwise its first failure is the one that composing raises."""

    @given(pods, sources, strategies.releases(gates=True))
    def test_agrees(self, pod: JSON, known: InMemorySources, release: Release) -> None:
        found = outcome(lambda: compose_environment(pod, "app", known, ["A=image"], hostname="web-0", release=release))
        survey = survey_environment(pod, "app", known, ["A=image"], hostname="web-0", release=release)
        if survey.failures:
            assert found == survey.failures[0]
        else:
            assert found == survey.environment

    @given(pods, sources)
    def test_the_entries_that_fail_are_left_out(self, pod: JSON, known: InMemorySources) -> None:
        survey = survey_environment(pod, "app", known)
        failing = [place(failure.path) for failure in survey.failures]
        if not all(failing):  # the services themselves fail
            return
        left = {
            field: [entry for position, entry in enumerate(entries(pod, field)) if (field, position) not in failing]
            for field in ("env", "envFrom")
        }
        assert values(with_app(pod, **left), known) == survey.environment.reveal()


def place(path: FieldPath) -> tuple[str | int, ...]:
    """The list of a container, and the position in it, that a path leads to."""
    return path.parts[3:5]


class TestAMapping:
    """An environment is a mapping: as many variables as names, each under its name, in one order, and it reveals each one's value."""

    @given(pods, sources, st.lists(st.sampled_from(["A=image", "A=again", "PATH=/bin", "DB_PORT=", "=x"]), max_size=3), st.none() | names)
    def test_consistent(self, pod: JSON, known: InMemorySources, image_env: list[str], hostname: str | None) -> None:
        found = survey_environment(pod, "app", known, image_env, hostname=hostname).environment
        listed, revealed = list(found), found.reveal()
        assert len(found) == len(listed) == len(set(listed))
        assert listed == list(revealed)
        assert {name: variable.reveal() for name, variable in found.items()} == revealed
        assert all(name in found and found[name].name == name for name in listed)
        assert "NOWHERE" not in found
        assert ("HOSTNAME" in found) is (hostname is not None)
        assert all(found.has_value(name) is bool(revealed[name]) for name in (*found.own, *found.services))
        for name, value in dict(entry.split("=") for entry in image_env).items():
            assert name in found.own or name in found.services or revealed[name] == value

    @given(pods, sources, st.lists(st.sampled_from(["$(A)", "$(DB_PORT)", "$(PATH)", "$$", "x"]), max_size=4).map("".join))
    def test_expands_with_what_the_pod_has(self, pod: JSON, known: InMemorySources, text: str) -> None:
        """Variables of the image are out of reach."""
        found = survey_environment(pod, "app", known, ["PATH=/bin"]).environment
        shown = {**found.services, **{name: variable.reveal() for name, variable in found.own.items()}}
        expanded = found.expand(text)
        assert expanded.reveal() == expand(text, shown)
        assert set(expanded.unresolved) == {reference.name for reference in expanded.references if reference.name not in shown}
        command = expand_command({"command": [text], "args": [text, ""]}, found)
        assert [one.reveal() for one in (*command.command, *command.args)] == [expanded.reveal()] * 2 + [""]


class TestNothingIsTouched:
    """What is given is left alone, in whatever mappings and lists it comes."""

    @given(pods, sources)
    def test_read_only(self, pod: JSON, known: InMemorySources) -> None:
        guarded = attrs.evolve(
            known,
            config_maps={key: read_only(config_map) for key, config_map in known.config_maps.items()},
            secrets={key: read_only(secret) for key, secret in known.secrets.items()},
            node=read_only(dict(known.node)) if known.node else None,
        )
        assert survey_environment(read_only(pod), "app", guarded) == survey_environment(pod, "app", known)
