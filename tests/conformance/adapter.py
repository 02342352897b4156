"""Every family of recorded answers, and how the library is asked for its own: ``ANSWERS[family](input, minor)``.

This file is also loaded by its path, so it sees to it that the files beside it are found.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = str(Path(__file__).resolve().parent)
if HERE not in sys.path:
    sys.path.append(HERE)

import answers_apimachinery  # noqa: E402
import answers_credentials  # noqa: E402
import answers_env_validation  # noqa: E402
import answers_environment  # noqa: E402
import answers_hooks  # noqa: E402
import answers_hostname  # noqa: E402
import answers_images  # noqa: E402
import answers_kubelet  # noqa: E402
import answers_platforms  # noqa: E402
import answers_pods  # noqa: E402
import answers_provider_calls  # noqa: E402
import answers_provider_config  # noqa: E402
import answers_pulling  # noqa: E402
import answers_quantities  # noqa: E402
import answers_requests  # noqa: E402
import answers_restarting  # noqa: E402
import answers_runtimeclass  # noqa: E402
import answers_scheduling  # noqa: E402
import answers_secrets  # noqa: E402
import answers_simulation  # noqa: E402
import answers_statuses  # noqa: E402
import answers_stopping  # noqa: E402
from answering import Answer  # noqa: E402

ANSWERS: dict[str, Answer] = {
    **answers_apimachinery.ANSWERS,
    **answers_credentials.ANSWERS,
    **answers_env_validation.ANSWERS,
    **answers_environment.ANSWERS,
    **answers_hooks.ANSWERS,
    **answers_hostname.ANSWERS,
    **answers_images.ANSWERS,
    **answers_kubelet.ANSWERS,
    **answers_platforms.ANSWERS,
    **answers_pods.ANSWERS,
    **answers_provider_calls.ANSWERS,
    **answers_provider_config.ANSWERS,
    **answers_pulling.ANSWERS,
    **answers_quantities.ANSWERS,
    **answers_requests.ANSWERS,
    **answers_restarting.ANSWERS,
    **answers_runtimeclass.ANSWERS,
    **answers_scheduling.ANSWERS,
    **answers_secrets.ANSWERS,
    **answers_simulation.ANSWERS,
    **answers_statuses.ANSWERS,
    **answers_stopping.ANSWERS,
}
