"""Style sheets, scripts and fonts, addressed by what is in them.

One hash over everything of ours stands in each address, so that a browser may keep a file for ever and
still sees a new release at once, and so that one module finds another by a relative path. What it must
not do: bundle or rewrite anything.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory, url_for

STATIC = Path(__file__).resolve().parent.parent / "static"
SHEETS = (
    "css/tokens.css",
    "css/reset.css",
    "css/base.css",
    "css/layout.css",
    "css/parts/marks.css",
    "css/parts/list.css",
    "css/parts/bulk.css",
    "css/parts/finding.css",
    "css/parts/thread.css",
    "css/parts/context.css",
    "css/parts/composer.css",
    "css/parts/pictures.css",
    "css/parts/suggest.css",
    "css/parts/notices.css",
    "css/parts/side.css",
    "css/parts/silo.css",
    "css/parts/charter.css",
    "css/parts/answered.css",
    "css/parts/gathering.css",
    "css/parts/correct.css",
    "css/parts/moderation.css",
    "css/parts/keys.css",
    "css/parts/acute.css",
    "css/parts/float.css",
    "css/parts/command.css",
    "css/parts/forms.css",
    "css/parts/settings.css",
    "css/parts/calendar.css",
    "css/parts/policies.css",
    "css/parts/data.css",
    "css/parts/wall.css",
    "css/parts/door.css",
)
"""Every page's sheets, in the order that the layers are declared (the first one declares it)."""
KEEP = 365 * 24 * 3600

blueprint = Blueprint("assets", __name__)


@lru_cache(maxsize=1)
def version() -> str:
    """Twelve hex digits that change whenever any file under `static` does. Read once in a process."""
    digest = sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a file under `static`."""
    return url_for("assets.file", release=version(), name=name)


def sheets() -> list[str]:
    """The addresses of the house's style sheets."""
    return [asset(name) for name in SHEETS]


@blueprint.get("/assets/<release>/<path:name>")
def file(release: str, name: str) -> Response:
    """One file. Only the present release may be kept; an old address is a page from before an update."""
    if ".." in name:
        abort(404)
    answer = send_from_directory(STATIC, name, conditional=True, max_age=KEEP if release == version() else 0)
    if release == version():
        answer.cache_control.immutable = True
        answer.cache_control.public = True
    return answer
