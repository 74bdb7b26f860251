"""The promises, changed by people: a target tried out and saved, an order made by keys, by hand, without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running import address, pass_the_door
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]
PAGE = "/settings/policies"


def order(page: Page) -> list[str]:
    """The rules' names from first to last."""
    return page.locator("[data-order] .linklike").all_inner_texts()


def adds(page: Page, name: str, target: str, priority: str) -> None:
    """A rule for one priority, on the screen and not saved."""
    page.locator("#add").click()
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type(name)
    page.get_by_label(priority, exact=True).check()
    page.locator("#target-first_response").fill(target)
    page.locator("#try").click()
    expect(page.locator("[data-order]")).to_contain_text(name)


def opens(page: Page, name: str) -> None:
    """Put the rule into fields."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator("#rule")).to_have_text(re.compile(rf"^\d+\. {name}$"))
    expect(page.locator("#name")).to_be_focused()


def version(page: Page) -> int:
    """The version that is in force."""
    found = re.search(r"udgave (\d+)", page.locator("section[aria-labelledby=rule] header").inner_text())
    assert found
    return int(found[1])


@pytest.fixture
def lone(stage: Stage) -> Page:
    """Lone, the lead, before the promises."""
    page = stage.signed_in("lone")
    page.goto(PAGE)
    expect(page.locator("html[data-socket=open]")).to_have_count(1)
    return page


def test_a_target_is_edited_tried_out_and_saved_as_another_version(stage: Stage, lone: Page) -> None:
    stage.citizen("Mette Holm").writes("@nordby Hvad er lovet mig?")
    stage.agent("anna").looks_for("Hvad er lovet mig?")
    before = version(lone)
    opens(lone, "Offentligt")
    lone.locator("#target-first_response").fill("3 t")
    lone.locator("#target-first_response").press("Enter")
    expect(lone.locator("#effect .guard")).to_contain_text("Afgjorte frister røres ikke.")
    expect(lone.locator("#effect .guard b")).to_contain_text(re.compile(r"Ændrer \d+ ure?, der løber"))
    expect(lone.locator("#effect table")).to_contain_text("Offentligt")
    expect(lone.locator("#target-first_response")).to_be_focused()
    expect(lone.locator(".save")).to_contain_text("Ikke gemt endnu.")
    assert version(lone) == before

    lone.get_by_role("button", name=f"Gem som udgave {before + 1}").click()
    expect(lone.locator(".guard.calm")).to_contain_text(f"Udgave {before + 1} er i brug.")
    assert version(lone) == before + 1
    lone.reload()
    expect(lone.locator("[data-order] tr", has_text="Offentligt")).to_contain_text("3 t")

    # Taken back by one version more: nothing is ever unsaid.
    opens(lone, "Offentligt")
    lone.locator("#target-first_response").fill("60")
    lone.locator(".save .primary").click()
    expect(lone.locator(".guard.calm")).to_contain_text(f"Udgave {before + 2} er i brug.")


def test_a_rule_without_targets_gets_its_sentence_beside_the_fields(lone: Page) -> None:
    before = version(lone)
    opens(lone, order(lone)[-1])
    for field in lone.locator(".targets input").all():
        field.fill("")
    lone.locator(".save .primary").click()
    expect(lone.locator("#wrong-targets")).to_have_text("Lov mindst én ting, eller fjern reglen.")
    expect(lone.locator("#target-first_response")).to_have_attribute("aria-invalid", "true")
    expect(lone.locator("#target-first_response")).to_have_accessible_description(
        re.compile("Lov mindst én ting, eller fjern reglen")
    )
    lone.goto(PAGE)
    assert version(lone) == before


def test_rules_are_ordered_by_the_keyboard_alone(lone: Page) -> None:
    before = version(lone)
    saved = order(lone)
    adds(lone, "Akut for alle", "5", "Akut")
    assert order(lone) == [*saved[:-1], "Akut for alle", saved[-1]]

    lone.get_by_role("button", name="Akut for alle", exact=True).focus()
    for _press in range(len(saved) - 1):
        was = order(lone).index("Akut for alle")
        lone.keyboard.press("ArrowUp")
        expect(lone.locator("[data-order] .linklike").nth(was - 1)).to_have_text("Akut for alle")
        expect(lone.locator("[data-order] tr").nth(was - 1).locator(":focus")).to_have_count(1)
    expect(lone.locator("#says")).to_have_text(f"Akut for alle er nu nummer 1 af {len(saved) + 1}.")
    # It is the first: pressing on changes nothing, and neither do the page's own keys.
    lone.keyboard.press("ArrowUp")
    assert order(lone) == ["Akut for alle", *saved]
    lone.keyboard.press("ArrowDown")
    expect(lone.locator("[data-order] .linklike").nth(1)).to_have_text("Akut for alle")

    lone.goto(PAGE)
    assert (order(lone), version(lone)) == (saved, before)


def test_a_hand_drags_a_rule_to_its_place(lone: Page) -> None:
    saved = order(lone)
    adds(lone, "Vigtig for alle", "10", "Vigtig")
    rows = lone.locator("[data-order] tr")
    rows.nth(len(saved) - 1).drag_to(rows.first)
    expect(lone.locator("[data-order] .linklike").first).to_have_text("Vigtig for alle")
    assert order(lone) == ["Vigtig for alle", *saved]
    # The last rule is always the last.
    rows.first.drag_to(rows.last)
    assert order(lone) == ["Vigtig for alle", *saved]


def test_which_rule_applies_is_explained(lone: Page) -> None:
    lone.locator("#which summary").click()
    lone.locator("[name=which_visibility]").select_option("private")
    lone.locator("#ask").click()
    expect(lone.locator("#which .answer")).to_contain_text(", fordi ")


def test_a_group_needs_a_written_reason(lone: Page) -> None:
    before = version(lone)
    lone.locator("#add").click()
    expect(lone.locator("#name")).to_be_focused()
    lone.keyboard.type("Pressen")
    lone.get_by_label("Presse", exact=True).check()
    lone.locator("#target-first_response").fill("15")
    lone.locator(".save .primary").click()
    expect(lone.locator("#wrong-reason")).to_have_text(
        "Skriv, hvorfor disse grupper venter kortere eller længere end andre."
    )
    reason = lone.get_by_label("Hvorfor disse grupper venter kortere eller længere")
    expect(reason).to_have_attribute("aria-invalid", "true")
    expect(reason).to_have_accessible_description(re.compile("Skriv, hvorfor .* Ligebehandling er reglen"))
    assert version(lone) == before

    reason.fill("En avis spørger på vegne af mange.")
    lone.locator(".save .primary").click()
    expect(lone.locator(".guard.calm")).to_contain_text(f"Udgave {before + 1} er i brug.")
    lone.reload()
    row = lone.locator("[data-order] tr", has_text="Pressen")
    expect(row.locator("small")).to_have_text(["Presse", "En avis spørger på vegne af mange."])
    opens(lone, "Pressen")
    expect(lone.get_by_label("Presse", exact=True)).to_be_checked()
    lone.get_by_role("button", name="Fjern reglen").click()
    expect(row).to_have_count(0)
    lone.locator(".save .primary").click()
    expect(lone.locator(".guard.calm")).to_contain_text(f"Udgave {before + 2} er i brug.")


def test_an_agent_reads_the_list_and_has_no_fields(stage: Stage) -> None:
    page = stage.signed_in("anna")
    page.goto(PAGE)
    expect(page.locator("h1")).to_have_text("Svarfrister")
    assert page.locator("#promises, .save, #add, [data-order]").count() == 0


def test_without_a_script_the_same_form_does_it(stage: Stage) -> None:
    page = stage.visitor(java_script_enabled=False)
    pass_the_door(page, address("per"), stage.house.logins[address("per")])
    page.goto(PAGE)
    before, saved = version(page), order(page)
    page.locator("#add").click()
    page.locator("#name").fill("Akut uden script")
    page.get_by_label("Akut", exact=True).check()
    page.locator("#target-first_response").fill("5 min")
    page.locator(f"#up-{len(saved)}").click()
    assert order(page) == [*saved[:-2], "Akut uden script", *saved[-2:]]
    page.locator("#target-first_response").press("Enter")
    expect(page.locator("#effect")).to_contain_text("Afgjorte frister røres ikke.")
    page.locator(".save .primary").click()
    expect(page.locator(".guard.calm")).to_contain_text(f"Udgave {before + 1} er i brug.")
    page.get_by_role("button", name="Akut uden script", exact=True).click()
    page.get_by_role("button", name="Fjern reglen").click()
    assert order(page) == saved
    page.locator(".save .primary").click()
    expect(page.locator(".guard.calm")).to_contain_text(f"Udgave {before + 2} er i brug.")
