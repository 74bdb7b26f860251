"""A small invented day on the square, as people make it: what every page has something to show of.

It exists for the tests of how pages look and for the screenshots. What it must not do: put anything into the house in
another way than people do, by hand on the pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import expect

from tests.browser.drawing import picture
from tests.browser.gathering_states import storm
from tests.browser.keys_states import new_here, reports, stops
from tests.browser.moderation_states import hide
from tests.browser.panel import behave, misbehave
from tests.browser.planned_states import closed
from tests.browser.running import RunningHouse
from tests.browser.silo_states import there_and_back
from tests.browser.stage import AtTheDesk, Stage, conversation_id

READERS = {"da": "bodil", "nb": "ingrid", "en": "emma"}
"""Who reads the pages in which language; each of them may enter every part of the house."""
LONG = (
    "Tak for dit spørgsmål. Affaldsplanen for 2027 er vedtaget i går. Glas og metal hentes hver anden uge, papir hver "
    "fjerde, og haveaffald hver onsdag fra april til oktober. Du kan bestille en ekstra spand på selvbetjeningen, og "
    "den kommer inden for ti dage. Storskrald henter vi den første mandag i måneden, når du har bestilt det senest "
    "torsdagen før. Er du i tvivl, så ring til os på hverdage."
)


@dataclass(frozen=True, slots=True)
class Day:
    """The conversations' ids, by what there is to see in them, and one entry of the history."""

    answered: str
    asked: str
    private: str
    gone: str
    doubtful: str
    rejected: str
    parts: str
    dismissed: str
    planned: str
    returned: str
    exposed: str
    danger: str
    held: str
    stopped: str
    gathering: str
    entry: str


def introduce(house: RunningHouse) -> None:
    """Add the readers: nobody of the cast may enter everywhere, and all of them read Danish."""
    for who, name, language in (
        ("bodil", "Bodil Friis", "da"),
        ("ingrid", "Ingrid Moe", "nb"),
        ("emma", "Emma Reed", "en"),
    ):
        house.add_person(who, name, language, "agent", "lead", "auditor", "administrator")


