"""What a handler can do, as the node reports it, and the two rules of a kubelet that ask.

``status.runtimeHandlers`` of a node repeats the Status call of the CRI, from 1.30 on and where one of the two feature gates is on. The
rules are ``GetOrCreateUserNamespaceMappings`` (``pkg/kubelet/userns``) and ``resolveRecursiveReadOnly`` (``pkg/kubelet/kubelet_pods.go``).
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, Node, Pod, VolumeMount, boolean_at, mapping_at, objects_at, root_object, text_at
from ..apimachinery.release import LATEST, Change, Release

__all__ = [
    "RECURSIVE_READ_ONLY_MOUNTS",
    "USER_NAMESPACES",
    "USER_NAMESPACES_CHECKED",
    "HandlerFeatures",
    "RecursiveReadOnly",
    "RecursiveReadOnlyReason",
    "UserNamespace",
    "UserNamespaceReason",
    "handler_features",
    "recursive_read_only",
    "reported_handlers",
    "user_namespace",
]

RECURSIVE_READ_ONLY_MOUNTS = Change(
    gate="RecursiveReadOnlyMounts", since="1.30", summary="a read-only mount may be so recursively, where the handler supports it"
)
USER_NAMESPACES = Change(
    gate="UserNamespacesSupport", since="1.28", summary="a pod may set hostUsers; otherwise a kubelet refuses one that does"
)
USER_NAMESPACES_CHECKED = Change(
    gate="UserNamespacesSupport",
    since="1.30",
    summary="hostUsers: false is refused where the node does not report that the handler supports it",
)


@attrs.frozen
class HandlerFeatures:
    """What a handler can do; ``reported`` says whether the node's list has it, all else is ``False`` where it has not."""

    recursive_read_only_mounts: bool = False
    user_namespaces: bool = False
    reported: bool = True


_NOT_REPORTED = HandlerFeatures(reported=False)


def reported_handlers(node: Node | JSONObject) -> FrozenMap[str, HandlerFeatures] | None:
    """Return the handlers that a node reports, the default under ``""`` as well; ``None`` where its list is absent or empty.

    ``None`` means that the runtime is too old to say, not that it offers nothing. Raises ``MalformedObject``.

    >>> reported_handlers({"status": {"runtimeHandlers": [{"name": ""}, {"name": "kata", "features": {"userNamespaces": True}}]}})["kata"]
    HandlerFeatures(recursive_read_only_mounts=False, user_namespaces=True, reported=True)
    """
    status, at = mapping_at(root_object(node), "status", ROOT) or {}, ROOT.child("status")
    found: dict[str, HandlerFeatures] = {}
    for path, entry in objects_at(status, "runtimeHandlers", at):
        features, below = mapping_at(entry, "features", path) or {}, path.child("features")
        read_only = boolean_at(features, "recursiveReadOnlyMounts", below) is True
        namespaces = boolean_at(features, "userNamespaces", below) is True
        found.setdefault(text_at(entry, "name", path), HandlerFeatures(read_only, namespaces))
    return FrozenMap(found) if found else None


def handler_features(node: Node | JSONObject, handler: str = "") -> HandlerFeatures:
    """Return what a node says of one of its handlers, ``""`` for the default.

    A handler that it does not report can do nothing. Raises ``MalformedObject``.

    >>> handler_features({"status": {}}, "kata").reported
    False
    """
    reported = reported_handlers(node)
    return _NOT_REPORTED if reported is None else reported.get(handler, _NOT_REPORTED)


# ------------------------------------------------------------------------------------------------------------------ user namespaces


class UserNamespaceReason(enum.Enum):
    """Why a pod has a user namespace of its own, or none."""

    NOT_ASKED = "hostUsers is not false"
    SUPPORTED = "the handler supports it"
    NOT_CHECKED = "this release asks no handler"
    UNSUPPORTED = "the handler does not support it"
    UNKNOWN_HANDLER = "the node reports other handlers"
    NOT_REPORTED = "the node reports no handlers, so that they count as unable"
    GATE_OFF = "hostUsers may not be set on this node"


@attrs.frozen
class UserNamespace:
    """Whether a pod gets a user namespace of its own; ``refused`` says that the kubelet does not create its sandbox."""

    used: bool
    refused: bool
    reason: UserNamespaceReason


