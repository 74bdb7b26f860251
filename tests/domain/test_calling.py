"""One word in another's place: in the right form, and in every sentence of the house that has the word at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from inbox.domain.countries import LANGUAGES, PACKS, pack
from inbox.domain.countries.calling import CHOICES, NOUNS, SAID, WORD, called, chosen_word, reworded
from inbox.domain.errors import Invalid

LOCALE = Path(__file__).resolve().parents[2] / "inbox" / "locale"
STEMS = {"da": "borger", "nb": "innbygger", "en": "citizen"}
AGREES = re.compile(r"\b(?:den|denne|hver|ingen|anden|annen|nogen|noen|min|din|vår|en) \w+$", re.IGNORECASE)
"""A word that would have to change before a neuter noun, and did not."""


def sentences(language: str) -> list[str]:
    """Every sentence of a catalogue; the English ones are the sources of the Danish."""
    with (LOCALE / ("da" if language == "en" else language) / "LC_MESSAGES" / "messages.po").open("rb") as file:
        messages = list(read_po(file))
    texts = [one.id if language == "en" else one.string for one in messages]
    return [text for one in texts if one for text in ([one] if isinstance(one, str) else one)]


@pytest.mark.parametrize(
    ("language", "word", "sentence", "becomes"),
    [
        ("da", "kunde", "Venter på borger", "Venter på kunde"),
        ("da", "kunde", "Åbnet igen af borgerens besked", "Åbnet igen af kundens besked"),
        ("da", "medlem", "En borgers offentlige ord, som vi så dem", "Et medlems offentlige ord, som vi så dem"),
        ("da", "medlem", "Kun det, en borger har skrevet, kan meldes.", "Kun det, et medlem har skrevet, kan meldes."),
        ("da", "medlem", "Opdigtede borgere skriver", "Opdigtede medlemmer skriver"),
        ("da", "bruger", "Borgeren har skrevet til dig", "Brugeren har skrevet til dig"),
        ("nb", "borger", "Innbyggeren har skrevet til deg", "Borgeren har skrevet til deg"),
        ("nb", "medlem", "under innbyggerens melding", "under medlemmets melding"),
        ("en", "customer", "A citizen’s public words", "A customer’s public words"),
        ("en", "resident", "citizens have the last word", "residents have the last word"),
        ("en", "customer", "without the citizens’ names", "without the customers’ names"),
        ("nb", "medlem", "uten innbyggernes navn", "uten medlemmenes navn"),
        ("da", "medlem", "Ingen borger har sagt noget her.", "Intet medlem har sagt noget her."),
        ("da", "medlem", "Den anden borger, og en borgers ord", "Det andet medlem, og et medlems ord"),
        ("da", "kunde", "Ingen borger har sagt noget her.", "Ingen kunde har sagt noget her."),
        ("da", "medlem", "Fjern den borgeren skrev", "Fjern den medlemmet skrev"),
        ("da", "borger", "Venter på borger", "Venter på borger"),
        ("da", "kunde", "Borgerservice og borgermøde", "Borgerservice og borgermøde"),
        ("fr", "client", "citizen", "citizen"),
    ],
)
def test_the_word_stands_in_the_form_that_the_sentence_needs(
    language: str, word: str, sentence: str, becomes: str
) -> None:
    assert reworded(sentence, language, word) == becomes


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_the_house_keeps_the_old_word(language: str) -> None:
    """A form that the table has not, or a word before it that would have to change, is found here."""
    mine = [text for text in sentences(language) if STEMS[language] in text.casefold()]
    assert len(mine) > 50
    for word in NOUNS[language].keys() - {SAID[language]}:
        for text in mine:
            said = reworded(text, language, word)
            assert STEMS[language] not in said.casefold().replace("innbygger" if word == "borger" else "\0", ""), text
            assert said != text


@pytest.mark.parametrize("language", ["da", "nb"])
def test_what_stands_before_a_neuter_word_agrees_with_it(language: str) -> None:
    for text in sentences(language):
        if STEMS[language] in text.casefold():
            said = reworded(text, language, "medlem")
            for match in re.finditer(r"\bmedlem(?:s|met|mets)?\b", said, re.IGNORECASE):
                assert not AGREES.search(said[: match.end()]), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_house_is_taken_for_another(language: str) -> None:
    """What may be chosen is no word that a sentence uses for something else in the same form beside the citizen."""
    for text in sentences(language):
        if STEMS[language] not in text.casefold():
            assert reworded(text, language, next(iter(NOUNS[language].keys() - {SAID[language]}))) == text


def test_every_pack_and_every_choice_is_a_word_that_sentences_can_be_made_with() -> None:
    for language in LANGUAGES:
        words = {one.words[WORD][language] for one in PACKS.values()} | {one[language] for one in CHOICES.values()}
        assert words == set(NOUNS[language])


def test_the_countrys_word_holds_until_the_organisation_chooses_its_own() -> None:
    assert [called(pack("DK"), "", language) for language in LANGUAGES] == ["borger", "borger", "citizen"]
    assert [called(pack("NO"), "", language) for language in LANGUAGES] == ["borger", "innbygger", "resident"]
    assert [called(pack("NO"), "customer", language) for language in LANGUAGES] == ["kunde", "kunde", "customer"]
    assert called(pack("DK"), "member", "fr") == "member"


def test_only_a_word_of_the_list_is_taken() -> None:
    assert chosen_word("") == ""
    assert chosen_word("customer") == "customer"
    for typed in ("kunde", "Customer", "<b>", "x" * 100_000):
        with pytest.raises(Invalid) as refused:
            chosen_word(typed)
        assert refused.value.field == "calling"
