"""Whether a container is started again: the policies of the pod and of the container, and the container's rules on exit codes.

Kubernetes decides it in ``ContainerShouldRestart`` (``pkg/api/v1/pod/util.go``) for an exit code, and in ``ShouldContainerBeRestarted``
(``pkg/kubelet/container/helpers.go``) for what the runtime reports. How long a restart waits is another matter: ``crash_back_off``.
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import ROOT, SPEC, FieldPath
from ..apimachinery.objects import ContainerAt, JSONObject, Pod, json_type, list_at, mapping_at, objects_at, root_object, text_at
from ..apimachinery.release import LATEST, Change, Release
from .runtime_status import RuntimeContainer, RuntimeState

__all__ = [
    "CONTAINER_RESTART_RULES",
    "RESTART_ALL_CONTAINERS",
    "EffectiveRestartPolicy",
    "ExitCodeOperator",
    "RestartDecision",
    "RestartPolicy",
    "RestartPolicySource",
    "RestartReason",
    "RestartRule",
    "RestartRuleAction",
    "is_being_deleted",
    "pod_restart_policy",
    "restart_policy",
    "restart_rules",
    "restarts_on_failure",
    "should_be_restarted",
    "should_restart",
]

CONTAINER_RESTART_RULES = Change(
    gate="ContainerRestartRules",
    since="1.34",
    summary="a container may have its own restartPolicy and restartPolicyRules, which come before the policy of the pod",
)
RESTART_ALL_CONTAINERS = Change(
    gate="RestartAllContainersOnContainerExits",
    since="1.35",
    summary="a restart rule with the action RestartAllContainers starts all containers of the pod again; before, it does nothing",
)

_EXIT_CODE_BITS = 32


class RestartPolicy(enum.Enum):
    """When an exited container is started again; the values are those of ``restartPolicy``."""

    ALWAYS = "Always"
    ON_FAILURE = "OnFailure"
    NEVER = "Never"

    def restarts(self, exit_code: int) -> bool:
        """Return whether a container that exited with ``exit_code`` is started again."""
        return self is RestartPolicy.ALWAYS or (self is RestartPolicy.ON_FAILURE and exit_code != 0)


_POLICIES = {policy.value: policy for policy in RestartPolicy}


class RestartPolicySource(enum.Enum):
    """Where the restart policy of a container comes from."""

    CONTAINER = "the container has its own"
    POD = "it is the policy of the pod"
    DEFAULT = "the pod names no policy that is known, which counts as Always"


@attrs.frozen
class EffectiveRestartPolicy:
    """The restart policy that holds for a container, and where it comes from."""

    policy: RestartPolicy
    source: RestartPolicySource


def pod_restart_policy(pod: Pod | JSONObject) -> EffectiveRestartPolicy:
    """Return the restart policy of a pod: what is absent or not known counts as ``Always``. Raises ``MalformedObject``.

    >>> pod_restart_policy({"spec": {"restartPolicy": "Never"}}).policy
    <RestartPolicy.NEVER: 'Never'>
    """
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    policy = _POLICIES.get(text_at(spec, "restartPolicy", SPEC))
    if policy is None:
        return EffectiveRestartPolicy(RestartPolicy.ALWAYS, RestartPolicySource.DEFAULT)
    return EffectiveRestartPolicy(policy, RestartPolicySource.POD)


def restart_policy(pod: Pod | JSONObject, found: ContainerAt, *, release: Release = LATEST) -> EffectiveRestartPolicy:
    """Return the restart policy of a container, ``found`` in ``pod``; its restart rules are not looked at.

    ``release`` is the kubelet's. A policy of the container that is not known counts as none. Raises ``MalformedObject``.

    >>> from kubecontainers.apimachinery.objects import containers
    >>> pod = {"spec": {"restartPolicy": "Always", "containers": [{"name": "job", "restartPolicy": "Never"}]}}
    >>> [job] = containers(pod)
    >>> restart_policy(pod, job).policy, restart_policy(pod, job, release=Release("1.33")).policy
    (<RestartPolicy.NEVER: 'Never'>, <RestartPolicy.ALWAYS: 'Always'>)
    """
    if CONTAINER_RESTART_RULES in release:
        own = _POLICIES.get(text_at(found.container, "restartPolicy", found.path))
        if own is not None:
            return EffectiveRestartPolicy(own, RestartPolicySource.CONTAINER)
    return pod_restart_policy(pod)


def restarts_on_failure(pod: Pod | JSONObject, found: ContainerAt, *, release: Release = LATEST) -> bool:
    """Return whether a container, ``found`` in ``pod``, is started again after a failure that has no exit code, such as that of a probe.

    It is unless its own policy, or that of the pod where it has none, is ``Never``. ``release`` is the kubelet's. Raises
    ``MalformedObject``.
    """
    if CONTAINER_RESTART_RULES in release and found.container.get("restartPolicy") is not None:
        return text_at(found.container, "restartPolicy", found.path) != RestartPolicy.NEVER.value
    return pod_restart_policy(pod).policy is not RestartPolicy.NEVER


# -------------------------------------------------------------------------------------------------------------------- rules


class RestartRuleAction(enum.Enum):
    """What a restart rule does when it matches; the values are those of ``action``."""

    RESTART = "Restart"
    RESTART_ALL_CONTAINERS = "RestartAllContainers"


class ExitCodeOperator(enum.Enum):
    """How a restart rule compares exit codes; the values are those of ``operator``."""

    IN = "In"
    NOT_IN = "NotIn"


@attrs.frozen
class RestartRule:
    """An entry of ``restartPolicyRules``: an action, and the exit codes at which it is taken.

    ``action`` and ``operator`` are texts, since they may be ones that are not known; ``operator`` is ``None`` where the rule says nothing
    of exit codes.
    """

    action: str
    operator: str | None
    values: tuple[int, ...] = ()

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> RestartRule:
        """Return the rule that ``obj``, which stands at ``path``, is. Raises ``MalformedObject``.

        >>> RestartRule.from_json({"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}})
        RestartRule(action='Restart', operator='In', values=(42,))
        """
        action = text_at(root_object(obj, path), "action", path)
        codes, at = mapping_at(obj, "exitCodes", path), path.child("exitCodes")
        if codes is None:
            return cls(action, None)
        return cls(action, text_at(codes, "operator", at), _integers_at(codes, "values", at))

    def to_json(self) -> dict[str, object]:
        """Return the entry of ``restartPolicyRules``."""
        obj: dict[str, object] = {"action": self.action}
        if self.operator is not None:
            obj["exitCodes"] = {"operator": self.operator, "values": list(self.values)}
        return obj

    def matches(self, exit_code: int) -> bool:
        """Return whether the rule speaks of ``exit_code``; one without exit codes, or with an unknown operator, never does.

        >>> RestartRule("Restart", "NotIn", (0, 42)).matches(1)
        True
        """
        if self.operator == ExitCodeOperator.IN.value:
            return exit_code in self.values
        return self.operator == ExitCodeOperator.NOT_IN.value and exit_code not in self.values


def restart_rules(found: ContainerAt, *, release: Release = LATEST) -> tuple[RestartRule, ...]:
    """Return the restart rules of a container that ``release``, the kubelet's, looks at.

    It looks at those of a container that has a restart policy too. Raises ``MalformedObject``.
    """
    if CONTAINER_RESTART_RULES not in release or found.container.get("restartPolicy") is None:
        return ()
    return tuple(RestartRule.from_json(rule, path) for path, rule in objects_at(found.container, "restartPolicyRules", found.path))


def _integers_at(parent: JSONObject, key: str, path: FieldPath) -> tuple[int, ...]:
    """Return the integers of 32 bits in a list; ``null`` is 0, as in Go."""
    most = 1 << _EXIT_CODE_BITS - 1
    integers: list[int] = []
    for position, entry in enumerate(list_at(parent, key, path)):
        value = 0 if entry is None else entry
        if not isinstance(value, int) or isinstance(value, bool) or not -most <= value < most:
            at = path.child(key).index(position)
            raise MalformedObject(str(at), f"an integer of {_EXIT_CODE_BITS} bits", json_type(value))
        integers.append(value)
    return tuple(integers)


# ----------------------------------------------------------------------------------------------------------------- decisions


class RestartReason(enum.Enum):
    """Why a container is started again, or is not."""

    DELETED = "the pod is being deleted"
    NEVER_RAN = "the runtime knows no instance of the container"
    RUNNING = "the container is running"
    CREATED = "the container was created and never started"
    UNKNOWN = "the runtime does not know the state of the container"
    RULE = "a restart rule of the container matches the exit code"
    CONTAINER_POLICY = "the container's own restart policy says so"
    POD_POLICY = "the restart policy of the pod says so"


@attrs.frozen
class RestartDecision:
    """Whether a container is started again, and why.

    ``policy`` is the restart policy that decided, where one did; ``rule`` the index in ``restartPolicyRules`` of the rule that matched, and
    ``all_containers`` whether that one starts all containers of the pod again.
    """

    restart: bool
    reason: RestartReason
    policy: RestartPolicy | None = None
    rule: int | None = None
    all_containers: bool = False


def should_restart(pod: Pod | JSONObject, found: ContainerAt, exit_code: int, *, release: Release = LATEST) -> RestartDecision:
    """Return whether a container, ``found`` in ``pod``, is started again once it has exited with ``exit_code``.

    ``release`` is the kubelet's. The first rule of the container that matches decides, then its own policy, then the pod's; that a pod is
    being deleted is not looked at. Raises ``MalformedObject``.

    >>> from kubecontainers.apimachinery.objects import containers
    >>> rule = {"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}
    >>> pod = {"spec": {"containers": [{"name": "job", "restartPolicy": "Never", "restartPolicyRules": [rule]}]}}
    >>> [job] = containers(pod)
    >>> should_restart(pod, job, 42).reason, should_restart(pod, job, 1).restart
    (<RestartReason.RULE: 'a restart rule of the container matches the exit code'>, False)
    """
    return _by_rule(found, exit_code, release) or _by_policy(restart_policy(pod, found, release=release), exit_code)


def _by_rule(found: ContainerAt, exit_code: int, release: Release) -> RestartDecision | None:
    """Return what the first rule that matches decides; one whose action is not known leaves it to the policies, as does no rule."""
    for position, rule in enumerate(restart_rules(found, release=release)):
        if rule.matches(exit_code):
            if rule.action == RestartRuleAction.RESTART.value:
                return RestartDecision(restart=True, reason=RestartReason.RULE, rule=position)
            if rule.action == RestartRuleAction.RESTART_ALL_CONTAINERS.value and RESTART_ALL_CONTAINERS in release:
                return RestartDecision(restart=True, reason=RestartReason.RULE, rule=position, all_containers=True)
            return None
    return None


def _by_policy(effective: EffectiveRestartPolicy, exit_code: int) -> RestartDecision:
    own = effective.source is RestartPolicySource.CONTAINER
    reason = RestartReason.CONTAINER_POLICY if own else RestartReason.POD_POLICY
    return RestartDecision(effective.policy.restarts(exit_code), reason, effective.policy)


_BY_STATE = {
    RuntimeState.RUNNING: RestartDecision(restart=False, reason=RestartReason.RUNNING),
    RuntimeState.CREATED: RestartDecision(restart=True, reason=RestartReason.CREATED),
    RuntimeState.UNKNOWN: RestartDecision(restart=True, reason=RestartReason.UNKNOWN),
}


def should_be_restarted(
    pod: Pod | JSONObject, found: ContainerAt, status: RuntimeContainer | None, *, release: Release = LATEST
) -> RestartDecision:
    """Return whether a container, ``found`` in ``pod``, is to be started (again).

    ``status`` is its newest instance, ``None`` where the runtime knows none; ``release`` is the kubelet's. Nothing is started while the pod
    is being deleted. Raises ``MalformedObject``.

    >>> from kubecontainers.apimachinery.objects import containers
    >>> pod = {"spec": {"restartPolicy": "OnFailure", "containers": [{"name": "app"}]}}
    >>> [app] = containers(pod)
    >>> should_be_restarted(pod, app, RuntimeContainer("app", RuntimeState.EXITED, exit_code=0)).restart
    False
    """
    if is_being_deleted(pod):
        return RestartDecision(restart=False, reason=RestartReason.DELETED)
    if status is None:
        return RestartDecision(restart=True, reason=RestartReason.NEVER_RAN)
    if status.state is RuntimeState.EXITED:
        return should_restart(pod, found, status.exit_code, release=release)
    return _BY_STATE[status.state]


def is_being_deleted(pod: Pod | JSONObject) -> bool:
    """Return whether a pod has a ``deletionTimestamp``. Raises ``MalformedObject``."""
    metadata = mapping_at(root_object(pod), "metadata", ROOT) or {}
    return metadata.get("deletionTimestamp") is not None
