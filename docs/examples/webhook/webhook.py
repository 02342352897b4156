"""An admission webhook: only images whose digest is known run, and a node asks the registry before it starts one.

python webhook.py --cert tls.crt --key tls.key
"""

from __future__ import annotations

import argparse
import json
import logging
import ssl
from collections.abc import Sequence

from aiohttp import web

from kubecontainers.admission.chain import AdmissionChain
from kubecontainers.admission.pinning import MappingResolver, PinImages
from kubecontainers.admission.steps import AlwaysPullImages

LOG = logging.getLogger("webhook")
DIGESTS = {"registry.k8s.io/pause:3.9": "sha256:7031c1b283388d2c2e09b57badb803c05ebed362dc88d84b480cc47f72a21097"}
CHAIN = AdmissionChain([PinImages(MappingResolver(DIGESTS), unresolved="deny"), AlwaysPullImages()])

MAX_BODY = 8 * 1024 * 1024  # the API server takes requests of up to 3 MiB, and a review of an update holds two objects


async def admit(request: web.Request) -> web.Response:
    """Answer one AdmissionReview."""
    try:
        review = json.loads(await request.read())
    except (ValueError, RecursionError) as error:
        # There is no uid to answer under, so for the API server the call has failed: failurePolicy decides.
        raise web.HTTPBadRequest(text="the body is no JSON") from error
    # A chain only computes. With a resolver that waits for a registry, await asyncio.to_thread(CHAIN.review, review) instead.
    return web.json_response(CHAIN.review(review, on_failure=lambda error: LOG.error("a step failed", exc_info=error)))


def application() -> web.Application:
    """Return the webhook; a body of more than ``MAX_BODY`` is answered with 413."""
    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_post("/admit", admit)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description="Serve the admission webhook.")
    parser.add_argument("--cert", required=True, help="the certificate, and those between it and its authority, in PEM")
    parser.add_argument("--key", required=True, help="its private key, in PEM")
    parser.add_argument("--host", help="the address to listen at (default: all)")
    parser.add_argument("--port", type=int, default=8443, help="the port to listen at (default: 8443)")
    options = parser.parse_args(arguments)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.cert, options.key)
    web.run_app(application(), host=options.host, port=options.port, ssl_context=context)


if __name__ == "__main__":
    main()
