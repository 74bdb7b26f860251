"""An afternoon in which the tap water is unsafe: a hundred and fifty people ask about it, each in words of their own,
and fourteen others ask about fourteen other things.

It exists so that the method is measured on paraphrases, not on copies: sentences are drawn from many templates in
Danish and Norwegian, with other streets, greetings, endings, spellings and slips of the finger. What it must not do:
know the method, or use a word because the method likes it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from tests.house import NOON

ALIKE, STRANGERS = 150, 14
LASTS = timedelta(minutes=20)

STREETS = (
    "Bakkevej", "Havnevej", "Strandvej", "Kirkegade", "Møllevej", "Skolegade", "Åboulevarden", "Nordby Torv",
    "Solbakken", "Fjordgata", "Storgata", "Kirkeveien", "Lærkevej", "Engen 14", "Bredgade 7B", "Åsveien", "Nyvej",
)  # fmt: skip
_DANISH = (
    "Skal vi koge vandet på {street}?",
    "skal vandet koges på {street}",
    "Er det rigtigt, at vi skal koge vandet på {street}??",
    "Kan man drikke vandet fra hanen på {street}?",
    "Må vi drikke vandet fra hanen?",
    "Er vandet på {street} farligt at drikke?",
    "Hvornår kan vi drikke vandet igen?",
    "Vandet er brunt på {street}. Må vi drikke det?",
    "Vi har en baby på 4 måneder. Skal vandet til flasken koges, selv om vi bor på {street}?",
    "Hvor længe skal vi blive ved med at koge drikkevandet?",
    "Gælder kogeanbefalingen også {street}? Vi har ikke hørt noget om vandet.",
    "Drikkevandet skal åbenbart koges. Gælder det {street}?",
    "Kan børnene børste tænder i vandet, eller skal det koges først?",
    "Hvor længe skal vandet koge, før det er sikkert at drikke?",
    "Naboen siger, at vandet skal koges. Passer det?",
    "Er der bakterier i vandet på {street}? Skal det koges?",
    "Min datter har drukket vand fra hanen her til morgen. Er det farligt?",
    "Hvad med hunden, må den drikke vand fra hanen?",
    "Skal man også koge det vand, man vasker salat i?",
    "Vand fra hanen på {street} lugter. Skal vi koge det?",
    "I skriver, at vandet skal koges i Nordby by. Hvad med {street}?",
    "Kog vandet eller ej? Vi er mange på {street}, der er i tvivl",
    "Hvorfor får vi ikke en sms om, at vandet skal koges?",
    "Kan vi bruge vandet til kaffe uden at koge det?",
)
_NORWEGIAN = (
    "Må vi koke vannet i {street}?",
    "Er det sant at vannet må kokes i {street}?",
    "Kan vi drikke vannet fra springen?",
    "Er det trygt å drikke vannet i {street}?",
    "Gjelder kokevarselet for drikkevannet også {street}?",
    "Hvor lenge må vi koke vannet?",
    "Vannet er brunt her i {street}. Kan vi drikke det?",
    "Kan ungene drikke vann fra springen, eller må det kokes?",
    "Når kan vi drikke vannet igjen?",
    "Naboen sier at vannet skal kokes, stemmer det?",
    "Er det bakterier i drikkevannet? Må vi koke det?",
    "Hvorfor har ingen sagt at vi må koke vannet?",
)
_BEFORE = ("", "", "", "Hej. ", "Hej Nordby! ", "Hej @nordby, ", "@nordby ", "Undskyld, ", "Hei! ", "Hallo?? ", "Øh, ")
_AFTER = (
    "", "", "", "", " Mvh Mette", " 🙏", " Tak på forhånd", " Håber I svarer snart", " #vand", " https://nordby.example/vand",
    " Vi har ventet siden kl. 8.", " !!!", " Hilsen en bekymret mor", " 😡", " Takk",
)  # fmt: skip
OTHERS = (
    "Hvornår åbner svømmehallen på lørdag?",
    "Min skraldespand er ikke tømt i dag, hvem ringer jeg til?",
    "Hvad koster vand og afløb om året i kommunen?",
    "Skal min søn på 12 have nyt pas, før vi rejser til Norge?",
    "Gadelygten på hjørnet af Møllevej har været gået ud i to uger",
    "Hvorfor er biblioteket lukket fredag?",
    "Kan jeg få en p-tilladelse til min datter, der er på besøg?",
    "Der er et stort hul i cykelstien ved Engen",
    "Er vandet i svømmehallen varmt nok til babysvømning?",
    "Hvordan skriver man sit barn op til vuggestue?",
    "Kjem bussen til Nordby skule på søndag?",
    "Vandmåleren skal aflæses, men jeg kan ikke finde skemaet",
    "Hvem rydder sne foran plejehjemmet?",
    "Tak for en god forestilling på torvet i går",
)
_NEAR = {sign: near for row in ("qwertyuiopå", "asdfghjklæø", "zxcvbnm") for sign, near in pairwise(row)}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One mention: who, what, when, and whether it is one of the alike."""

    person: str
    text: str
    at: datetime
    alike: bool


def storm(seed: int) -> list[Spoken]:
    """All of it, in the order in which it was said."""
    chance = random.Random(seed)
    said = [(_paraphrase(chance), True) for _ in range(ALIKE)]
    said += [(_slipped(text, chance), False) for text in OTHERS[:STRANGERS]]
    chance.shuffle(said)
    step = LASTS / len(said)
    return [
        Spoken(f"citizen-{seed}-{number}", text, NOON + number * step, alike)
        for number, (text, alike) in enumerate(said)
    ]


def _paraphrase(chance: random.Random) -> str:
    template = chance.choice(_DANISH if chance.random() < 0.7 else _NORWEGIAN)
    text = _slipped(template.format(street=chance.choice(STREETS)), chance)
    if chance.random() < 0.1:
        text = text.lower().rstrip("?.")
    if chance.random() < 0.04:
        text = text.upper()
    return f"{chance.choice(_BEFORE)}{text}{chance.choice(_AFTER)}"


def _slipped(text: str, chance: random.Random) -> str:
    """As it was typed on a bus: now and then a letter is missing, doubled, exchanged or one key away."""
    if chance.random() > 0.35:
        return text
    signs = list(text)
    for _ in range(chance.choice((1, 1, 2))):
        at = chance.randrange(1, len(signs) - 1)
        match chance.choice(("drop", "double", "swap", "near", "ascii")):
            case "drop":
                del signs[at]
            case "double":
                signs.insert(at, signs[at])
            case "swap":
                signs[at], signs[at + 1] = signs[at + 1], signs[at]
            case "near":
                signs[at] = _NEAR.get(signs[at].lower(), signs[at])
            case _:
                signs = list("".join(signs).replace("å", "aa").replace("ø", "oe").replace("æ", "ae"))
        if len(signs) < 4:
            break
    return "".join(signs)
