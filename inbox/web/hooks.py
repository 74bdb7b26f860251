"""Where platforms call. The call is proven by the platform's own rules before anything of it is kept.

What it must not do: take anything in; a worker does, and the platform has its answer at once.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request

from connectors.kit.contract import Accepted, Challenge, Forged, WebhookRequest
from inbox import log
from inbox.domain.actors import SYSTEM
from inbox.services import webhooks
from inbox.uow import uow

_log = log.get(__name__)
blueprint = Blueprint("hooks", __name__)


@blueprint.route("/hooks/<uuid:account_id>", methods=["GET", "POST"])
def hook(account_id: UUID) -> Response:
    """A platform's call to one of our accounts."""
    call = WebhookRequest(
        method=request.method,
        headers={name.lower(): value for name, value in request.headers},
        query=request.args.to_dict(),
        body=request.get_data(),
    )
    with uow(SYSTEM) as work:
        result = webhooks.receive(work, account_id, call)
    match result:
        case Accepted():
            return Response(status=204)
        case Challenge(body=body):
            return Response(body, mimetype="text/plain")
        case Forged(reason=reason):
            # Why it was refused is nothing to tell a stranger.
            _log.warning("webhook_refused", account=str(account_id), reason=reason)
            return Response(status=401)
