"""The section on credentials: what is offered for every image of a pod, and each finding on what it is about."""

from __future__ import annotations

import json
from typing import Any

import pytest

import kubecontainers as kc
from kubecontainers.explain.report import Report, Workload, explain

IMAGE = "registry.example/team/app:1.0"
HUB = "https://index.docker.io/v1/"
HELD = {"kind": "Secret", "metadata": {"name": "other", "namespace": "shop"}}
"""A secret that no pod names."""


def secret(name: str, *keys: str, namespace: str = "shop", **fields: Any) -> dict[str, Any]:
    auths = {key: {"username": f"{name}-user", "password": "hunter2"} for key in keys}
    return {
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "type": "kubernetes.io/dockerconfigjson",
        "stringData": {".dockerconfigjson": json.dumps({"auths": auths})},
        **fields,
    }


def account(*names: str) -> dict[str, Any]:
    pull_secrets = [{"name": name} for name in names]
    return {"kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "shop"}, "imagePullSecrets": pull_secrets}


def pod(*images: str, secrets: tuple[str, ...] = (), **spec: Any) -> dict[str, Any]:
    containers = [{"name": f"c{number}", "image": image} for number, image in enumerate(images)]
    named = {"imagePullSecrets": [{"name": name} for name in secrets]} if secrets else {}
    return {"kind": "Pod", "metadata": {"name": "web", "namespace": "shop"}, "spec": {"containers": containers, **named, **spec}}


def deployment(template: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}, "spec": {"template": {"spec": template["spec"]}}}


def explained(obj: dict[str, Any], *others: dict[str, Any], node: kc.NodeCredentials | None = None, release: str = "1.36") -> Workload:
    report: Report = explain([obj, *others], cluster=kc.Cluster(kc.Release(release)), node=node)
    return report.workloads[0]


def lines(workload: Workload, entry: int = 0) -> dict[str, str]:
    return {line.label: line.text for line in workload.entries[entry].lines if line.label.startswith(("credentials", "pull secrets"))}


def found(workload: Workload) -> dict[str, str]:
    return {finding.code: finding.sentence for finding in workload.findings if finding.code.startswith("KC2")}


