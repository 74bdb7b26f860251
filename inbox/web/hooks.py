"""Where platforms call. The call is proven by the platform's own rules before anything of it is kept.

What it must not do: take anything in; a worker does, and the platform has its answer at once.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from connectors.kit.contract import Accepted, Challenge, Forged, WebhookRequest, WebhookResult
from inbox import log
from inbox.domain.actors import SYSTEM
from inbox.services import silo_receiving, webhooks
from inbox.uow import uow

_log = log.get(__name__)
blueprint = Blueprint("hooks", __name__)


@blueprint.route("/hooks/<uuid:account_id>", methods=["GET", "POST"])
def hook(account_id: UUID) -> Response:
    """A platform's call to one of our accounts."""
    call = _call()
    with uow(SYSTEM) as work:
        result = webhooks.receive(work, account_id, call)
    return _said(result, account_id)


@blueprint.route("/hooks/silo/<uuid:silo_id>", methods=["GET", "POST"])
def silo(silo_id: UUID) -> Response:
    """A call of whatever a back-office unit answers by. What is too large is counted, and none of it is read."""
    try:
        call = _call()
    except RequestEntityTooLarge:
        with uow(SYSTEM) as work:
            silo_receiving.refuse(work, silo_id, silo_receiving.TOO_LARGE)
        return Response(status=413)
    with uow(SYSTEM) as work:
        result = silo_receiving.called(work, silo_id, call)
    return _said(result, silo_id)


def _call() -> WebhookRequest:
    return WebhookRequest(
        method=request.method,
        headers={name.lower(): value for name, value in request.headers},
        query=request.args.to_dict(),
        body=request.get_data(),
    )


def _said(result: WebhookResult, whose: UUID) -> Response:
    match result:
        case Accepted():
            return Response(status=204)
        case Challenge(body=body):
            return Response(body, mimetype="text/plain")
        case Forged(reason=reason):
            # Why it was refused is nothing to tell a stranger.
            _log.warning("webhook_refused", called=str(whose), reason=reason)
            return Response(status=401)
