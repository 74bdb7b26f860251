"""The citizens' pages, without a script: whose words are whose, and who may see what."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask_babel import Babel
from sqlalchemy import Engine

from connectors.kit.contract import Delivered, InboundPost, OutboundPost, Page
from connectors.square.citizens import POSTS_A_MINUTE
from connectors.square.faults import FAULTS, switched_on
from connectors.square.site import SITE
from tests.connectors.squares import SIGNED, Running, reply_to
from tests.connectors.visitor import Visitor

CHECKOUT = Path(__file__).resolve().parents[2]


def _first_post(page: str) -> str:
    found = re.search(r'id="post-([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def test_whoever_comes_by_says_something_and_reads_the_signed_answer(on: Running) -> None:
    mette, passer_by = Visitor(on), Visitor(on)
    page = mette.write("@nordby Hvornår åbner <b>skøjtebanen</b>?").text
    assert "@nordby Hvornår åbner &lt;b&gt;skøjtebanen&lt;/b&gt;?" in page
    assert 'value="Mette Holm"' in page
    told = on.mention()
    assert isinstance(on.connect().deliver(reply_to(told), "key-1"), Delivered)
    seen = passer_by.get()
    assert '<span class="byline">– Anna, Nordby Kommune</span>' in seen
    assert 'data-says="New answer from Nordby Kommune"' in seen
    assert SIGNED.split("\n")[0] in seen


@pytest.mark.parametrize("path", ["/square", "/square/private", "/square/controls", "/square/posts/none/edit"])
def test_every_page_says_that_it_is_for_practice(on: Running, path: str) -> None:
    answer = Visitor(on).http.get(path)
    assert '<p class="practice"><b>Practice room</b>' in answer.text
    assert "<title>" in answer.text
    assert "· Practice room</title>" in answer.text


def test_only_the_author_changes_and_deletes(on: Running) -> None:
    mette, ali = Visitor(on), Visitor(on)
    post = _first_post(mette.write("@nordby Hvornår åbner skøjtebanen?").text)
    assert f"/square/posts/{post}/edit" in mette.get()
    assert f"/square/posts/{post}/edit" not in ali.get()
    assert ali.http.get(f"/square/posts/{post}/edit").status_code == 404
    assert ali.post(f"/square/posts/{post}/edit", text="Andet").status_code == 404
    assert ali.post(f"/square/posts/{post}/delete").status_code == 404

    assert (
        "@nordby Hvornår åbner svømmehallen?"
        in mette.post(f"/square/posts/{post}/edit", text="@nordby Hvornår åbner svømmehallen?").text
    )
    assert "Edited" in ali.get()
    gone = mette.post(f"/square/posts/{post}/delete").text
    assert "Deleted by the author" in gone
    assert "svømmehallen" not in gone
    assert mette.post(f"/square/posts/{post}/delete").status_code == 404


def test_a_private_message_is_seen_by_the_two_and_nobody_else(on: Running) -> None:
    mette, ali = Visitor(on), Visitor(on)
    page = mette.write("Min sag er hemmelig", private=True)
    assert page.url.path == "/square/private"
    post = _first_post(page.text)
    page_of_news = on.connect().fetch("news", None, 10)
    assert isinstance(page_of_news, Page)
    (heard,) = on.connect().normalize(page_of_news.items[0])
    assert heard.ref.external_id == post
    for visitor in (ali, mette):
        assert "hemmelig" not in visitor.get("/square")
    assert "hemmelig" not in ali.get("/square/private")
    assert "hemmelig" not in ali.get("/square/threads?view=private")
    assert ali.write("Hvad er det for en sag?", under=post).status_code == 404
    assert "Mere om sagen" in mette.write("Mere om sagen", under=post).text


def test_a_private_answer_to_a_public_word_is_found_by_its_reader_alone(on: Running) -> None:
    mette, ali = Visitor(on), Visitor(on)
    mette.write("@nordby Hvordan søger jeg?")
    ali.write("@nordby Det vil jeg også vide", name="Ali R.")
    page = on.connect().fetch("news", None, 1)
    assert isinstance(page, Page)
    (heard,) = on.connect().normalize(page.items[0])
    assert isinstance(heard, InboundPost)
    answer = OutboundPost(
        text="Kun til dig.\n– Anna, Nordby Kommune",
        visibility="private",
        created_at=datetime.now(UTC),
        reply_to=heard.ref,
        root=heard.ref,
        recipient=heard.author.handle,
    )
    assert isinstance(on.connect().deliver(answer, "key-1"), Delivered)
    assert "Kun til dig." in mette.get("/square/private")
    assert "Kun til dig." not in mette.get("/square") + ali.get("/square") + ali.get("/square/private")


def test_a_form_from_elsewhere_is_refused(on: Running) -> None:
    mette, other = Visitor(on), Visitor(on)
    mette.write("@nordby Hej")
    stolen = re.search(r'name="form_token" value="([0-9a-f]+)"', other.get())
    assert stolen is not None
    for token in ("", "0" * 64, stolen[1], "æ"):
        answer = mette.http.post("/square/posts", data={"form_token": token, "name": "Mette", "text": "@nordby Hej"})
        assert answer.status_code == 400
        assert "came from elsewhere" in answer.text
    assert on.truth()["mentions"] == 1
    assert mette.http.post("/square/controls", data={"fail_after-how": "until"}).status_code == 400
    assert mette.http.post("/square/controls/crowd").status_code == 400


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"text": "   "}, 422, "Write something first."),
        ({"text": "x" * 501}, 422, "Write at most 500 characters."),
        ({"name": " \u202e "}, 422, "Choose a name"),
        ({"audience": "to-nobody"}, 422, "Nobody of that name"),
    ],
)
def test_what_is_refused_keeps_the_draft(on: Running, fields: dict[str, str], status: int, said: str) -> None:
    answer = Visitor(on).post(
        "/square/posts", **{"name": "Mette", "text": "@nordby Hej", "audience": "public", **fields}
    )
    assert answer.status_code == status
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert fields.get("text", "@nordby Hej").strip() in answer.text


def test_nul_and_lone_surrogates_do_no_harm(on: Running) -> None:
    page = Visitor(on).write("@nordby a\x00b", name="Me\x00tte").text
    assert "@nordby a\N{REPLACEMENT CHARACTER}b" in page
    assert "Mette" in page


def test_one_browser_plays_several_people_and_nobody_takes_the_organisations_name(on: Running) -> None:
    mette = Visitor(on)
    mette.write("@nordby en")
    page = mette.write("@nordby to", name="Nordby").text
    assert page.count("/edit") == 2
    assert "@metteholm" in page
    handles = re.findall(r"<b>Nordby</b><span>@([a-z0-9]+)", page)
    assert handles
    assert handles[0] != "nordby"


def test_a_visitor_who_writes_too_much_is_slowed(on: Running) -> None:
    mette = Visitor(on)
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        codes = [mette.write(f"@nordby nummer {number}").status_code for number in range(POSTS_A_MINUTE + 1)]
        assert codes == [200] * POSTS_A_MINUTE + [429]
        clock.shift(60)
        assert mette.write("@nordby et minut senere").status_code == 200


def test_the_page_hears_when_something_is_new(on: Running) -> None:
    mette = Visitor(on)
    stamp = re.search(r'data-stamp="([^"]+)"', mette.get())
    assert stamp is not None
    assert mette.http.get("/square/threads", params={"view": "public", "stamp": stamp[1]}).status_code == 204
    on.mention("@nordby Noget nyt")
    fresh = mette.http.get("/square/threads", params={"view": "public", "stamp": stamp[1]})
    assert "Noget nyt" in fresh.text
    assert "<html" not in fresh.text


def test_the_panel_switches_each_misbehaviour(on: Running) -> None:
    per = Visitor(on)
    fields = {f"{name}-how": "times" for name in FAULTS} | {f"{name}-times": "3" for name in FAULTS}
    fields |= {f"{name}-value": "1" for name, fault in FAULTS.items() if fault.unit}
    page = per.post("/square/controls", **fields)
    assert page.url.path == "/square/controls"
    on_now = switched_on(on.engine)
    assert set(on_now) == set(FAULTS)
    assert all(setting.times == 3 for setting in on_now.values())
    per.post("/square/controls", **{"fail_after-how": "until"})
    assert {name: setting.times for name, setting in switched_on(on.engine).items()} == {"fail_after": None}
    wrong = per.post("/square/controls", **{"throttle-how": "until", "throttle-value": "-1"})
    assert wrong.status_code == 422
    assert "outside its bounds" in wrong.text
    per.post("/square/controls", reset="1")
    assert switched_on(on.engine) == {}


def test_outside_a_demonstration_there_is_no_panel(engine: Engine) -> None:
    SITE.prepare(engine)
    app = Flask("house", template_folder=str(CHECKOUT / "templates"))
    Babel(app)
    app.jinja_env.globals["asset"] = str
    app.register_blueprint(SITE.blueprint(lambda: engine, demo=False))
    citizen = app.test_client()
    page = citizen.get("/square")
    assert page.status_code == 200
    assert "Practice room" in page.text
    assert "ontrols" not in page.text
    assert citizen.get("/square/controls").status_code == 404
    assert citizen.post("/square/controls", data={"fail_after-how": "until"}).status_code in (400, 404)
    assert switched_on(engine) == {}


def test_a_busy_day_is_a_hundred_mentions(on: Running) -> None:
    page = Visitor(on).post("/square/controls/crowd").text
    assert "<dt>Mentions</dt><dd>100</dd>" in page
    assert on.truth()["mentions"] == 100
