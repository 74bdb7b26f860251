"""The Danish starter charters: where a channel begins that has none.

Our own words, to be changed by whoever answers. The four sentences go on from what stands before them on the page
(“We answer …”).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from inbox.domain.charters.charter import Charter, Example, Reason
from inbox.domain.charters.rulings import starting_rulings

_LANGUAGE: Final = "da"
_GUIDANCE: Final = "Vejledende svar"
_REASONS: Final = (
    Reason(
        "Personoplysninger",
        "Vi skjuler indlæg med oplysninger om personer, som ikke bør stå offentligt. Skriv gerne igen uden dem.",
    ),
    Reason(
        "Trusler",
        "Vi skjuler trusler, uanset hvem de er rettet mod.",
    ),
    Reason(
        "Had og chikane",
        "Vi skjuler indlæg, der håner eller forfølger nogen. Uenighed er altid velkommen.",
    ),
    Reason(
        "Spam",
        "Vi skjuler reklamer og det samme indlæg sendt igen og igen.",
    ),
)

STARTERS: Final[Mapping[str, Charter]] = MappingProxyType(
    {
        "authority": Charter(
            answers="hvad reglerne siger, hvornår fristerne falder, og hvordan man bruger vores sider.",
            passes_on="alt, der kræver, at vi ser i en sag: til selvbetjening, Digital Post eller telefon.",
            never="hvordan en bestemt sag falder ud, hvad loven burde være, og andres forhold.",
            tone=(
                "venlig og klar. Hverdagsord først, lovens ord bagefter, hvis de hjælper. Et smil er "
                "velkomment, en vits om penge eller sygdom er ikke."
            ),
            proud=(
                Example(
                    (
                        "Hej Ali. Fristen er den 1. juli, og du kan rette helt frem til midnat. Bagefter kan du "
                        "stadig rette, men så går det gennem en sagsbehandler og tager længere tid."
                    ),
                    "Svaret først, forklaringen bagefter – og man ved også, hvad der sker, hvis man er sent på den.",
                ),
                Example(
                    (
                        "Godt spørgsmål, og svaret er: som regel ja. Reglen står her, og det, der kan gøre en "
                        "forskel for dig, er, om du har boet i landet hele året."
                    ),
                    "Vejleder uden at afgøre noget og viser, hvad det kommer an på.",
                ),
                Example(
                    (
                        "Vi kan høre, at brevet var svært at forstå, og har sagt det videre til dem, der skriver "
                        "det. Imens: Du behøver ikke gøre noget, hvis tallene passer."
                    ),
                    "Tager kritikken alvorligt og giver ro.",
                ),
            ),
            not_proud=(
                Example(
                    "Vi henviser til gældende lovgivning.",
                    "Ingen blev klogere. Nu skriver vi reglen i én sætning og linker til den.",
                ),
            ),
            standard_line=_GUIDANCE,
            rulings=starting_rulings(_LANGUAGE),
            reasons=_REASONS,
        ),
        "municipality": Charter(
            answers="regler, frister, åbningstider og drift – og hvor man finder resten.",
            passes_on=(
                "alt, der handler om én bestemt sag: til selvbetjening, Digital Post eller telefon, og vi "
                "siger hvorfor."
            ),
            never="partipolitik, gæt om afgørelser og spørgsmål om andre mennesker.",
            tone="varm og kort. Gerne humor, aldrig på borgerens bekostning.",
            proud=(
                Example(
                    (
                        "Hej Mette. Ja, begge forældre skal sige ja til passet, men den ene kan gøre det digitalt "
                        "hjemmefra. Det tager to minutter, og linket er her."
                    ),
                    "Svarer på det, der blev spurgt om, og sparer nogen for en tur.",
                ),
                Example(
                    (
                        "Du har ret: Skiltet på Bakkevej stod forkert i tre uger. Det blev rettet i morges. Tak, "
                        "fordi du sagde det."
                    ),
                    "Indrømmer fejlen uden omsvøb og siger, hvad der er gjort.",
                ),
                Example(
                    (
                        "Det kan jeg desværre ikke svare på her, for så skal jeg kende din sag. Skriv til os i "
                        "Digital Post, så får du svar fra en, der kan se den."
                    ),
                    "Siger nej til at tage sagen i det åbne, men lader ingen stå uden en vej videre.",
                ),
            ),
            not_proud=(
                Example(
                    "Det fremgår af hjemmesiden.",
                    (
                        "Det var rigtigt, men vi lod borgeren lede selv. Nu giver vi linket og den ene sætning, der "
                        "svarer."
                    ),
                ),
            ),
            standard_line=_GUIDANCE,
            rulings=starting_rulings(_LANGUAGE),
            reasons=_REASONS,
        ),
        "company": Charter(
            answers="levering, priser, åbningstider, fejl og det, andre også kan have glæde af.",
            passes_on=(
                "bestillinger, betaling og aftaler, hvor vi skal vide, hvem du er: til selvbetjening, "
                "telefon eller den sikre formular."
            ),
            never="andre kunders forhold, rygter om konkurrenter og tal, vi ikke har offentliggjort.",
            tone=(
                "frisk og ærlig. Vi siger undskyld én gang og mener det, og vi sælger ikke noget, når nogen er "
                "kede af det."
            ),
            proud=(
                Example(
                    (
                        "Øv, en pakke, der kommer for sent, er ikke til megen nytte. Den er i Nordby i morgen inden "
                        "kl. 12. Kommer den ikke, så skriv her, og jeg ringer selv til lageret."
                    ),
                    "Et klokkeslæt, et navn og et løfte, der kan holdes.",
                ),
                Example(
                    (
                        "Nej, den kan desværre ikke repareres. Men gem kassen: Vi tager den retur til den 15., også "
                        "uden kvittering."
                    ),
                    "Et ærligt nej med en vej videre.",
                ),
                Example(
                    "Du har ret i, at prisen er steget. Det skyldes fragten, og her har vi skrevet, hvor meget.",
                    "Svarer på kritik med et tal i stedet for en undskyldning.",
                ),
            ),
            not_proud=(
                Example(
                    "Vi beklager ulejligheden. Kontakt kundeservice.",
                    "Kundeservice var os. Nu tager den, der svarer, selv det næste skridt.",
                ),
            ),
            rulings=starting_rulings(_LANGUAGE),
            reasons=_REASONS,
        ),
    }
)
