"""A crowd of invented citizens, for a busy day on demand.

Why it exists: one person can't type a hundred mentions to see how the house takes them. What it must not do:
run by itself, or say anything that could be taken for a real person's words.
"""

from __future__ import annotations

import random
import secrets

from sqlalchemy import Engine

from connectors.square.citizens import be, visitor_of
from connectors.square.writing import Told, say

MOST = 100
_PEOPLE = ("Mette Holm", "Ali R.", "Kirsten V.", "J. Damgaard")
_WORDS = (
    "Hvornår åbner skøjtebanen på torvet?",
    "Hvem rydder stien ved Mølledam? Det er en glidebane.",
    "Tak for hurtig hjælp i Borgerservice i dag!",
    "Min affaldsspand blev ikke tømt i går. Hvad gør jeg?",
    "Er svømmehallen åben i vinterferien?",
    "Lygten på hjørnet af Møllevej og Skolegade er gået ud.",
    "Kan man betale med kontanter på genbrugspladsen?",
    "Kjem bussen til Nordby skule på søndag?",
    "Hvorfor er biblioteket lukket fredag?",
    "Jeg har ventet to uger på svar om min byggetilladelse.",
)


def gather(engine: Engine, handle: str, count: int) -> list[Told]:
    """`count` mentions of the account, at most `MOST`, by people who exist only for this."""
    visitors = [visitor_of(secrets.token_urlsafe(24)) for _ in range(1 + min(count, MOST) // 20)]
    deeds = []
    for number in range(min(count, MOST)):
        speaker = be(engine, visitors[number % len(visitors)], random.choice(_PEOPLE))
        deeds.append(say(engine, speaker, f"@{handle} {random.choice(_WORDS)}"))
    return deeds
