"""The page of opening hours: a week, holidays, days of one's own, a question to try them with, a button that saves.

Everything but saving happens in the form alone. What it must not do: decide what a day is, or who may change one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from inbox.domain.calendar import DAYS
from inbox.domain.closing_days import MOST_BYTES, ClosingDays, closing_days_from
from inbox.domain.errors import Conflict, Invalid, Refused
from inbox.domain.opening_form import Unfit, zones
from inbox.domain.opening_plan import YEARS_AHEAD, Plan
from inbox.domain.public_holidays import SWITCHES, holidays_of
from inbox.queries.calendars import Calendars, Saved, calendars, name_of, running_clocks
from inbox.queries.countries import chosen
from inbox.services import calendars as verbs
from inbox.uow import UnitOfWork, uow
from inbox.web import calendar_words, reading
from inbox.web.calendar_form import CalendarForm, minutes_a_week, spans
from inbox.web.calendar_trial import Trial, tried
from inbox.web.people import here
from inbox.web.refusals import code_of, said, translated
from inbox.web.wording import DAYS as DAY_WORDS

blueprint = Blueprint("calendars", __name__, url_prefix="/settings/calendars")
Answer = tuple[str, int]
YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Told:
    """What one answer adds to the form: sentences beside their fields, where the focus goes, what happened."""

    faults: Mapping[str, str] = field(default_factory=dict)
    focus: str = ""
    imported: str = ""
    overtaken: str = ""


@blueprint.get("")
@blueprint.get("/<uuid:calendar_id>")
def page(calendar_id: UUID | None = None) -> Response:
    """One calendar in force, the organisation's own unless another was asked for; with fields for who may change it."""
    with reading.page(here()) as work:
        found = calendars(work)
        saved = found.named(name_of(work, calendar_id)) if calendar_id else found.own
        answer = make_response(_page(work, found, saved, CalendarForm.of(saved)))
    if "saved" in request.args:
        # The form is sent in the background; what was saved shall stand in the address as well.
        answer.headers["HX-Push-Url"] = url_for("calendars.page", calendar_id=saved.id)
    return answer


@blueprint.get("/new")
def new() -> str:
    """A calendar that is none yet. It begins with the organisation's own hours and the holidays of its country pack."""
    with reading.page(here()) as work:
        found = calendars(work)
        return _page(work, found, None, CalendarForm.new(found.own.plan, chosen(work).pack), Told(focus="name"))


@blueprint.post("/new/draft")
@blueprint.post("/<uuid:calendar_id>/draft")
def draft(calendar_id: UUID | None = None) -> Answer:
    """One button of the form: a row more or less, a file read, a question tried. Nothing is saved."""
    form, step = CalendarForm.read(request.form), request.form.get("do", "")
    form, focus = form.stepped(step)
    with reading.page(here()) as work:
        found = calendars(work)
        saved = found.named(name_of(work, calendar_id)) if calendar_id else None
        if step == "import":
            return _imported(work, found, saved, form)
        told = Told(focus=focus)
        if step == "try":
            # While somebody is still writing, a row that is not ready yet is no mistake: only asking is.
            told = replace(told, faults=_faults(form))
        return _page(work, found, saved, form, told), 422 if told.faults else 200


@blueprint.post("/new")
@blueprint.post("/<uuid:calendar_id>")
def save(calendar_id: UUID | None = None) -> Answer | Response:
    """All of it in force, as another version; or everything that is in the way of it, and nothing is saved."""
    form = CalendarForm.read(request.form)
    try:
        plan = form.typed.plan()
        with uow(here()) as work:
            if calendar_id is None:
                saved = verbs.add(work, form.name, plan, account_ids=form.account_ids)
            else:
                name = name_of(work, calendar_id)
                saved = verbs.save(work, name, plan, version=form.version, account_ids=form.account_ids)
    except (Conflict, Invalid) as refused:
        return _refused(calendar_id, form, refused)
    return redirect(url_for("calendars.page", calendar_id=saved, saved=form.version), 303)


def _refused(calendar_id: UUID | None, form: CalendarForm, refused: Refused) -> Answer:
    with reading.page(here()) as work:
        found = calendars(work)
        saved = found.named(name_of(work, calendar_id)) if calendar_id else None
        if isinstance(refused, Conflict) and saved:
            # Somebody else saved meanwhile: the same form on top of theirs.
            form = replace(form, version=saved.version)
            told = Told(overtaken=said(refused))
        elif isinstance(refused, Unfit):
            told = Told(faults=_faults(form))
        else:
            told = Told(faults={getattr(refused, "field", ""): said(refused)})
        return _page(work, found, saved, form, told), code_of(refused)


