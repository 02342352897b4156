"""The steps that Kubernetes itself takes on a pod, as far as this library covers them, each usable alone.

The API server fills in defaults as it decodes an object; then its admission plugins change it, in the order of ``AllOrderedPlugins``
(``pkg/kubeapiserver/options/plugins.go``): ServiceAccount, AlwaysPullImages, RuntimeClass, and then webhooks. The validating passes come
after all of these. The rules stand in the concept rooms; here each is given one form, that of a step.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Iterable
from typing import ClassVar, Protocol

import attrs

from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import ROOT, FieldError
from ..apimachinery.objects import JSONObject, mapping_at, root_object, text_at
from ..apimachinery.release import LATEST, Release
from ..apimachinery.requests import AdmissionDenied, AdmissionRequest, Admitted, Operation
from ..credentials.service_account import ServiceAccount, admit_service_account_pull_secrets
from ..images.always_pull_images import admit_always_pull_images, validate_always_pull_images
from ..pods.defaults import fill_in, is_complete
from ..runtimeclass.admission import RuntimeClassDenied, admit_runtime_class, validate_runtime_class_admission
from ..runtimeclass.class_source import (
    LiveRuntimeClassSource,
    RuntimeClasses,
    RuntimeClassLookupFailed,
    RuntimeClassSource,
    SomeRuntimeClasses,
)
from ..runtimeclass.runtime_class import RuntimeClass

__all__ = [
    "AdmissionContext",
    "AdmissionStep",
    "AlwaysPullImages",
    "CreationDefaults",
    "PassedOver",
    "PodDefaultsReason",
    "RuntimeClassAdmission",
    "ServiceAccountPullSecrets",
    "WarnedAdmitted",
    "kubernetes_steps",
    "passed_over",
    "refused_pod",
]

_METADATA = ROOT.child("metadata")


@attrs.frozen
class AdmissionContext:
    """What a step knows apart from the request: the API server's ``release``, and the ``namespace`` of the request.

    An empty ``namespace`` means that of the object.
    """

    release: Release = LATEST
    namespace: str = ""


class AdmissionStep(Protocol):
    """A step of admission: an immutable value that changes a request's object, or refuses it.

    What is no business of a step it passes over: it answers with the very object of the request.
    """

    name: ClassVar[str]
    """What it is called in reports and audit annotations: letters and digits."""

    def for_templates(self) -> AdmissionStep | None:
        """Return the step that does the same to the pod template of a workload, ``None`` where that makes no sense."""
        ...

    def mutate(self, request: AdmissionRequest, context: AdmissionContext) -> Admitted:
        """Return what becomes of the object. Raises ``AdmissionDenied``, and ``MalformedObject`` for what cannot be decoded."""
        ...

    def validate(self, request: AdmissionRequest, context: AdmissionContext) -> None:
        """Look at the object once more after all steps have changed it. Raises as ``mutate``."""
        ...


@attrs.frozen(slots=False)
class WarnedAdmitted(Admitted):
    """A step let a request through and has something to say about it: ``warnings``, which the client shows to its user."""

    warnings: tuple[str, ...] = attrs.field(default=(), kw_only=True)


class PassedOver(enum.Enum):
    """Why a step has nothing to do with a request."""

    OPERATION = "only CREATE and UPDATE are handled"
    SUBRESOURCE = "subresources are passed over"
    RESOURCE = "only pods are handled"
    NO_OBJECT = "the request has no object"


def passed_over(request: AdmissionRequest) -> PassedOver | None:
    """Return why a request neither creates nor updates a pod, ``None`` where it does; for steps that handle just that.

    >>> passed_over(AdmissionRequest(Operation.DELETE)).value
    'only CREATE and UPDATE are handled'
    """
    if request.operation is not Operation.CREATE and request.operation is not Operation.UPDATE:
        return PassedOver.OPERATION
    if request.subresource:
        return PassedOver.SUBRESOURCE
    if (request.group, request.resource, request.kind) != ("", "pods", "Pod"):
        return PassedOver.RESOURCE
    return PassedOver.NO_OBJECT if request.object is None else None


def refused_pod(pod: JSONObject | None, errors: tuple[FieldError, ...], *, code: int = 403, reason: str = "Forbidden") -> AdmissionDenied:
    r"""Return the denial of a pod that breaks the rules of ``errors``. Raises ``MalformedObject`` if the pod's name is none.

    >>> from kubecontainers.images.always_pull_images import validate_always_pull_images
    >>> pod = {"metadata": {"name": "web"}, "spec": {"containers": [{"imagePullPolicy": "Never"}]}}
    >>> refused_pod(pod, validate_always_pull_images(AdmissionRequest(Operation.CREATE, pod))).message
    'pods "web" is forbidden: spec.containers[0].imagePullPolicy: NotSupported: \'Never\': supported values: "Always"'
    """
    metadata = mapping_at(root_object(pod), "metadata", ROOT) or {}
    name = text_at(metadata, "name", _METADATA) or text_at(metadata, "generateName", _METADATA) or "Unknown"
    return AdmissionDenied(code, reason, f'pods "{name}" is forbidden: {"; ".join(map(str, errors))}', errors)


# ------------------------------------------------------------------------------------------------------------------- the steps


class PodDefaultsReason(enum.Enum):
    """What came of filling in defaults."""

    FILLED_IN = "the API server fills in what a pod leaves open"
    COMPLETE = "the pod leaves nothing open"


@attrs.frozen
class CreationDefaults:
    """Fill in what the API server fills in as it decodes a pod, as far as ``default_pod`` covers it.

    Pods that a webhook gets have it already. ``template``: what is given are templates, for which less is filled in.

    >>> pod = {"spec": {"containers": [{"name": "app", "image": "nginx"}], "enableServiceLinks": False, "restartPolicy": "Never"}}
    >>> admitted = CreationDefaults().mutate(AdmissionRequest(Operation.CREATE, pod), AdmissionContext())
    >>> [str(change.path) for change in admitted.changes]
    ['spec.containers[0].imagePullPolicy', 'spec.terminationGracePeriodSeconds']
    """

    name: ClassVar[str] = "CreationDefaults"
    template: bool = False

    def for_templates(self) -> CreationDefaults:
        """Return the step for templates."""
        return CreationDefaults(template=True)

    def mutate(self, request: AdmissionRequest, context: AdmissionContext) -> Admitted:
        """Return the pod with its defaults. Raises ``MalformedObject``."""
        reason = passed_over(request)
        if reason is not None or request.object is None:
            return Admitted(request.object, reason or PassedOver.NO_OBJECT)
        pod = root_object(request.object)
        changes = () if is_complete(pod) else fill_in(pod, release=context.release, template=self.template).changes
        return Admitted(pod, PodDefaultsReason.FILLED_IN if changes else PodDefaultsReason.COMPLETE, changes)

    def validate(self, request: AdmissionRequest, context: AdmissionContext) -> None:
        """Do nothing: defaults are not looked at again."""


def _objects(objects: Iterable[JSONObject]) -> tuple[JSONObject, ...]:
    return tuple(objects)


@attrs.frozen(slots=False)
class ServiceAccountPullSecrets:
    """Fill in the ServiceAccount of a new pod and, from it, the pull secrets: what ``admit_service_account_pull_secrets`` does.

    ``service_accounts`` are those that exist, API objects of any namespace. Raises ``MalformedObject`` for one that cannot be decoded.

    >>> accounts = [{"metadata": {"name": "default", "namespace": "shop"}, "imagePullSecrets": [{"name": "regcred"}]}]
    >>> request, context = AdmissionRequest(Operation.CREATE, {"spec": {}}), AdmissionContext(namespace="shop")
    >>> ServiceAccountPullSecrets(accounts).mutate(request, context).object["spec"]["imagePullSecrets"]
    [{'name': 'regcred'}]
    """

    name: ClassVar[str] = "ServiceAccount"
    service_accounts: tuple[JSONObject, ...] = attrs.field(converter=_objects, default=(), hash=False)

    def __attrs_post_init__(self) -> None:
        """Read the accounts now, so that what is wrong with one is not a request's fault."""
        _ = self._by_namespace

    @functools.cached_property
    def _by_namespace(self) -> dict[str, list[ServiceAccount]]:
        found: dict[str, list[ServiceAccount]] = {}
        for position, obj in enumerate(self.service_accounts):
            account = ServiceAccount.from_json(obj, path=ROOT.index(position))
            found.setdefault(account.namespace, []).append(account)
        return found

    def for_templates(self) -> None:
        """Return nothing: only pods have the pull secrets of a ServiceAccount, so that they get those of the day they are made."""

    def mutate(self, request: AdmissionRequest, context: AdmissionContext) -> Admitted:
        """Return the pod with its pull secrets. Raises ``AdmissionDenied`` and ``MalformedObject``."""
        namespace = context.namespace or _namespace(request.object)
        return admit_service_account_pull_secrets(request, self._by_namespace.get(namespace, ()), namespace=namespace)

    def validate(self, request: AdmissionRequest, context: AdmissionContext) -> None:
        """Do nothing: the part of the plugin that is covered has no validating pass."""


