# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import pickle
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.quantity import Quantity
from kubecontainers.apimachinery.release import Release
from kubecontainers.scheduling.qos import QOS_OF_THE_POD, QOSClass, QOSReason, pod_qos
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only
from kubecontainers.testing.resources import resource_lists, resource_pods

JSON = dict[str, Any]

COUNTED = ("cpu", "memory")

releases = strategies.releases(gates=True)


@st.composite
def qos_pods(draw: st.DrawFn) -> JSON:
    """Pods of all classes: as they are, with all that is requested made the limits, or with nothing of what counts."""
    pod = draw(resource_pods())
    kind = draw(st.sampled_from(["any", "equal", "nothing"]))
    if kind == "any":
        return pod
    whole = draw(resource_lists(names=COUNTED)) | {"cpu": "1", "memory": "1Gi"}
    same: JSON = {"requests": whole, "limits": whole} if kind == "equal" else {"requests": {"cpu": "0"}}
    spec: JSON = {"containers": [{**container, "resources": same} for container in pod["spec"]["containers"]]}
    if draw(st.booleans()):
        spec["resources"] = same
    return {**pod, "spec": {**spec, "overhead": pod["spec"].get("overhead")}}


def holders(pod: JSON, release: Release) -> list[JSON]:
    """The resources that decide: those of the pod as a whole, or else of each container."""
    spec = pod["spec"]
    if QOS_OF_THE_POD in release and spec.get("resources") is not None:
        return [spec["resources"]]
    return [container.get("resources", {}) for key in ("containers", "initContainers") for container in spec.get(key, [])]


def positive(holder: JSON, side: str, name: str) -> Quantity:
    return max(Quantity.parse(holder.get(side, {}).get(name, "0")), Quantity.parse("0"))


def expected(pod: JSON, release: Release) -> QOSClass:
    """The class, found in another way: sums in which what is not set is 0."""
    found = holders(pod, release)
    zero = Quantity.parse("0")
    requests, limits = ([sum((positive(one, side, name) for one in found), zero) for name in COUNTED] for side in ("requests", "limits"))
    if not any(requests) and not any(limits):
        return QOSClass.BEST_EFFORT
    limited = all(positive(one, "limits", name) for one in found for name in COUNTED)
    return QOSClass.GUARANTEED if limited and requests == limits else QOSClass.BURSTABLE


class TestTheClass:
    """Guaranteed is what is limited everywhere to what it requests, BestEffort what asks for nothing, Burstable the rest."""

    @given(qos_pods(), releases)
    def test_found_in_another_way(self, pod: JSON, release: Release) -> None:
        found = pod_qos(read_only(pod), release=release)
        assert found.qos_class is expected(pod, release)
        again = pickle.loads(pickle.dumps(found))  # noqa: S301
        assert (again, hash(again)) == (found, hash(found))

    @given(qos_pods(), releases)
    def test_the_reason_fits(self, pod: JSON, release: Release) -> None:
        found = pod_qos(pod, release=release)
        classes = {QOSReason.NOTHING_SET: QOSClass.BEST_EFFORT, QOSReason.ALL_EQUAL: QOSClass.GUARANTEED}
        assert found.qos_class is classes.get(found.reason, QOSClass.BURSTABLE)
        assert (found.resource in COUNTED) is (found.qos_class is QOSClass.BURSTABLE)
        assert (found.container != "") is (str(found.path) != "spec")

    def test_all_classes_are_seen(self) -> None:
        seen: list[QOSClass] = []

        @settings(max_examples=300, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(qos_pods())
        def look(pod: JSON) -> None:
            seen.append(pod_qos(pod).qos_class)

        look()
        shares = Counter(seen)
        assert all(shares[one] >= 0.15 * len(seen) for one in QOSClass)


class TestWhatDoesNotMatter:
    """Overhead, other resources, the order of the containers and how a quantity is written have no part in the class."""

    @given(qos_pods(), st.none() | resource_lists(), releases)
    def test_overhead(self, pod: JSON, overhead: JSON | None, release: Release) -> None:
        other = {**pod, "spec": {**pod["spec"], "overhead": overhead}}
        assert pod_qos(other, release=release) == pod_qos(pod, release=release)

    @given(qos_pods(), releases, st.randoms(use_true_random=False))
    def test_order(self, pod: JSON, release: Release, order: Any) -> None:
        containers: list[JSON] = pod["spec"]["containers"]
        shuffled = {**pod, "spec": {**pod["spec"], "containers": order.sample(containers, len(containers))}}
        assert pod_qos(shuffled, release=release).qos_class is pod_qos(pod, release=release).qos_class

    @given(qos_pods(), releases)
    def test_other_resources_and_texts(self, pod: JSON, release: Release) -> None:
        def rewritten(holder: JSON) -> JSON:
            sides = {side: {name: Quantity.parse(text).canonical for name, text in found.items()} for side, found in holder.items()}
            return {side: found | {"example.com/other": "7"} for side, found in sides.items()}

        spec: JSON = dict(pod["spec"])
        for key in ("containers", "initContainers"):
            spec[key] = [{**one, "resources": rewritten(one.get("resources", {}))} for one in spec.get(key, [])]
        if spec.get("resources") is not None:
            spec["resources"] = rewritten(spec["resources"])
        assert pod_qos({"spec": spec}, release=release) == pod_qos(pod, release=release)


class TestNothingElseIsRaised:
    """Whatever JSON the pod is, it has a class, or there is an error of this library."""

    @given(strategies.json_objects() | strategies.damaged(resource_pods(status=True)), releases)
    def test_pods(self, pod: JSON, release: Release) -> None:
        for made in (pod, {"spec": pod}):
            try:
                assert pod_qos(made, release=release).qos_class in QOSClass
            except KubeContainersError as error:
                assert str(error)
