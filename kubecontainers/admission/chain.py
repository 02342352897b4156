"""The chain of admission: steps one after the other, and what they made of a request, ready for a webhook to answer with.

As in the API server (``k8s.io/apiserver/pkg/admission``) all steps change the object first, and then all of them look at it once more.
"""

from __future__ import annotations

import contextlib
import enum
import itertools
from collections.abc import Callable, Iterable
from typing import NamedTuple

import attrs

from ..apimachinery.draft import Draft
from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import ROOT, FieldChange, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, pod_template, root_object
from ..apimachinery.release import LATEST, Release
from ..apimachinery.requests import AdmissionDenied, AdmissionRequest, Operation
from .json_patch import PatchOperation, json_patch
from .review import Refusal, allowing, read_review, refusing
from .steps import AdmissionContext, AdmissionStep, WarnedAdmitted

__all__ = ["AdmissionChain", "AdmittedChain", "StepChange"]

AUDIT_DOMAIN = "kubecontainers"
MOST_AUDITED = 20  # paths in one annotation; an audit event has to stay small


@attrs.frozen
class StepChange:
    """A change, and the step that made it."""

    step: str
    change: FieldChange


@attrs.frozen
class AdmittedChain:
    """A request was let through by a chain.

    ``object`` is the object now, the very one of the request where nothing changed; ``patch`` makes it of that (RFC 6902), and its values
    are parts of it. ``made`` has the changes of each step that made any, in the order of the steps; ``reasons`` say by step why it did what
    it did. ``warnings`` are for the user. ``audit_domain`` stands before the keys of ``audit_annotations``.
    """

    object: JSONObject | None = attrs.field(hash=False)
    patch: tuple[PatchOperation, ...] = attrs.field(default=(), hash=False)
    made: tuple[tuple[str, tuple[FieldChange, ...]], ...] = ()
    reasons: FrozenMap[str, enum.Enum] = attrs.field(factory=lambda: FrozenMap[str, enum.Enum]({}))
    warnings: tuple[str, ...] = ()
    audit_domain: str = AUDIT_DOMAIN

    @property
    def changes(self) -> tuple[StepChange, ...]:
        """The changes in the order in which they were made, each with its step."""
        return tuple(StepChange(step, change) for step, changes in self.made for change in changes)

    @property
    def audit_annotations(self) -> FrozenMap[str, str]:
        """Which fields a step changed, never to what, by ``<domain>/<step>``."""
        return FrozenMap({f"{self.audit_domain}/{step}": text for step, text in self.audited().items()})

    def audited(self) -> dict[str, str]:
        """Return which fields a step changed by the step's name, as a webhook answers; the API server puts its name before it."""
        by_step: dict[str, list[str]] = {}
        for step, changes in self.made:
            by_step.setdefault(step, []).extend([str(change.path) for change in changes])
        return {step: _listed(list(dict.fromkeys(paths))) for step, paths in by_step.items()}


def _steps(steps: Iterable[AdmissionStep]) -> tuple[AdmissionStep, ...]:
    return tuple(steps)


