"""The catalogues with the organisation's word for those who write to it: a company's customers are no citizens.

It exists so that every page follows one choice (`/settings/country`) without knowing of it. The word is read with the
organisation's name, which every page reads anyhow, and remembered for answers that read no page. What it must not do:
change what a person or a platform wrote: a sentence that no catalogue knows is left as it came.
"""

from __future__ import annotations

from gettext import NullTranslations

from babel.support import Translations
from flask import Flask, current_app
from flask_babel import Domain, get_locale

from inbox.domain.countries import PACKS
from inbox.domain.countries.calling import SAID, called, reworded
from inbox.queries.organisation import House

_REMEMBERED = "called"


class Worded(NullTranslations):
    """A catalogue in which one word stands in another's place. `known` is a catalogue of every sentence."""

    def __init__(self, plain: NullTranslations, known: NullTranslations, language: str, word: str) -> None:
        super().__init__()
        self._plain, self._known = plain, known
        self._language, self._word = language, word

    def gettext(self, message: str) -> str:
        """As the catalogue says it, with the word."""
        return self._said(self._plain.gettext(message), self._known.gettext(message) != message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The same for one or many."""
        known = self._known.ngettext(msgid1, msgid2, n) not in (msgid1, msgid2)
        return self._said(self._plain.ngettext(msgid1, msgid2, n), known)

    def pgettext(self, context: str, message: str) -> str:
        """The same in a context."""
        return self._said(self._plain.pgettext(context, message), self._known.pgettext(context, message) != message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """The same for one or many in a context."""
        known = self._known.npgettext(context, msgid1, msgid2, n) not in (msgid1, msgid2)
        return self._said(self._plain.npgettext(context, msgid1, msgid2, n), known)

    # Flask-Babel and Babel ask by these names.
    ugettext, ungettext, upgettext, unpgettext = gettext, ngettext, pgettext, npgettext

    def _said(self, sentence: str, known: bool) -> str:
        return reworded(sentence, self._language, self._word) if known else sentence


class Catalogues(Domain):  # type: ignore[misc] # Flask-Babel has no types here.
    """The catalogue of the reader's language, in the organisation's word."""

    def get_translations(self) -> NullTranslations:
        """The plain one where the catalogue's own word is the organisation's."""
        plain: NullTranslations = super().get_translations()
        locale = get_locale()
        language = "" if locale is None else locale.language
        word = word_in(language)
        return plain if word == SAID.get(language, word) else self._worded(plain, language, word)

    def _worded(self, plain: NullTranslations, language: str, word: str) -> NullTranslations:
        made: NullTranslations | None = self.cache.get((language, word))
        if made is None:
            # English has no catalogue of its own, so that the Danish one says which sentences are the house's.
            known = Translations.load(self.translation_directories[0], ["da"])
            made = self.cache[language, word] = Worded(plain, known, language, word)
        return made


def install(app: Flask) -> None:
    """Have Flask-Babel ask here, so that lazy words follow too."""
    app.extensions["babel"].instance.domain_instance = Catalogues()


def remember(found: House) -> None:
    """Keep how this organisation calls them, until a page reads it anew: one installation is one organisation."""
    current_app.extensions[_REMEMBERED] = (found.country, found.calling)


def word_in(language: str) -> str:
    """The word in this language; before anything was read, the catalogue's own."""
    country, choice = current_app.extensions.get(_REMEMBERED, ("", ""))
    of = PACKS.get(country)
    return SAID.get(language, "") if of is None else called(of, choice, language)
