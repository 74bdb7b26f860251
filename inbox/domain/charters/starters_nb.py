"""The Norwegian bokmål starter charters: where a channel begins that has none.

Our own words, to be changed by whoever answers. The four sentences go on from what stands before them on the page
(“We answer …”).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from inbox.domain.charters.charter import Charter, Example, Reason
from inbox.domain.charters.rulings import starting_rulings

_LANGUAGE: Final = "nb"
_GUIDANCE: Final = "Veiledende svar"
_REASONS: Final = (
    Reason(
        "Personopplysninger",
        "Vi skjuler innlegg med opplysninger om personer som ikke bør stå åpent. Skriv gjerne igjen uten dem.",
    ),
    Reason(
        "Trusler",
        "Vi skjuler trusler, uansett hvem de er rettet mot.",
    ),
    Reason(
        "Hat og trakassering",
        "Vi skjuler innlegg som håner eller forfølger noen. Uenighet er alltid velkommen.",
    ),
    Reason(
        "Søppelpost",
        "Vi skjuler reklame og det samme innlegget sendt om og om igjen.",
    ),
)

STARTERS: Final[Mapping[str, Charter]] = MappingProxyType(
    {
        "authority": Charter(
            answers="hva reglene sier, når fristene går ut, og hvordan man bruker sidene våre.",
            passes_on="alt som krever at vi ser i en sak: til selvbetjening, Digipost eller telefon.",
            never="hvordan en bestemt sak vil gå, hva loven burde være, og andres forhold.",
            tone=(
                "vennlig og klar. Hverdagsord først, lovens ord etterpå hvis de hjelper. Et smil er "
                "velkomment, en vits om penger eller sykdom er det ikke."
            ),
            proud=(
                Example(
                    (
                        "Hei Ali. Fristen er 1. juli, og du kan rette helt fram til midnatt. Etterpå kan du "
                        "fortsatt rette, men da går det gjennom en saksbehandler og tar lengre tid."
                    ),
                    "Svaret først, forklaringen etterpå – og man vet også hva som skjer hvis man er sent ute.",
                ),
                Example(
                    (
                        "Godt spørsmål, og svaret er: som regel ja. Regelen står her, og det som kan gjøre en "
                        "forskjell for deg, er om du har bodd i landet hele året."
                    ),
                    "Veileder uten å avgjøre noe, og viser hva det kommer an på.",
                ),
                Example(
                    (
                        "Vi hører at brevet var vanskelig å forstå, og har sagt det videre til dem som skriver det. "
                        "I mellomtiden: Du trenger ikke gjøre noe hvis tallene stemmer."
                    ),
                    "Tar kritikken på alvor og gir ro.",
                ),
            ),
            not_proud=(
                Example(
                    "Vi viser til gjeldende regelverk.",
                    "Ingen ble klokere. Nå skriver vi regelen i én setning og lenker til den.",
                ),
            ),
            standard_line=_GUIDANCE,
            rulings=starting_rulings(_LANGUAGE),
            reasons=_REASONS,
        ),
        "municipality": Charter(
            answers="regler, frister, åpningstider og drift – og hvor man finner resten.",
            passes_on=(
                "alt som handler om én bestemt sak: til selvbetjening, Digipost eller telefon, og vi sier hvorfor."
            ),
            never="partipolitikk, gjetninger om vedtak og spørsmål om andre mennesker.",
            tone="varm og kort. Gjerne humor, aldri på innbyggerens bekostning.",
            proud=(
                Example(
                    (
                        "Hei Mette. Ja, begge foreldrene må si ja til passet, men den ene kan gjøre det digitalt "
                        "hjemmefra. Det tar to minutter, og lenken er her."
                    ),
                    "Svarer på det det ble spurt om, og sparer noen for en tur.",
                ),
                Example(
                    (
                        "Du har rett: Skiltet i Bakkeveien sto feil i tre uker. Det ble rettet i morges. Takk for "
                        "at du sa fra."
                    ),
                    "Innrømmer feilen uten omsvøp og sier hva som er gjort.",
                ),
                Example(
                    (
                        "Det kan jeg dessverre ikke svare på her, for da må jeg kjenne saken din. Skriv til oss i "
                        "Digipost, så får du svar fra noen som kan se den."
                    ),
                    "Sier nei til å ta saken i det åpne, men lar ingen stå uten en vei videre.",
                ),
            ),
            not_proud=(
                Example(
                    "Dette fremgår av nettsiden.",
                    (
                        "Det var riktig, men vi lot innbyggeren lete selv. Nå gir vi lenken og den ene setningen "
                        "som svarer."
                    ),
                ),
            ),
            standard_line=_GUIDANCE,
            rulings=starting_rulings(_LANGUAGE),
            reasons=_REASONS,
        ),
        "company": Charter(
            answers="levering, priser, åpningstider, feil og det andre også kan ha nytte av.",
            passes_on=(
                "bestillinger, betaling og avtaler der vi må vite hvem du er: til selvbetjening, telefon "
                "eller det sikre skjemaet."
            ),
            never="andre kunders forhold, rykter om konkurrenter og tall vi ikke har offentliggjort.",
            tone="frisk og ærlig. Vi sier unnskyld én gang og mener det, og vi selger ingenting når noen er lei seg.",
            proud=(
                Example(
                    (
                        "Uff, en pakke som kommer for sent, er ikke til mye nytte. Den er i Nordby i morgen før kl. "
                        "12. Kommer den ikke, så skriv her, og jeg ringer lageret selv."
                    ),
                    "Et klokkeslett, et navn og et løfte som kan holdes.",
                ),
                Example(
                    (
                        "Nei, den kan dessverre ikke repareres. Men ta vare på esken: Vi tar den i retur til den "
                        "15., også uten kvittering."
                    ),
                    "Et ærlig nei med en vei videre.",
                ),
                Example(
                    "Du har rett i at prisen har gått opp. Det skyldes frakten, og her har vi skrevet hvor mye.",
                    "Svarer på kritikk med et tall i stedet for en unnskyldning.",
                ),
            ),
            not_proud=(
                Example(
                    "Vi beklager ulempen. Kontakt kundeservice.",
                    "Kundeservice var oss. Nå tar den som svarer, selv det neste steget.",
                ),
            ),
            rulings=starting_rulings(_LANGUAGE),
            reasons=_REASONS,
        ),
    }
)
