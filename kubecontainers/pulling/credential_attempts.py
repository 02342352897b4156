"""Trying credentials for one image, one after the other (``PullImage`` in ``pkg/kubelet/kuberuntime/kuberuntime_image.go``).

The kubelet asks the runtime once per credential, in order, until one works; without credentials, once with none. It never tries without
after credentials failed. The errors are put together as ``k8s.io/apimachinery/pkg/util/errors`` prints several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import attrs

from ..credentials.credential import Credential
from ..credentials.tracking import OfferedCredential
from ..golang.duration import Duration
from .image_runtime import Pulled, RuntimeFailure

__all__ = ["aggregate_text", "pull_with_credentials"]

PullOnce = Callable[[str, Credential | None], Pulled | RuntimeFailure]
"""A pull with one credential, or with none."""


def aggregate_text(texts: Iterable[str]) -> str:
    """Return the text of several errors: each but once, in brackets where there is more than one.

    >>> aggregate_text(["no", "no"]), aggregate_text(["no", "denied"])
    ('no', '[no, denied]')
    """
    different = list(dict.fromkeys(texts))
    return different[0] if len(different) == 1 else f"[{', '.join(different)}]" if different else ""


def pull_with_credentials(spec: str, credentials: Sequence[OfferedCredential], pull_once: PullOnce) -> Pulled | RuntimeFailure:
    """Return what comes of pulling ``spec`` with each of ``credentials`` until one works; it is the ``pull_image`` of an ``ImageRuntime``.

    ``pull_once`` pulls with one credential, or with ``None``. What all attempts took is added up; of ``waited`` the first counts, since
    the queue is stood in once.

    >>> pull_with_credentials("nginx:latest", (), lambda spec, credential: Pulled("sha256:1", took=2)).took
    Duration('2s')
    """
    if not credentials:
        return _anonymous(pull_once(spec, None))
    took, failures = Duration(), list[RuntimeFailure]()
    for place, offered in enumerate(credentials):
        answer = pull_once(spec, offered.credential)
        took += answer.took
        if isinstance(answer, Pulled):
            waited = failures[0].waited if failures else answer.waited
            return attrs.evolve(answer, credential=place, took=took, waited=waited)
        failures.append(answer)
    return RuntimeFailure(aggregate_text(failure.text for failure in failures), took, failures[0].waited)


def _anonymous(answer: Pulled | RuntimeFailure) -> Pulled | RuntimeFailure:
    return attrs.evolve(answer, credential=None) if isinstance(answer, Pulled) else answer
