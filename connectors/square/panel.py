"""The control panel: how the square is told to misbehave, and the truth beside it.

Why it exists: whoever doubts the house can make trouble by hand and see that nothing is posted twice or
lost. What it must not do: show anybody's words, or know more of the misbehaviour than its names.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Engine

from connectors.square import crowd, faults, truth
from connectors.square.accounts import all_accounts
from connectors.square.refusing import Refused
from connectors.square.webhooks import Sender

Engines = Callable[[], Engine]


def register(blueprint: Blueprint, engines: Engines, sender: Sender) -> None:
    """Hang the panel under the square's address."""

    @blueprint.get("/controls")
    def controls() -> str:
        return _panel(engines(), "")

    @blueprint.post("/controls")
    def misbehave() -> Response:
        engine = engines()
        if "reset" in request.form:
            faults.switch_off(engine)
            return _again()
        try:
            for name in faults.FAULTS:
                _set(engine, name)
        except ValueError:
            complaint = _("A number is missing or outside its bounds; what stood before it was set.")
            return make_response(_panel(engine, complaint), 422)
        return _again()

    @blueprint.post("/controls/crowd")
    def gather() -> Response:
        engine = engines()
        with engine.connect() as connection:
            answering = all_accounts(connection)
        if not answering:
            raise Refused("no_such_account")
        sender.send(crowd.gather(engine, answering[0].handle, crowd.MOST))
        return _again()


def _set(engine: Engine, name: str) -> None:
    how = request.form.get(f"{name}-how", "off")
    if how == "off":
        faults.switch_off(engine, name)
        return
    value = int(request.form[f"{name}-value"]) if f"{name}-value" in request.form else None
    times = int(request.form.get(f"{name}-times", "")) if how == "times" else None
    faults.switch_on(engine, name, value=value, times=times)


def _panel(engine: Engine, complaint: str) -> str:
    with engine.connect() as connection:
        totals = truth.totals(connection)
    on = faults.switched_on(engine)
    places: dict[str, list[dict[str, object]]] = {}
    for fault in faults.FAULTS.values():
        now = on.get(fault.name)
        how = "off" if now is None else ("until" if now.times is None else "times")
        places.setdefault(_places()[fault.where], []).append(
            {
                "fault": fault,
                "label": _labels()[fault.name],
                "how": how,
                "value": now.value if now else fault.usual,
                "times": (now.times if now else None) or 1,
            }
        )
    return render_template(
        "square/controls.html",
        places=places,
        totals=totals,
        complaint=complaint,
        most_times=faults.MOST_TIMES,
        crowd=crowd.MOST,
        anything_on=bool(on),
    )


def _again() -> Response:
    return make_response(redirect(url_for("square.controls"), 303))


def _places() -> dict[str, str]:
    return {
        "every call": _("At every call"),
        "answers": _("When the inbox answers"),
        "the stream": _("When the inbox fetches"),
        "looking up": _("When the inbox looks up what it posted"),
        "webhooks": _("When the square calls the inbox"),
    }


def _labels() -> dict[str, str]:
    return {
        "latency": _("Take time before doing anything"),
        "throttle": _("Too many calls (429), try again in …"),
        "refuse_access": _("Refuse the token (401)"),
        "reject": _("Refuse the answer (422)"),
        "fail_before": _("Fail before taking the answer (500)"),
        "fail_after": _("Fail after taking the answer (500)"),
        "drop_after": _("Hang up after taking the answer"),
        "hold_after": _("Take the answer and say so late"),
        "invisible": _("Take the answer and show it late"),
        "forget_keys": _("Keep no keys: the same answer twice is two answers"),
        "stream_throttle": _("Too many calls (429), try again in …"),
        "stream_fail": _("Fail (500)"),
        "duplicate": _("Everything twice"),
        "reorder": _("In the wrong order"),
        "poison": _("With items that can't be understood"),
        "odd_letters": _("With characters that are none"),
        "lookup_fail": _("Fail (500)"),
        "forge_webhook": _("Sign wrongly"),
        "lose_webhook": _("Don't call at all"),
    }
