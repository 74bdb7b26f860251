"""When a message is of another kind than the many around it: danger, a national number, an impostor, a complaint.

Why it exists: whoever is in danger must not stand as the thirty-fifth of thirty-five alike questions, and a complaint
is owed an answer of its own. The words are data, in Danish, Norwegian bokmål and English, written as the beginnings of
words (`trussel` finds `trusselen`) or as several words in a row. Finding too many costs one row of a list; finding too
few may cost more, so that in doubt a message is of another kind. What it must not do: judge what was meant, or decide
what is done about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

from inbox.domain import personal_data
from inbox.domain.countries import terms


class Kind(StrEnum):
    """In the order in which they are looked for: the first that is found counts."""

    DANGER = "danger"
    NUMBER = "number"
    IMPOSTOR = "impostor"
    COMPLAINT = "complaint"


_DANGER: Final = (
    # Danish
    "selvmord", "tage mit liv", "tage livet af", "ikke leve mere", "ikke leve længere", "vil dø", "vil ikke leve",
    "gøre en ende på det", "skade mig selv", "skære mig", "slå mig selv ihjel", "slå ihjel", "slå dig ihjel",
    "slår jer ihjel", "dræb", "myrde", "voldtæg", "voldtag", "trusle", "trussel", "true mig", "truer", "tæsk",
    "vold ", "voldelig", "kniv", "skyde ", "pistol", "bombe", "overfald", "livsfare", "livsfarlig", "bevidstløs",
    "brænder ned", "ring 112", "ringe 112", "banker sine børn", "slår sine børn", "slår mig", "blive væk fra huset",
    "barn i fare", "børn i fare", "barn er i fare", "barnet er i fare", "mishandl",
    # Norwegian
    "sjølmord", "selvmord", "ta livet", "ta mitt liv", "ikke leve lenger", "vil ikke leve", "skade meg selv",
    "kutte meg", "drepe", "drep ", "myrde", "voldta", "voldtekt", "truer", "trussel", "trusler", "slår meg",
    "skyte", "våpen", "overfalt", "overfall", "livsfare", "bevisstløs", "ring 113", "ringe 113", "banker barna",
    "barn er i fare", "barna er i fare",
    # English
    "suicide", "kill myself", "kill you", "end my life", "want to die", "hurt myself", "murder", "rape", "gun ",
    "bomb", "stabbed", "threaten", "beats me", "beats her", "unconscious",
    "child in danger", "child is in danger",
)  # fmt: skip
_IMPOSTOR: Final = (
    "falsk profil", "falsk konto", "falsk side", "falske profil", "udgiver sig for", "udgav sig for",
    "udgiver jer for", "er det virkelig jer", "er det jer der", "svindel", "svindler", "fup", "phishing", "hacket",
    "identitetstyveri", "falsk profil", "utgir seg for", "utga seg for", "er det virkelig dere", "er det dere som",
    "svindel", "lureri", "hacka", "identitetstyveri", "nettfiske", "fake account", "fake profile", "impersonat",
    "pretending to be", "scam", "is this really you", "hacked",
)  # fmt: skip
_COMPLAINT: Final = (
    "klage over", "klager over", "klage på", "klager på", "klageadgang", "klagevejledning", "klagefrist",
    "officiel klage", "formel klage", "indgive klage", "indsende klage", "vil klage", "aktindsigt", "ombudsmand",
    "ankestyrelsen", "advokat", "erstatning", "erstatte", "anmelde", "anmeldelse", "sagsøg", "politianmeld",
    "inkompetent sagsbehand", "klage på", "klager på", "klageadgang", "klagefrist", "formell klage", "sende klage",
    "vil klage", "innsyn", "ombudsmann", "sivilombud", "statsforvalter", "advokat", "erstatning", "anmelde",
    "saksøk", "file a complaint", "formal complaint", "complain about", "freedom of information", "ombudsman",
    "lawyer", "compensation", "sue you",
)  # fmt: skip
WORDS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.DANGER: _DANGER,
    Kind.IMPOSTOR: _IMPOSTOR,
    # What a country calls it, in whichever house: a Dane complains to a Norwegian authority in Danish words.
    Kind.COMPLAINT: (*_COMPLAINT, *terms()),
}


def kind(text: str, today: date | None = None) -> Kind | None:
    """The first kind whose words or numbers stand in the text; None for a message like any other.

    `today`: see `personal_data.find`; a number that is only likely counts. Takes time in proportion to the text.
    """
    plain = " ".join(text.casefold().split())
    if _pattern(Kind.DANGER).search(plain):
        return Kind.DANGER
    if personal_data.find(text, today):
        return Kind.NUMBER
    return next((one for one in (Kind.IMPOSTOR, Kind.COMPLAINT) if _pattern(one).search(plain)), None)


@cache
def _pattern(of: Kind) -> re.Pattern[str]:
    """The words as one pattern; a word that ends in a blank here ends there, too."""
    each = (re.escape(one.rstrip()) + (r"\b" if one.endswith(" ") else "") for one in dict.fromkeys(WORDS[of]))
    return re.compile(rf"\b(?:{'|'.join(each)})")
