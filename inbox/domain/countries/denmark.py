"""Denmark: Digital Post, CPR numbers, aktindsigt. Words only; no law is given here."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from inbox.domain.countries.shape import CountryPack, SafeWay

DENMARK: Final = CountryPack(
    code="DK",
    name=MappingProxyType({"da": "Danmark", "nb": "Danmark", "en": "Denmark"}),
    language="da",
    zone="Europe/Copenhagen",
    holidays="DK",
    numbers=("cpr",),
    instead=MappingProxyType(
        {
            "da": "En privat besked er heller ikke et sikkert sted. Brug Digital Post eller selvbetjening med MitID.",
            "nb": "En privat melding er heller ikke et trygt sted. Bruk Digital Post eller selvbetjening med MitID.",
            "en": "A private message is no safe place for it either. Use Digital Post, or self-service with MitID.",
        }
    ),
    safe_ways=(
        SafeWay(
            "self_service",
            "link",
            MappingProxyType({"da": "Selvbetjening", "nb": "Selvbetjening", "en": "Self-service"}),
            MappingProxyType(
                {
                    "da": "Du kan se og ordne det selv, når du logger ind med MitID her: {place}",
                    "nb": "Du kan se og ordne det selv når du logger inn med MitID her: {place}",
                    "en": "You can see to it yourself when you log in with MitID here: {place}",
                }
            ),
        ),
        SafeWay(
            "digital_post",
            "link",
            MappingProxyType({"da": "Digital Post", "nb": "Digital Post", "en": "Digital Post"}),
            MappingProxyType(
                {
                    "da": "Skriv til os i Digital Post, så er det kun os, der læser det: {place}",
                    "nb": "Skriv til oss i Digital Post, så er det bare vi som leser det: {place}",
                    "en": "Write to us by Digital Post, so that only we read it: {place}",
                }
            ),
        ),
        SafeWay(
            "secure_form",
            "link",
            MappingProxyType({"da": "Sikker formular", "nb": "Sikkert skjema", "en": "Secure form"}),
            MappingProxyType(
                {
                    "da": "Her kan du skrive sikkert til os: {place}",
                    "nb": "Her kan du skrive sikkert til oss: {place}",
                    "en": "You can write to us safely here: {place}",
                }
            ),
        ),
        SafeWay(
            "phone",
            "phone",
            MappingProxyType({"da": "Telefon", "nb": "Telefon", "en": "Phone"}),
            MappingProxyType(
                {
                    "da": "Ring til os på {place}, så hjælper vi dig videre.",
                    "nb": "Ring oss på {place}, så hjelper vi deg videre.",
                    "en": "Call us on {place}, and we will help you from there.",
                }
            ),
        ),
    ),
    complaint=MappingProxyType(
        {"da": "klage over en afgørelse", "nb": "klage på et vedtak", "en": "appeal against a decision"}
    ),
    access=MappingProxyType({"da": "aktindsigt", "nb": "innsyn", "en": "access to documents"}),
    words=MappingProxyType(
        {
            "citizen": MappingProxyType({"da": "borger", "nb": "borger", "en": "citizen"}),
            "decision": MappingProxyType({"da": "afgørelse", "nb": "avgjørelse", "en": "decision"}),
            "national_number": MappingProxyType(
                {"da": "dansk CPR-nummer", "nb": "dansk CPR-nummer", "en": "Danish CPR number"}
            ),
        }
    ),
)
