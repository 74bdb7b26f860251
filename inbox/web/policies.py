"""The page of promises: the ordered list, one policy in fields, what a change would do, and the button that saves.

Everything but saving happens in the form alone, so that a half finished list is nobody's promise. What it must not
do: decide which policy applies, or who may change one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from inbox.domain.conversation import Priority
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.groups import Group
from inbox.domain.ids import parse_id
from inbox.domain.policies import Fault, Policies, Unfit
from inbox.queries import policies as reads
from inbox.queries.policy_preview import EDITORS, Kept, Preview, preview
from inbox.services import policies as verbs
from inbox.uow import UnitOfWork, uow
from inbox.web import formatting, policy_words, reading
from inbox.web.people import here
from inbox.web.policy_form import KINDS, ListForm, Typed, by_number
from inbox.web.refusals import said, translated

blueprint = Blueprint("policies", __name__, url_prefix="/settings/policies")
Answer = tuple[str, int]


@blueprint.get("")
def page() -> str:
    """The list in force; for those who may change it with one policy in fields."""
    with reading.page(here()) as work:
        found = reads.in_force(work)
        form = ListForm.of(found.version, found.policies, request.args.get("edit", 1, type=int))
        return _page(work, form, found, asked=request.args if "which" in request.args else None)


@blueprint.post("/draft")
def draft() -> Answer:
    """One button of the form: move, add, remove, open, try out. Nothing is saved."""
    before = ListForm.read(request.form)
    step = request.form.get("do", "")
    form, focus = before.stepped(step)
    with reading.page(here()) as work:
        return _tried(
            work,
            form,
            focus=focus,
            says=_moved(before, form, focus),
            asked=request.form if step == "which" else None,
            complain=step == "preview",
        )


@blueprint.post("")
def save() -> Answer | Response:
    """The whole list in force, as another version; or everything that is in the way of it."""
    form = ListForm.read(request.form)
    try:
        meant = form.meant()
    except Unfit as unfit:
        return _refused(form, unfit.faults, 422)
    try:
        with uow(here()) as work:
            version = verbs.save(work, meant, version=form.version)
    except Conflict as conflict:
        return _overtaken(form, conflict)
    except Invalid as invalid:
        return _refused(form, (_fault(invalid),), 422)
    return redirect(url_for("policies.page", saved=version, before=form.version, edit=form.opened), 303)


def _moved(before: ListForm, after: ListForm, focus: str) -> str:
    """What those hear who listen to the page, after a rule was moved."""
    _way, _dash, number = focus.partition("-")
    if before.policies == after.policies or len(before.policies) != len(after.policies) or not number:
        return ""
    name = after.policies[int(number) - 1].name
    return str(_("%(rule)s is now number %(n)s of %(all)s.", rule=name, n=number, all=len(after.policies)))


def _tried(work: UnitOfWork, form: ListForm, *, complain: bool, **more: Any) -> Answer:
    """The form again, with what the list would do if it can stand."""
    found = reads.in_force(work)
    try:
        meant = form.meant()
        effect = preview(work, meant) if meant != found.policies or complain else None
    except Invalid as invalid:
        faults: tuple[Fault, ...] = (_fault(invalid),)
        return _page(work, _opened_at(form, faults), found, faults=faults, **more), 422
    except Unfit as unfit:
        # While somebody is still writing, a rule that is not ready yet is no mistake: only asking for the effect is.
        faults = unfit.faults if complain else ()
        return _page(work, _opened_at(form, faults), found, faults=faults, **more), 422 if complain else 200
    return _page(work, form, found, effect=effect, meant=meant, **more), 200


def _fault(invalid: Invalid) -> Fault:
    """What a query or a service refused, as a fault of the policy that it names."""
    number, _dot, where = invalid.field.partition(".")
    return Fault(int(number), where, invalid.sentence, invalid.values)


def _refused(form: ListForm, faults: tuple[Fault, ...], code: int) -> Answer:
    with reading.page(here()) as work:
        return _page(work, _opened_at(form, faults), reads.in_force(work), faults=faults), code


def _overtaken(form: ListForm, conflict: Conflict) -> Answer:
    """Somebody else saved meanwhile: the same form on top of theirs, with what it would change in it."""
    with reading.page(here()) as work:
        found = reads.in_force(work)
        shown, _code = _tried(work, replace(form, version=found.version), complain=False, overtaken=said(conflict))
        return shown, 409


def _opened_at(form: ListForm, faults: tuple[Fault, ...]) -> ListForm:
    """The policy in fields is one with something to mend, if there is any."""
    numbers = [fault.number for fault in faults if fault.number]
    return form if not numbers or form.opened in numbers else form.open_at(numbers[0])


def _page(
    work: UnitOfWork,
    form: ListForm,
    found: reads.InForce,
    *,
    faults: tuple[Fault, ...] = (),
    meant: Policies | None = None,
    effect: Preview | None = None,
    asked: Any = None,
    focus: str = "",
    says: str = "",
    overtaken: str = "",
) -> str:
    accounts = reads.accounts(work)
    names = {str(account.id): account.name for account in accounts}
    complaints = {
        number: {where: translated(fault.sentence, dict(fault.values)) for where, fault in those.items()}
        for number, those in by_number(faults).items()
    }
    return render_template(
        "settings/policies.html",
        found=found,
        form=form,
        opened=form.policies[form.opened - 1],
        complaints=complaints.get(form.opened, {}),
        complaints_of_list=complaints.get(0, {}),
        broken=set(complaints),
        changed=form.policies != ListForm.of(found.version, found.policies).policies
        if meant is None
        else meant != found.policies,
        may_edit=here().has(*EDITORS),
        accounts=accounts,
        fits=lambda typed: _fits(typed, names),
        kept=_kept,
        kinds=KINDS,
        promises=policy_words.PROMISES,
        priorities=policy_words.PRIORITIES,
        groups=policy_words.GROUPS,
        which=_which(meant or found.policies, names, asked) if asked is not None else None,
        asked=asked or {},
        effect=effect,
        focus=focus,
        says=says,
        overtaken=overtaken,
        now=work.now,
    )


def _fits(typed: Typed, names: dict[str, str]) -> str:
    return policy_words.fits(
        [names[one] for one in typed.accounts if one in names], typed.visibility, typed.priorities, typed.groups
    )


def _which(policies: Policies, names: dict[str, str], asked: Any) -> str:
    """Which policy applies to what was asked about, and why."""
    account = parse_id(asked.get("which_account", ""))
    if account is None or str(account) not in names:
        raise Invalid("There is no such account.", field="which_account")
    visibility = "private" if asked.get("which_visibility") == "private" else "public"
    priority = asked.get("which_priority", "0")
    known = {str(int(one)): int(one) for one in Priority}
    group = asked.get("which_group", "")
    groups = frozenset({group} & set(Group))
    return policy_words.because(policies.choose(account, visibility, known.get(priority, 0), groups), names)


def _kept(kept: Kept) -> str:
    """A share of first answers on time, or a dash where none is decided."""
    return formatting.percent(kept.share) if kept.share is not None else "–"