def _faults(form: CalendarForm) -> dict[str, str]:
    """Every mistake of the form, by its field. A field has one sentence."""
    try:
        form.typed.plan()
    except Unfit as unfit:
        return {fault.field: translated(fault.sentence, dict(fault.values)) for fault in reversed(unfit.faults)}
    return {}


def _imported(work: UnitOfWork, found: Calendars, saved: Saved | None, form: CalendarForm) -> Answer:
    """The form with the closing days of a file in it, or why there are none."""
    file = request.files.get("ical")
    zone = form.typed.zone.strip()
    try:
        if file is None or not file.filename:
            raise Invalid("Choose a file first.", field="ical")
        zone = zone if zone in zones() else found.own.plan.zone
        today = _today(work.now, zone)
        # One byte more than may be read is enough to see that it is too large.
        days = closing_days_from(file.read(MOST_BYTES + 1), zone, today, date(today.year + YEARS_AHEAD, 12, 31))
    except Invalid as invalid:
        return _page(work, found, saved, form, Told(faults={"ical": said(invalid)}, focus="ical")), 422
    form, there = form.with_days(days.days)
    return _page(work, found, saved, form, Told(imported=_what_came(days, there), focus="own-add")), 200


def _what_came(days: ClosingDays, there: int) -> str:
    """What was read out of a file, in sentences."""
    new = len(days.days) - there
    words = [ngettext("%(num)s closing day was filled in.", "%(num)s closing days were filled in.", new)]
    if there:
        words.append(ngettext("%(num)s stood there already.", "%(num)s stood there already.", there))
    if days.timed:
        words.append(
            ngettext(
                "%(num)s event with a time of day was left out.",
                "%(num)s events with a time of day were left out.",
                days.timed,
            )
        )
    if days.unread:
        words.append(ngettext("%(num)s event could not be read.", "%(num)s events could not be read.", days.unread))
    return " ".join([*words, _("Nothing is saved yet.")])


def _page(work: UnitOfWork, found: Calendars, saved: Saved | None, form: CalendarForm, told: Told | None = None) -> str:
    told = told or Told()
    plan = _plan(form)
    trial = tried(plan.saved_in(work.now.year), form.question, work.now) if plan else Trial(form.question)
    today = _today(work.now, plan.zone if plan else found.own.plan.zone)
    week, country = form.typed.week, form.typed.country
    return render_template(
        "settings/calendar.html",
        found=found,
        saved=saved,
        form=form,
        typed=form.typed,
        passed=form.passed(today),
        faults={name: _(words) for name, words in trial.wrong} | dict(told.faults),
        focus=told.focus,
        imported=told.imported,
        overtaken=told.overtaken,
        may_edit=here().has(*verbs.EDITORS),
        changed=saved is None or form.typed != CalendarForm.of(saved).typed or _accounts_changed(saved, form),
        touched=running_clocks(work, _reached(saved, form)),
        days={day: DAY_WORDS[day] for day in DAYS},
        bars={day: spans(week, day) for day in DAYS},
        minutes=minutes_a_week(week),
        countries=calendar_words.COUNTRIES,
        switches=[(one.key, calendar_words.switch(one, today.year)) for one in SWITCHES.get(country, ())],
        holidays=_coming(form, today),
        weekday=calendar_words.weekday,
        zones=calendar_words.offered_zones(),
        trial=trial,
        now=work.now,
    )


def _plan(form: CalendarForm) -> Plan | None:
    """What the form says, if it can stand."""
    try:
        return form.typed.plan()
    except Unfit:
        return None


def _reached(saved: Saved | None, form: CalendarForm) -> frozenset[UUID]:
    """The accounts whose clocks a save would work out anew: those that have these hours, and those that would."""
    if saved is None:
        return form.account_ids
    return saved.account_ids if saved.everywhere else saved.account_ids | form.account_ids


def _accounts_changed(saved: Saved, form: CalendarForm) -> bool:
    return not saved.everywhere and form.account_ids != saved.account_ids


def _coming(form: CalendarForm, today: date) -> list[Mapping[str, Any]]:
    """The holidays of the next twelve months, whatever else is wrong with the form."""
    country = form.typed.country
    known = {one.key for one in SWITCHES.get(country, ())}
    days = holidays_of(country, form.typed.switches & known, today.year, today.year + 1) if known else ()
    return [calendar_words.closed(one) for one in days if today <= one.day < today + YEAR]


def _today(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()