class TestLines:
    def test_one_credential(self) -> None:
        workload = explained(pod(IMAGE, secrets=("a",)), secret("a", "registry.example/team/"))
        assert lines(workload) == {"credentials": "a-user of secret shop/a, by its key registry.example/team/"}
        assert lines(workload, 1) == {"pull secrets": "a, of the pod"}
        assert found(workload) == {}

    def test_several_credentials(self) -> None:
        workload = explained(pod("nginx", secrets=("b", "a")), secret("a", HUB), secret("b", HUB, "quay.io"))
        assert lines(workload) == {
            "credentials 1": f"b-user of secret shop/b, as the key of Docker Hub {HUB}",
            "credentials 2": f"a-user of secret shop/a, as the key of Docker Hub {HUB}",
        }
        assert found(workload) == {"KC207": "2 credentials match: a pull is tried with one after the other until one succeeds"}

    def test_one_without_user_name(self) -> None:
        auths = '{"auths": {"registry.example": {"password": "hunter2"}}}'
        workload = explained(pod(IMAGE, secrets=("a",)), secret("a", stringData={".dockerconfigjson": auths}))
        assert lines(workload) == {"credentials": "(no user name) of secret shop/a, by its key registry.example"}

    def test_those_of_the_nodes(self) -> None:
        config = kc.DockerConfig({"registry.example": kc.Credential("file", "hunter2")})
        provider = kc.FixedProvider("ecr", ["registry.example"], {"registry.example": kc.Credential("plugin", "hunter2")})
        workload = explained(pod(IMAGE), node=kc.NodeCredentials(config, "/var/lib/kubelet/config.json", (provider,)))
        assert lines(workload) == {
            "credentials 1": "file of file /var/lib/kubelet/config.json, by its key registry.example",
            "credentials 2": "plugin of credential provider ecr, by its key registry.example",
        }

    @pytest.mark.parametrize(
        ("objects", "node", "unless"),
        [
            ([pod(IMAGE)], False, ", unless some come from its ServiceAccount or the nodes"),
            ([pod(IMAGE)], True, ", unless some come from its ServiceAccount"),
            ([pod(IMAGE), account()], False, ", unless some come from the nodes"),
            ([pod(IMAGE), account()], True, ""),
            ([pod(IMAGE), account("a")], False, ", unless some come from secret a or the nodes"),
            ([pod(IMAGE, secrets=("a", "b", "a"))], False, ", unless some come from secret a, secret b or the nodes"),
            ([pod(IMAGE, secrets=("a",))], True, ", unless some come from secret a"),
            ([pod(IMAGE, secrets=("a",)), secret("a", "quay.io")], True, ""),
            ([pod(IMAGE, secrets=("a",)), secret("a", namespace="prod")], True, ""),
        ],
    )
    def test_none_that_is_known(self, objects: list[dict[str, Any]], node: bool, unless: str) -> None:
        workload = explained(*objects, node=kc.NodeCredentials() if node else None)
        assert lines(workload) == {"credentials": f"none: it is pulled without{unless}"}

    def test_a_pod_without_pull_secrets_has_no_line_about_them(self) -> None:
        assert lines(explained(pod(IMAGE)), 1) == {}

    @pytest.mark.parametrize(
        ("objects", "said"),
        [
            ([pod(IMAGE, secrets=("a", "", "gone", "a")), secret("a")], "a, (an empty name), gone (not among these objects), of the pod"),
            ([pod(IMAGE, secrets=("a",)), secret("a", namespace="prod")], "a (in another namespace), of the pod"),
            ([pod(IMAGE), account("a", "b"), secret("b")], "b, a (not among these objects), of its ServiceAccount"),
        ],
    )
    def test_which_pull_secrets(self, objects: list[dict[str, Any]], said: str) -> None:
        assert lines(explained(*objects), 1) == {"pull secrets": said}

    def test_every_image_has_its_own(self) -> None:
        spec = {"volumes": [{"name": "data", "image": {"reference": "quay.io/data"}}], "initContainers": [{"name": "i", "image": "A B"}]}
        workload = explained(pod(IMAGE, "nginx", secrets=("a",), **spec), secret("a", "quay.io"))
        shown = {entry.heading: [line.text for line in entry.lines if line.label == "credentials"] for entry in workload.entries}
        assert shown == {
            "container c0": ["none: it is pulled without, unless some come from the nodes"],
            "container c1": ["none: it is pulled without, unless some come from the nodes"],
            "init container i": [],
            "image volume data": ["a-user of secret shop/a, by its key quay.io"],
            "pod": [],
        }

    def test_an_image_volume_that_comes_to_nothing_needs_none(self) -> None:
        volume = {"name": "data", "image": {"reference": "quay.io/data"}}
        workload = explained(pod(secrets=("a",), volumes=[volume]), secret("a", "quay.io"), release="1.30")
        assert not any(lines(workload, entry).get("credentials") for entry in range(len(workload.entries)))

    def test_the_release_of_the_nodes_counts(self) -> None:
        objects = [pod("UPPER/x", secrets=("a",)), secret("a", "UPPER")]
        assert explain(objects, cluster=kc.Cluster(kc.Release("1.30"), kc.Release("1.29"))).workloads[0].entries[0].facts["credentials"]
        old = explain(objects, cluster=kc.Cluster(kc.Release("1.30"), kc.Release("1.28"))).workloads[0]
        assert "credentials" not in old.entries[0].facts


