"""The English starter charters: where a channel begins that has none.

Our own words, to be changed by whoever answers. The four sentences go on from what stands before them on the page
(“We answer …”).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from inbox.domain.charters.charter import Charter, Example, Reason
from inbox.domain.charters.rulings import starting_rulings

_LANGUAGE: Final = "en"
_GUIDANCE: Final = "Guidance, not a decision"
_REASONS: Final = (
    Reason(
        "Personal data",
        (
            "We hide posts with details about people that should not be public. You are welcome to post again "
            "without them."
        ),
    ),
    Reason(
        "Threats",
        "We hide threats, whoever they are aimed at.",
    ),
    Reason(
        "Hate and harassment",
        "We hide posts that mock or pursue somebody. Disagreement is always welcome.",
    ),
    Reason(
        "Spam",
        "We hide advertising, and the same post sent again and again.",
    ),
)

STARTERS: Final[Mapping[str, Charter]] = MappingProxyType(
    {
        "authority": Charter(
            answers="what the rules say, when things are due, and how to use our pages.",
            passes_on="whatever needs a look into a case: to self-service, secure mail or the phone.",
            never="how a certain case will end, what the law ought to be, and other people’s affairs.",
            tone=(
                "friendly and clear. Everyday words first, the law’s words afterwards where they help. A smile "
                "is welcome; a joke about money or illness is not."
            ),
            proud=(
                Example(
                    (
                        "Hi Ali. It is due on 1 July, and you can change it until midnight. After that you still "
                        "can, but then a case worker has to look at it, which takes longer."
                    ),
                    "The answer first, the explanation after it – and one knows what happens if one is late.",
                ),
                Example(
                    (
                        "Good question, and the answer is: as a rule, yes. The rule is here, and what may make a "
                        "difference for you is whether you lived in the country all year."
                    ),
                    "Guides without deciding, and shows what it depends on.",
                ),
                Example(
                    (
                        "We hear that the letter was hard to understand, and have told those who write it. "
                        "Meanwhile: there is nothing you need to do if the figures are right."
                    ),
                    "Takes the criticism seriously and lets people breathe.",
                ),
            ),
            not_proud=(
                Example(
                    "Please refer to the legislation in force.",
                    "Nobody was any wiser. Now we write the rule in one sentence and link to it.",
                ),
            ),
            standard_line=_GUIDANCE,
            rulings=starting_rulings(_LANGUAGE),
            reasons=_REASONS,
        ),
        "municipality": Charter(
            answers="rules, deadlines, opening hours and what is out of order – and where to find the rest.",
            passes_on="anything about one certain case: to self-service, secure mail or the phone, and we say why.",
            never="party politics, guesses about decisions, and questions about other people.",
            tone="warm and short. Humour is welcome, never at the citizen’s expense.",
            proud=(
                Example(
                    (
                        "Hi Mette. Yes, both parents have to agree to the passport, but one of them can do it "
                        "online from home. It takes two minutes, and here is the link."
                    ),
                    "Answers what was asked, and saves somebody a trip.",
                ),
                Example(
                    (
                        "You are right: the sign on Bakkevej was wrong for three weeks. It was put right this "
                        "morning. Thank you for telling us."
                    ),
                    "Admits the mistake without fuss and says what was done.",
                ),
                Example(
                    (
                        "I’m sorry, I can’t answer that here, because I would have to know your case. Write to us "
                        "by secure mail, and somebody who can see it will answer you."
                    ),
                    "Declines to take the case in the open, but leaves nobody without a way on.",
                ),
            ),
            not_proud=(
                Example(
                    "This is stated on our website.",
                    (
                        "It was true, but we let the citizen do the searching. Now we give the link and the one "
                        "sentence that answers."
                    ),
                ),
            ),
            standard_line=_GUIDANCE,
            rulings=starting_rulings(_LANGUAGE),
            reasons=_REASONS,
        ),
        "company": Charter(
            answers="deliveries, prices, opening hours, faults, and whatever others may find useful too.",
            passes_on=(
                "orders, payments and contracts where we need to know who you are: to self-service, the "
                "phone or the secure form."
            ),
            never="other customers’ affairs, rumours about competitors, and figures that we have not published.",
            tone="fresh and honest. We say sorry once and mean it, and we sell nothing to somebody who is upset.",
            proud=(
                Example(
                    (
                        "Oh no, a parcel that comes too late is not much use. It will be in Nordby tomorrow before "
                        "noon. If it is not, write here and I will ring the warehouse myself."
                    ),
                    "An hour, a name, and a promise that can be kept.",
                ),
                Example(
                    (
                        "No, I’m afraid it can’t be repaired. But keep the box: we take it back until the 15th, "
                        "even without a receipt."
                    ),
                    "An honest no with a way on.",
                ),
                Example(
                    "You are right that the price went up. It is the freight, and here we have written how much.",
                    "Meets criticism with a figure instead of an excuse.",
                ),
            ),
            not_proud=(
                Example(
                    "We apologise for any inconvenience. Please contact customer service.",
                    "Customer service was us. Now whoever answers takes the next step.",
                ),
            ),
            rulings=starting_rulings(_LANGUAGE),
            reasons=_REASONS,
        ),
    }
)