def user_namespace(pod: Pod | JSONObject, node: Node | JSONObject, handler: str = "", *, release: Release = LATEST) -> UserNamespace:
    """Return whether a pod runs in a user namespace of its own on a node.

    ``handler`` is that of the pod's RuntimeClass, ``""`` for none; ``release`` is the node's. Raises ``MalformedObject``.

    >>> user_namespace({"spec": {"hostUsers": False}}, {"status": {}}).reason
    <UserNamespaceReason.NOT_REPORTED: 'the node reports no handlers, so that they count as unable'>
    """
    host_users = boolean_at(mapping_at(root_object(pod), "spec", ROOT) or {}, "hostUsers", ROOT.child("spec"))
    if host_users is not None and USER_NAMESPACES not in release:
        return UserNamespace(used=False, refused=True, reason=UserNamespaceReason.GATE_OFF)
    if host_users is not False:
        return UserNamespace(used=False, refused=False, reason=UserNamespaceReason.NOT_ASKED)
    if USER_NAMESPACES_CHECKED not in release:
        return UserNamespace(used=True, refused=False, reason=UserNamespaceReason.NOT_CHECKED)
    reported = reported_handlers(node)
    if reported is None:
        return UserNamespace(used=False, refused=True, reason=UserNamespaceReason.NOT_REPORTED)
    features = reported.get(handler)
    if features is None:
        return UserNamespace(used=False, refused=True, reason=UserNamespaceReason.UNKNOWN_HANDLER)
    supported = features.user_namespaces
    reason = UserNamespaceReason.SUPPORTED if supported else UserNamespaceReason.UNSUPPORTED
    return UserNamespace(used=supported, refused=not supported, reason=reason)


# -------------------------------------------------------------------------------------------------------- recursive read-only mounts


class RecursiveReadOnlyReason(enum.Enum):
    """Why a mount is read-only recursively, or not."""

    NOT_ASKED = "recursiveReadOnly is not set, or Disabled"
    SUPPORTED = "the handler supports it"
    NOT_POSSIBLE = "it is asked for if possible, and the handler does not support it"
    UNSUPPORTED = "it is required, and the handler does not support it"
    NOT_READ_ONLY = "readOnly has to be true"
    PROPAGATION = "mountPropagation may only be None"
    UNKNOWN_MODE = "recursiveReadOnly is none of Disabled, IfPossible and Enabled"


@attrs.frozen
class RecursiveReadOnly:
    """Whether a mount is read-only with all that is mounted below it; ``refused`` says that the container is not created."""

    used: bool
    refused: bool
    reason: RecursiveReadOnlyReason


DISABLED, IF_POSSIBLE, ENABLED = "Disabled", "IfPossible", "Enabled"
NO_PROPAGATION = "None"


def recursive_read_only(
    mount: VolumeMount | JSONObject, node: Node | JSONObject, handler: str = "", *, release: Release = LATEST, path: FieldPath = ROOT
) -> RecursiveReadOnly:
    """Return whether an entry of ``volumeMounts`` is read-only recursively on a node.

    ``handler`` is that of the pod's RuntimeClass, ``""`` for none; ``release`` is the node's; ``path`` is where the mount stands. Raises
    ``MalformedObject``.

    >>> mount = {"name": "data", "mountPath": "/data", "readOnly": True, "recursiveReadOnly": "IfPossible"}
    >>> recursive_read_only(mount, {"status": {}}).reason
    <RecursiveReadOnlyReason.NOT_POSSIBLE: 'it is asked for if possible, and the handler does not support it'>
    """
    entry = root_object(mount, path)
    mode = text_at(entry, "recursiveReadOnly", path) if entry.get("recursiveReadOnly") is not None else DISABLED
    propagation = text_at(entry, "mountPropagation", path) if entry.get("mountPropagation") is not None else NO_PROPAGATION
    read_only = boolean_at(entry, "readOnly", path)
    supported = RECURSIVE_READ_ONLY_MOUNTS in release and handler_features(node, handler).recursive_read_only_mounts
    if mode == DISABLED:
        return RecursiveReadOnly(used=False, refused=False, reason=RecursiveReadOnlyReason.NOT_ASKED)
    if not read_only:
        return RecursiveReadOnly(used=False, refused=True, reason=RecursiveReadOnlyReason.NOT_READ_ONLY)
    if propagation != NO_PROPAGATION:
        return RecursiveReadOnly(used=False, refused=True, reason=RecursiveReadOnlyReason.PROPAGATION)
    if mode not in {IF_POSSIBLE, ENABLED}:
        return RecursiveReadOnly(used=False, refused=True, reason=RecursiveReadOnlyReason.UNKNOWN_MODE)
    if supported:
        return RecursiveReadOnly(used=True, refused=False, reason=RecursiveReadOnlyReason.SUPPORTED)
    if mode == IF_POSSIBLE:
        return RecursiveReadOnly(used=False, refused=False, reason=RecursiveReadOnlyReason.NOT_POSSIBLE)
    return RecursiveReadOnly(used=False, refused=True, reason=RecursiveReadOnlyReason.UNSUPPORTED)