class TestPullSecrets:
    def test_one_that_cannot_be_read(self) -> None:
        spoilt = secret("bad", stringData={".dockerconfigjson": '{"auths": {"registry.example": {"auth": "hunter2"}}}'})
        workload = explained(pod(IMAGE, secrets=("a", "bad")), secret("a", "registry.example"), spoilt)
        assert list(found(workload)) == ["KC201"]
        assert found(workload)["KC201"].startswith("every pull of the pod fails: secret shop/bad: not a docker config at auths")
        assert lines(workload) == {}

    def test_one_of_another_namespace(self) -> None:
        workload = explained(pod(IMAGE, secrets=("a",)), secret("a", "registry.example", namespace="prod"))
        assert found(workload) == {"KC202": "secret a is in namespace prod, not in the pod's: pulls go on without it"}
        [finding] = [finding for finding in workload.findings if finding.code == "KC202"]
        assert str(finding.path) == "spec.imagePullSecrets[0]"

    def test_one_that_is_not_there(self) -> None:
        workload = explained(deployment(pod(IMAGE, secrets=("", "a"))), HELD)
        assert list(found(workload)) == ["KC203"]
        [finding] = [finding for finding in workload.findings if finding.code == "KC203"]
        assert str(finding.path) == "spec.template.spec.imagePullSecrets[1]"

    def test_manifests_without_their_secrets_are_usual(self) -> None:
        assert found(explained(pod(IMAGE, secrets=("a",)))) == {}

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"type": "Opaque"}, "its type is not that of a pull secret: kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg"),
            ({"stringData": {"config.json": "{}"}}, "it has no docker config under the key of its type: .dockerconfigjson"),
        ],
    )
    def test_one_that_brings_nothing(self, fields: dict[str, Any], said: str) -> None:
        workload = explained(pod(IMAGE, secrets=("a",)), secret("a", **fields))
        assert found(workload) == {"KC204": f"secret shop/a brings nothing: {said}"}

    def test_those_of_the_service_account_are_kept_out(self) -> None:
        objects = [account("a", "b"), secret("a", "registry.example"), secret("b", "registry.example")]
        assert found(explained(pod(IMAGE, secrets=("b",)), *objects)) == {
            "KC205": "the pod names pull secrets, so those of its ServiceAccount are not added: a"
        }
        assert found(explained(pod(IMAGE, secrets=("b", "a")), *objects)).keys() == {"KC207"}

    def test_they_are_for_none_of_the_images(self) -> None:
        workload = explained(pod(IMAGE, "quay.io/app", secrets=("a",)), secret("a", "gcr.io"))
        assert found(workload).keys() == {"KC206", "KC210"}

    def test_one_public_image_beside_a_private_one_is_usual(self) -> None:
        workload = explained(pod(IMAGE, "quay.io/app", secrets=("a",)), secret("a", "registry.example"))
        assert found(workload) == {"KC206": "no key of the pull secrets matches quay.io/app: registry.example (" + DIFFERENT_LABELS}

    def test_those_of_a_service_account_are_for_other_pods_too(self) -> None:
        assert found(explained(pod(IMAGE), account("a"), secret("a", "gcr.io"))).keys() == {"KC206"}

    def test_another_that_is_not_known_may_be_for_them(self) -> None:
        assert found(explained(pod(IMAGE, secrets=("a", "b")), secret("a", "gcr.io"))).keys() == {"KC206", "KC203"}

    def test_no_image_can_be_read(self) -> None:
        assert found(explained(pod("A B", secrets=("a",)), secret("a", "gcr.io"))) == {}


DIFFERENT_LABELS = "a label of the host does not match: 'registry' against 'quay')"


class TestImages:
    def test_near_misses_are_told_first(self) -> None:
        keys = ["z.example", "y.example", "x.example", "registry.example/other", "registry.example:5000", "", "a b"]
        sentence = found(explained(pod(IMAGE, secrets=("a",)), secret("a", *keys)))["KC206"]
        assert sentence == (
            "no key of the pull secrets matches registry.example/team/app: "
            "registry.example:5000 (the ports differ: '5000' against ''); "
            "registry.example/other (the image's path does not begin with the pattern's: '/other' against '/team/app'); "
            "z.example (a label of the host does not match: 'z' against 'registry'); and 4 more"
        )

    @pytest.mark.parametrize(
        ("keys", "said"),
        [
            ([""], "(empty) (the hosts have differently many labels: '' against 'registry.example')"),
            (["a b"], "a b (the key is no URL)"),
        ],
    )
    def test_odd_keys(self, keys: list[str], said: str) -> None:
        sentence = found(explained(pod(IMAGE, secrets=("a",)), secret("a", *keys)))["KC206"]
        assert sentence.endswith(f": {said}")

    def test_credentials_of_the_nodes_are_no_miss_of_theirs(self) -> None:
        node = kc.NodeCredentials(kc.DockerConfig({"registry.example": kc.Credential("file", "hunter2")}))
        assert found(explained(pod(IMAGE, secrets=("a",)), secret("a", "registry.example"), node=node)).keys() == {"KC207"}
        assert found(explained(pod(IMAGE), node=node)) == {}

    @pytest.mark.parametrize(
        ("keys", "image", "hiding"),
        [
            ([HUB, "*.io"], "nginx", "*.io"),
            ([HUB, "*.io"], "docker.io/team/app", "*.io"),
            ([HUB, "docker.io"], "nginx", None),
            ([HUB, "docker.io/library"], "nginx", None),
            ([HUB, "*.io"], "quay.io/app", None),
            ([HUB, "localhost"], "localhost/app", None),
            ([HUB], "nginx", None),
            (["*.io"], "nginx", None),
        ],
    )
    def test_the_key_of_docker_hub_is_hidden(self, keys: list[str], image: str, hiding: str | None) -> None:
        sentence = found(explained(pod(image, secrets=("a",)), secret("a", *keys))).get("KC208")
        expected = f"the key {HUB} is not asked, since {hiding} matches; write docker.io instead of it"
        assert sentence == (expected if hiding else None)

    def test_only_in_its_own_keyring(self) -> None:
        node = kc.NodeCredentials(kc.DockerConfig({"*.io": kc.Credential("file", "hunter2")}))
        assert "KC208" not in found(explained(pod("nginx", secrets=("a",)), secret("a", HUB), node=node))

    @pytest.mark.parametrize(
        ("key", "image", "is_neighbour"),
        [
            ("registry.example/team", "registry.example/team/app", False),
            ("registry.example/team", "registry.example/team", False),
            ("registry.example/team/", "registry.example/team/app", False),
            ("registry.example", "registry.example/team", False),
            ("registry.example/te", "registry.example/team", True),
            ("https://registry.example/v2/team", "registry.example/team-other/app", True),
            ("*.example:5000/team", "registry.example:5000/teams", True),
            (HUB, "nginx", False),
        ],
    )
    def test_a_key_for_a_neighbour(self, key: str, image: str, is_neighbour: bool) -> None:
        codes = found(explained(pod(image, secrets=("a",)), secret("a", key)))
        assert ("KC209" in codes) is is_neighbour

    def test_the_neighbour_is_named(self) -> None:
        sentence = found(explained(pod("quay.io/me/foo-other:1", secrets=("a",)), secret("a", "quay.io/me/foo")))["KC209"]
        assert sentence == "quay.io/me/foo is the beginning of quay.io/me/foo-other, so its credentials are offered"