@attrs.frozen
class AdmissionChain:
    """Steps of admission, taken in their order; ``kubernetes_steps`` gives those of Kubernetes in its own.

    ``release`` is the API server's. ``templates``: workloads (Deployment, CronJob, … see ``pod_template``) are admitted as well, by those
    steps that make sense on a template. ``audit_domain`` stands before the keys of audit annotations.

    An admitted object that is admitted again does not change, if the steps keep to that; those of this library do.

    >>> from kubecontainers.admission.steps import AlwaysPullImages, CreationDefaults
    >>> chain = AdmissionChain([CreationDefaults(), AlwaysPullImages()])
    >>> spec = {"enableServiceLinks": True, "restartPolicy": "Always", "terminationGracePeriodSeconds": 30}
    >>> pod = {"spec": {**spec, "containers": [{"name": "app", "image": "nginx:1.27"}]}}
    >>> admitted = chain.admit(AdmissionRequest(Operation.CREATE, pod))
    >>> admitted.patch
    ({'op': 'add', 'path': '/spec/containers/0/imagePullPolicy', 'value': 'Always'},)
    >>> [(found.step, found.change.after) for found in admitted.changes]
    [('CreationDefaults', 'IfNotPresent'), ('AlwaysPullImages', 'Always')]
    """

    steps: tuple[AdmissionStep, ...] = attrs.field(converter=_steps)
    release: Release = attrs.field(default=LATEST, kw_only=True)
    templates: bool = attrs.field(default=False, kw_only=True)
    audit_domain: str = attrs.field(default=AUDIT_DOMAIN, kw_only=True)

    def admit(self, request: AdmissionRequest, *, namespace: str = "") -> AdmittedChain:
        """Take every step on the object of a request, and let every step look at the outcome.

        ``namespace`` is that of the request, by default that of the object. The object given is left alone, and what does not change is
        shared with it. Raises ``AdmissionDenied`` where a step refuses the request, ``MalformedObject`` where the API server could not
        decode the object; paths in both are those of the whole object.
        """
        context = AdmissionContext(self.release, namespace)
        template = self._template(request) if self.templates else None
        if template is None:
            return self._admitted(request, _taken(self.steps, request, context), ROOT)
        path, of_template = template
        steps = tuple(found for step in self.steps if (found := step.for_templates()) is not None)
        problem: AdmissionDenied | MalformedObject
        try:
            return self._admitted(request, _taken(steps, of_template, context), path)
        except (AdmissionDenied, MalformedObject) as error:
            problem = _placed(error, path)
        raise problem

    def review(
        self, review: object, *, fail_open: bool = False, on_failure: Callable[[Exception], object] | None = None
    ) -> dict[str, object]:
        """Answer an AdmissionReview (``admission.k8s.io/v1``), as ``json.loads`` gives it; the answer is for ``json.dumps``.

        It never raises. What is no proper review is refused with code 400, under the uid as far as one can be read. ``fail_open``: where
        the chain could not decide, because a step failed or was refused an answer with a code from 500 on, the request is let through as
        it is, with a warning; by default it is refused with that code. ``on_failure`` is then called with the error, so that whoever runs
        the webhook can log it; what it raises is dropped.

        >>> answer = AdmissionChain([]).review({"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview"})
        >>> answer["response"]["allowed"], answer["response"]["status"]["code"]
        (False, 400)
        """
        try:
            found = read_review(review)
            admitted = self.admit(found.request, namespace=found.namespace)
            return allowing(review, admitted.patch, warnings=admitted.warnings, audit_annotations=admitted.audited())
        except Exception as error:  # a step, or what it asks, may be the caller's
            refusal = Refusal.of(error)
            if refusal.is_failure and on_failure is not None:
                with contextlib.suppress(Exception):
                    on_failure(error)
        if fail_open and refusal.is_failure:
            return allowing(review, warnings=(f"not checked: {refusal.message}",))
        return refusing(review, refusal)

    def _template(self, request: AdmissionRequest) -> tuple[FieldPath, AdmissionRequest] | None:
        """Return where the pod template of a workload stands, and a request for it as if it were a pod; ``None`` for anything else."""
        changing = request.operation in {Operation.CREATE, Operation.UPDATE} and not request.subresource
        if not changing or request.kind == "Pod" or request.object is None:
            return None
        found = pod_template(request.object)
        if found is None or found.path == ROOT:
            return None
        old = None if request.old_object is None else pod_template(request.old_object)
        return found.path, AdmissionRequest(request.operation, found.pod, None if old is None else old.pod)

    def _admitted(self, request: AdmissionRequest, taken: _Taken, path: FieldPath) -> AdmittedChain:
        """Return the outcome for the whole object, of which a pod, or a template, at ``path`` was admitted."""
        made, draft = taken.made, taken.draft
        if draft is not None and path.parts:
            made = tuple((step, tuple(_moved(change, path) for change in changes)) for step, changes in made)
            draft = Draft(root_object(request.object))
            draft.change(itertools.chain.from_iterable(changes for _, changes in made))
        obj, patch = (request.object, ()) if draft is None else (draft.after, json_patch(draft))
        return AdmittedChain(obj, patch, made, taken.reasons, taken.warnings, self.audit_domain)


class _Taken(NamedTuple):
    """What the steps made of an object; there is a draft if one of them changed it."""

    draft: Draft | None
    made: tuple[tuple[str, tuple[FieldChange, ...]], ...]
    reasons: FrozenMap[str, enum.Enum]
    warnings: tuple[str, ...]


def _taken(steps: Iterable[AdmissionStep], request: AdmissionRequest, context: AdmissionContext) -> _Taken:
    """Take the mutating pass of every step, then the validating one."""
    draft: Draft | None = None
    made: list[tuple[str, tuple[FieldChange, ...]]] = []
    reasons: dict[str, enum.Enum] = {}
    warnings: tuple[str, ...] = ()
    for step in steps:
        found = step.mutate(request, context)
        reasons[step.name] = found.reason
        if isinstance(found, WarnedAdmitted):
            warnings += tuple(found.warnings)
        changes = found.changes
        if changes and request.object is not None:
            draft = Draft(request.object) if draft is None else draft
            made.append((step.name, changes))
            request = request.with_object(draft.change(changes))
    for step in steps:
        step.validate(request, context)
    return _Taken(draft, tuple(made), FrozenMap(reasons), warnings)


def _moved(change: FieldChange, path: FieldPath) -> FieldChange:
    return attrs.evolve(change, path=path.join(change.path))


def _placed(error: AdmissionDenied | MalformedObject, path: FieldPath) -> AdmissionDenied | MalformedObject:
    """Return an error about a template as one about the object that holds it at ``path``."""
    if isinstance(error, MalformedObject):
        inside = f"{path}.{error.path}" if error.path else str(path)
        return MalformedObject(inside, error.expected, error.found, error.hint)
    errors = tuple(attrs.evolve(found, path=path.join(found.path)) for found in error.errors)
    return AdmissionDenied(error.code, error.reason, f"{path}: {error.message}", errors, error.hint)


def _listed(paths: list[str]) -> str:
    more = len(paths) - MOST_AUDITED
    return ", ".join(paths[:MOST_AUDITED]) + (f" and {more} more" if more > 0 else "")
