"""Words that stand in messages about anything, in Danish, Norwegian bokmål and English: they make nothing alike.

Data for `gathering.py`: function words, greetings, thanks, words of asking and of time, and what people call the
organisation. What it must not do: hold a word that says what a message is about.
"""

from __future__ import annotations

from typing import Final

_DANISH: Final = """
nummer nr adresse ad af aldrig alle alt altså anden andet andre at bare begge blev blive bliver da de dem den denne
der deres det dette dig din dine disse dit dog du efter eller en end endnu er et fat fik flere for forbi fra få får
før først gang gjort gik give giver gjorde god godt gør gøre gøres ha ham han har havde have hej hejsa hej hele hel
helt hende hendes henne her hjælp hjælpe hos hun hva hvad hvem hver hvilke hvilken hvilket hvis hvor hvordan hvorfor
hvornår i ift igen ikke ind ingen ja jeg jer jeres jo kan kom komme kommer kommune kommunen kommunens kunne lad lade
lidt lige længe længere man mange med meget men mener mere mig min mindre mine mit mod mon må måske nej ned netop
nogen noget nogle nok nu nye ny når næste næsten nå også okay ok om omkring op os over overhovedet passer på rigtig
rigtigt rundt samme se selv ser siden sidst sig siger sige sikker sikkert sin sine sit skal ske sker sket skulle slet
små som stadig stor store så sådan synes tak tid til tilbage to tro tror ud uden under undskyld var ved vel venligst
vi via vil ville virkelig vores være været vær ved vide vidste altid dag dage dagen igår idag i morgen imorgen time
timer uge uger galt forkert problem problemer spørgsmål spørge svar svare svarer nyt besked information info tænker
høre hørt læst læse set fortælle fortalt at vide gerne vente venter ventet hilsen mvh kh bh bor boende hjemme gade
gaden vejen vej nede oppe ude inde både hverken enten fordi derfor dermed samt endelig egentlig lørdag søndag mandag
tirsdag onsdag torsdag fredag
"""
_NORWEGIAN: Final = """
nummer nr adresse alltid andre annen annet at av bare begge bli blir ble blitt da de deg dem den denne der dere deres
det dette din dine disse ditt du eller en enda er et etter for fordi fra få får fått før først ganger gir gjelder gjør
gjøre gjort god godt ha hadde han har hei heisann hele helt her hjelp hjelpe hos hun hva hvem hver hvilke hvilken hvis
hvor hvordan hvorfor i igjen ikke ingen inn ja jeg kan kom komme kommer kommune kommunen kunne la lenge lenger litt
man mange med meg meget men mener mer min mindre mine mitt mot må måtte ned nei neste noe noen nok nå når nye nytt og
også okay ok om opp oss over på riktig rundt samme se seg selv ser siden sikker sikkert sin sine sist sitt skal skje
skjer skjedd skulle slik som stemmer stor store så sånn takk tid til tilbake tror trur ut uten under unnskyld var ved
vel vennligst vi vil ville virkelig vite visste vår våre vært være dag dager i går i dag i morgen time timer uke uker
galt feil problem problemer spørsmål spørre svar svare svarer beskjed informasjon tenker høre hørt lest lese sett
fortelle gjerne vente venter ventet hilsen mvh bor hjemme gata gate veien vei både enten derfor endelig egentlig
lørdag søndag mandag tirsdag onsdag torsdag fredag
"""
_ENGLISH: Final = """
number no a about after again all also am an and any anybody anyone are as ask asking at be been before being but by
can could day days did do does doing don for from get go got had has have he hello help her here hey hi him his how i
if in is it its just know let like me more much my need no not now of ok okay on one or our out over please problem
question really right said say see she should so some still street sure tell than thank thanks that the their them
then there these they this time to today tomorrow too true up us very want was we week were what when where which who
why will with wrong would yes yesterday yet you your
"""
SAYS_NOTHING: Final = frozenset(f"{_DANISH} {_NORWEGIAN} {_ENGLISH}".split())