class TestJSON:
    def test_facts(self) -> None:
        provider = kc.FixedProvider("ecr", ["gcr.io"], {})
        objects = [secret("a", "registry.example"), secret("b", namespace="prod")]
        node = kc.NodeCredentials(providers=(provider,))
        workload = explained(pod(IMAGE, secrets=("a", "b", "c")), *objects, node=node)
        image, pull = workload.entries[0].facts["credentials"], workload.entries[1].facts["pullSecrets"]
        assert json.loads(json.dumps([image, pull])) == [
            {
                "repository": "registry.example/team/app",
                "offered": [
                    {
                        "username": "a-user",
                        "source": {"kind": "secret", "namespace": "shop", "name": "a"},
                        "key": "registry.example",
                        "byDefault": False,
                    }
                ],
                "providers": [{"name": "ecr", "outcome": "IMAGE_NOT_MATCHED", "executed": False}],
            },
            {
                "found": ["a"],
                "missing": [
                    {"name": "b", "reason": "OTHER_NAMESPACE", "elsewhere": ["prod"]},
                    {"name": "c", "reason": "NOT_FOUND", "elsewhere": []},
                ],
                "fromServiceAccount": False,
            },
        ]


@pytest.mark.parametrize(
    ("template", "where"),
    [
        ({"spec": {"imagePullSecrets": ["a"]}}, "spec.template.spec.imagePullSecrets[0]: expected an object, found a string"),
        ({"metadata": {"annotations": []}, "spec": {}}, "spec.template.metadata.annotations: expected an object, found a list"),
    ],
)
def test_what_cannot_be_decoded_is_told_where_it_stands(template: dict[str, Any], where: str) -> None:
    workload = explained({"kind": "Deployment", "spec": {"template": template}})
    assert [finding.code for finding in workload.findings] == ["KC001"]
    assert where in workload.findings[0].sentence


def test_a_secret_that_cannot_be_decoded_does_no_harm_to_the_pods() -> None:
    """It has a finding of its own."""
    broken = secret("a", "registry.example", data={"x": 1})
    report = explain([pod(IMAGE, secrets=("a",)), broken])
    assert "KC001" not in [finding.code for finding in report.workloads[0].findings]
    assert [finding.code for finding in report.credentials[0].findings] == ["KC001"]


def test_the_room_takes_what_the_function_takes() -> None:
    import kubecontainers.explain as room  # noqa: PLC0415  (it may be imported after all else)

    node = kc.NodeCredentials(kc.DockerConfig({"registry.example": kc.Credential("file", "hunter2")}))
    assert room([pod(IMAGE)], node=node) == explain([pod(IMAGE)], node=node)  # type: ignore[operator]


def test_passwords_are_nowhere() -> None:
    report = explain([pod(IMAGE, secrets=("a",)), secret("a", "registry.example", "quay.io")])
    assert "a-user" in report.to_text()
    assert "hunter2" not in report.to_text() + json.dumps(report.to_json()) + repr(report)
