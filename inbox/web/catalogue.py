"""The sentences of the reader's language, as templates ask for them, and modules that every row of a list asks.

It exists because a page asks more than a hundred times, and Flask-Babel looks each time for the domain, the context and
the language's name. What it must not do: choose the language (`inbox.web.locale`).
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations

from flask import Flask
from flask_babel import get_locale, get_translations

from inbox.web import called


def install(app: Flask) -> None:
    """Have the templates ask here. After Flask-Babel, which installs its own."""
    called.install(app)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # The i18n extension's, put in by Flask-Babel.
        gettext=lambda sentence: _here().gettext(sentence),
        ngettext=lambda one, many, number: _here().ngettext(one, many, number),
        pgettext=lambda context, sentence: _here().pgettext(context, sentence),
        npgettext=lambda context, one, many, number: _here().npgettext(context, one, many, number),
        newstyle=True,
    )


def gettext(sentence: str, **values: object) -> str:
    """The sentence in the reader's language, with what is to be filled in."""
    said = _here().gettext(sentence)
    return said % values if values else said


def _here() -> NullTranslations:
    locale = get_locale()
    return NullTranslations() if locale is None else _of(locale.language, called.word_in(locale.language))


@cache
def _of(_language: str, _word: str) -> NullTranslations:
    """The catalogue of a language, in the organisation's word; the first who asks reads in that language."""
    found: NullTranslations = get_translations()
    return found