def lived(stage: Stage) -> Day:
    """Let the day happen. Takes about a minute, most of it waiting for what nobody can tell."""
    introduce(stage.house)
    mette, ali, kirsten, damgaard = (
        stage.citizen(name) for name in ("Mette Holm", "Ali R.", "Kirsten V.", "J. Damgaard")
    )
    anna, jonas = stage.agent("anna"), stage.agent("jonas")
    panel = stage.visitor()

    kirsten.writes("@nordby Er broen ved Åsiden stadig lukket for cyklister?")
    doubtful = _opened(jonas, "broen ved Åsiden")
    misbehave(panel, fail_after=1, lookup_fail=None)
    jonas.sends("Broen åbner igen fredag kl. 12.")
    expect(jonas.state("Broen åbner igen", "unconfirmed")).to_be_visible()

    mette.writes(
        "@nordby Hvornår hentes storskrald på Møllevej?",
        shows=[picture("slategrey", "JPEG")],
        described="En sofa ved vejen",
    )
    mette.edits("hentes storskrald", "@nordby Hvornår hentes storskrald på Møllevej og Bakken?")
    answered = _opened(anna, "Møllevej og Bakken")
    form = anna.writes("Hej Mette. Den første mandag i måneden, når du har bestilt senest torsdagen før.")
    form.locator("input[type=file]").set_input_files(picture("seagreen"))
    form.locator(".attached textarea").fill("Kort over de veje, hvor der hentes mandag")
    expect(form.locator("button.send")).to_be_enabled()
    form.locator("button.send").click()
    expect(anna.state("Den første mandag", "delivered")).to_be_visible()

    ali.writes("@nordby Må man bade ved molen?")
    rejected = _opened(anna, "bade ved molen")
    misbehave(panel, reject=None, lookup_fail=None)
    anna.sends("Ja, fra maj til september.")
    expect(anna.state("fra maj til september", "rejected")).to_be_visible()
    misbehave(panel, lookup_fail=None)

    ali.writes("@nordby Hvordan bliver affaldsplanen næste år?")
    parts = _opened(anna, "affaldsplanen næste år")
    anna.sends(LONG)
    expect(anna.page.locator("#thread [data-state=delivered]")).to_have_count(2)

    kirsten.writes("@nordby Jeg fortryder nok dette her.")
    gone = _opened(anna, "fortryder nok dette")
    kirsten.deletes("fortryder nok dette")
    expect(anna.page.locator("#thread .msg.gone")).to_be_visible()

    damgaard.writes("Min nabo brænder affald. Mit nummer er 211062-5629.", privately=True)
    private = _opened(anna, "nabo brænder affald")
    anna.writes("Vej og Park kender sagen.", "note").locator("button.send").click()
    expect(anna.page.locator("#thread > .note")).to_be_visible()
    anna.sends("Tak for beskeden. Vi ser på det, og skriv ikke dit nummer her.", "private")
    anna.page.locator(".toast button").click()
    expect(anna.state("Vi ser på det", "withdrawn")).to_be_visible()

    mette.writes("@nordby Tillykke med den nye skøjtebane!")
    dismissed = _opened(anna, "den nye skøjtebane")
    anna.page.locator("#talk [popovertarget=more]").first.click()
    anna.page.locator("#talk [data-key=d]").click()
    anna.page.locator("#dismiss input[type=radio]").first.check()
    anna.page.locator("#dismiss button.primary").click()
    expect(anna.page.locator("[data-key=o]")).to_be_visible()

    damgaard.writes("@nordby Hvor kan jeg se dagsordenen til næste byrådsmøde?")
    asked = _opened(anna, "dagsordenen til næste")

    returned = there_and_back(stage, anna)

    ali.writes("@nordby Jeg kommer forbi og smadrer jeres rude.")
    _opened(anna, "smadrer jeres rude")
    hide(anna.page, "smadrer jeres rude", "Trusler")
    kirsten.writes("@nordby Mit nummer er 211062-5629, er min ansøgning modtaget?")
    exposed = _opened(anna, "er min ansøgning modtaget")

    damgaard.writes("@nordby Jeg kan ikke mere, jeg vil tage mit liv.")
    danger = _opened(anna, "vil tage mit liv")
    # Else a strip would stand over every view.
    anna.page.locator("#talk .acute form[action*='/acknowledge'] button").click()
    expect(anna.page.locator("#talk .acute form[action*='/acknowledge']")).to_have_count(0)

    with closed(stage.signed_in("lone")):
        kirsten.writes("@nordby Må man overnatte i shelteret ved åen?")
        planned = _opened(anna, "overnatte i shelteret")
        anna.writes("Ja, når du har bestilt det.").locator("button.later").click()
        expect(anna.state("når du har bestilt det", "queued")).to_be_visible()

    ali.writes("@nordby Gælder frikortet også i nabokommunen?")
    with new_here(stage.signed_in("lone"), "Anna Krogh"):
        held = _opened(anna, "frikortet også")
        anna.writes("Ja, i hele regionen.").locator("button.send").click()
        expect(anna.state("i hele regionen", "held")).to_be_visible()
    ali.writes("@nordby Syvende gang: I er ikke til at bruge til noget.")
    stopped = _opened(anna, "Syvende gang")
    stops(anna, "Det samme igen og igen", "Syvende gang")
    ali.writes("@nordby Jeg ved, hvor du bor.")
    _opened(anna, "hvor du bor")
    reports(anna, "hvor du bor")

    gathering = storm(stage, anna)

    expect(jonas.state("Broen åbner igen", "needs-human")).to_be_visible(timeout=120_000)
    behave(panel)
    auditor = stage.signed_in("rikke")
    auditor.goto("/audit?q=storskrald")
    entry = auditor.locator("tbody a[href*='/audit/entry/']").last.get_attribute("href")
    assert entry is not None
    return Day(
        answered,
        asked,
        private,
        gone,
        doubtful,
        rejected,
        parts,
        dismissed,
        planned,
        returned,
        exposed,
        danger,
        held,
        stopped,
        gathering,
        entry,
    )


def _opened(agent: AtTheDesk, words: str) -> str:
    agent.opens(words, "unassigned")
    return conversation_id(agent.page)
