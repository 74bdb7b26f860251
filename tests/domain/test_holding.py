"""Words that hold and words that answer. The person decides; the words only propose."""

from __future__ import annotations

import pytest

from inbox.domain.holding import sounds_like_holding


@pytest.mark.parametrize(
    "text",
    [
        "Hej Mette. Vi kigger på det og skriver igen.",
        "Tak for din besked!",
        "Vi undersøger sagen, og jeg vender tilbage i morgen.",
        "Hei! Vi ser på saken og kommer tilbake til deg.",
        "Takk for henvendelsen.",
        "We’re looking into it.",
        "Thanks Ali, I'll get back to you tomorrow.",
    ],
)
def test_these_hold(text: str) -> None:
    assert sounds_like_holding(text)


@pytest.mark.parametrize(
    "text",
    [
        "Svømmehallen åbner klokken 7.",
        "Tak for din besked. Svømmehallen åbner klokken 7.",
        "Du skal møde op ved skranken, når du vender tilbage fra ferie.",
        "The bus leaves at nine.",
        "",
        "Vi kigger på det. " + "Svømmehallen er åben hver dag. " * 20,
    ],
)
def test_these_answer(text: str) -> None:
    assert not sounds_like_holding(text)