def _namespace(obj: JSONObject | None) -> str:
    return "" if obj is None else text_at(mapping_at(root_object(obj), "metadata", ROOT) or {}, "namespace", _METADATA)


@attrs.frozen
class AlwaysPullImages:
    """Set every pull policy of a pod to Always, and refuse a pod in which one is another after all steps.

    >>> pod = {"spec": {"containers": [{"name": "app", "image": "nginx:1.27", "imagePullPolicy": "Never"}]}}
    >>> AlwaysPullImages().mutate(AdmissionRequest(Operation.CREATE, pod), AdmissionContext()).object["spec"]["containers"]
    [{'name': 'app', 'image': 'nginx:1.27', 'imagePullPolicy': 'Always'}]
    """

    name: ClassVar[str] = "AlwaysPullImages"

    def for_templates(self) -> AlwaysPullImages:
        """Return the step itself; Kubernetes has it for pods only."""
        return self

    def mutate(self, request: AdmissionRequest, context: AdmissionContext) -> Admitted:
        """Return the pod with the policies. Raises ``AdmissionDenied`` and ``MalformedObject``."""
        return admit_always_pull_images(request, release=context.release)

    def validate(self, request: AdmissionRequest, context: AdmissionContext) -> None:
        """Refuse, 403 Forbidden, a pod with another policy. Raises ``AdmissionDenied`` and ``MalformedObject``."""
        errors = validate_always_pull_images(request, release=context.release)
        if errors:
            raise refused_pod(request.object, errors)


