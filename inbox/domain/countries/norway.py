"""Norway: Digipost, fødselsnummer and D-nummer, innsyn. Words only; no law is given here."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from inbox.domain.countries.shape import CountryPack, SafeWay

NORWAY: Final = CountryPack(
    code="NO",
    name=MappingProxyType({"da": "Norge", "nb": "Norge", "en": "Norway"}),
    language="nb",
    zone="Europe/Oslo",
    holidays="NO",
    numbers=("fnr",),
    instead=MappingProxyType(
        {
            "da": "En privat besked er heller ikke et sikkert sted. Brug Digipost eller selvbetjening via ID-porten.",
            "nb": "En privat melding er heller ikke et trygt sted. Bruk Digipost eller selvbetjening via ID-porten.",
            "en": "A private message is no safe place for it either. Use Digipost, or self-service through ID-porten.",
        }
    ),
    safe_ways=(
        SafeWay(
            "self_service",
            "link",
            MappingProxyType({"da": "Selvbetjening", "nb": "Selvbetjening", "en": "Self-service"}),
            MappingProxyType(
                {
                    "da": "Du kan se og ordne det selv, når du logger ind via ID-porten her: {place}",
                    "nb": "Du kan se og ordne det selv når du logger inn via ID-porten her: {place}",
                    "en": "You can see to it yourself when you log in through ID-porten here: {place}",
                }
            ),
        ),
        SafeWay(
            "digipost",
            "link",
            MappingProxyType({"da": "Digipost", "nb": "Digipost", "en": "Digipost"}),
            MappingProxyType(
                {
                    "da": "Skriv til os i Digipost, så er det kun os, der læser det: {place}",
                    "nb": "Skriv til oss i Digipost, så er det bare vi som leser det: {place}",
                    "en": "Write to us by Digipost, so that only we read it: {place}",
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
        {"da": "klage over en afgørelse", "nb": "klage på vedtak", "en": "appeal against a decision"}
    ),
    access=MappingProxyType({"da": "aktindsigt", "nb": "innsyn", "en": "access to documents"}),
    words=MappingProxyType(
        {
            "citizen": MappingProxyType({"da": "borger", "nb": "innbygger", "en": "resident"}),
            "decision": MappingProxyType({"da": "afgørelse", "nb": "vedtak", "en": "decision"}),
            "national_number": MappingProxyType(
                {
                    "da": "norsk fødselsnummer eller D-nummer",
                    "nb": "norsk fødselsnummer eller D-nummer",
                    "en": "Norwegian fødselsnummer or D-nummer",
                }
            ),
        }
    ),
)