@attrs.frozen
class _ReadSource:
    """A source of RuntimeClasses whose classes are decoded; for one that cannot be, the look-up fails."""

    source: RuntimeClassSource

    def get(self, name: str, /) -> RuntimeClass | None:
        return self._read(name, self.source.get)

    def get_live(self, name: str, /) -> RuntimeClass | None:
        return self._read(name, self.source.get_live) if isinstance(self.source, LiveRuntimeClassSource) else None

    @staticmethod
    def _read(name: str, get: Callable[[str], RuntimeClass | JSONObject | None]) -> RuntimeClass | None:
        try:
            found = get(name)
            return found if found is None or isinstance(found, RuntimeClass) else RuntimeClass.from_json(found)
        except MalformedObject as error:
            problem = str(error)
        raise RuntimeClassLookupFailed(name, message=problem)


def _source(classes: SomeRuntimeClasses) -> RuntimeClassSource:
    """Read classes that are given as they are once; what a source has that cannot be decoded is not a request's fault."""
    if isinstance(classes, RuntimeClasses | _ReadSource):
        return classes
    return _ReadSource(classes) if isinstance(classes, RuntimeClassSource) else RuntimeClasses.of(classes)


@attrs.frozen
class RuntimeClassAdmission:
    """Give a new pod what its RuntimeClass sets, and check its overhead after all steps: what ``admit_runtime_class`` does.

    ``classes`` are the RuntimeClasses that exist, values or API objects, or a source of them, which is asked anew for every pod. Raises
    ``MalformedObject`` for one that cannot be decoded.

    >>> step = RuntimeClassAdmission([{"metadata": {"name": "kata"}, "handler": "kata", "overhead": {"podFixed": {"cpu": "250m"}}}])
    >>> request = AdmissionRequest(Operation.CREATE, {"spec": {"runtimeClassName": "kata"}})
    >>> step.mutate(request, AdmissionContext()).object["spec"]
    {'runtimeClassName': 'kata', 'overhead': {'cpu': '250m'}}
    """

    name: ClassVar[str] = "RuntimeClass"
    classes: RuntimeClassSource = attrs.field(converter=_source, factory=RuntimeClasses)

    def for_templates(self) -> None:
        """Return nothing: what a class sets belongs into pods, since a template that has it is wrong once the class is another."""

    def mutate(self, request: AdmissionRequest, context: AdmissionContext) -> Admitted:
        """Return the pod with what its class sets. Raises ``RuntimeClassDenied`` and ``MalformedObject``."""
        return admit_runtime_class(request, self.classes, release=context.release)

    def validate(self, request: AdmissionRequest, context: AdmissionContext) -> None:
        """Refuse a pod whose overhead is not that of its class. Raises ``RuntimeClassDenied`` and ``MalformedObject``."""
        errors = validate_runtime_class_admission(request, self.classes, release=context.release)
        if errors:
            raise RuntimeClassDenied.of(root_object(request.object), errors)


def kubernetes_steps(
    *,
    service_accounts: Iterable[JSONObject] | None = None,
    runtime_classes: SomeRuntimeClasses = (),
    always_pull_images: bool = False,
) -> tuple[AdmissionStep, ...]:
    """Return the steps that an API server takes on a pod before webhooks, as far as this library covers them, in its order.

    Not covered are, of the plugins that are enabled by default, LimitRanger, Priority and DefaultTolerationSeconds among others.

    ``service_accounts`` are those that exist; ``None`` leaves their step out, since without it no pod is refused for an unknown one.
    ``runtime_classes`` are as in ``RuntimeClassAdmission``. ``always_pull_images``: the plugin is enabled, which it is not by default.
    Raises ``MalformedObject``.

    >>> [step.name for step in kubernetes_steps(service_accounts=[], always_pull_images=True)]
    ['CreationDefaults', 'ServiceAccount', 'AlwaysPullImages', 'RuntimeClass']
    """
    steps: list[AdmissionStep] = [CreationDefaults()]
    if service_accounts is not None:
        steps.append(ServiceAccountPullSecrets(service_accounts))
    if always_pull_images:
        steps.append(AlwaysPullImages())
    return (*steps, RuntimeClassAdmission(runtime_classes))
