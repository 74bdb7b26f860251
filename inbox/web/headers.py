"""What every answer says to the browser about what it may do.

Nothing is allowed but our own files: no inline script or style, no frame around us, no address leaked to
others. What it must not do: loosen a rule for one page; a page that needs it is built differently.
"""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"


def register(app: Flask, *, secure: bool) -> None:
    """Put the headers on every answer. `secure` says that people reach us over https."""

    @app.after_request
    def say(answer: Response) -> Response:
        for name, value in FIXED.items():
            answer.headers.setdefault(name, value)
        if secure:
            answer.headers.setdefault("Strict-Transport-Security", HSTS)
        if request.endpoint not in ("assets.file", "static"):
            # Citizens' words must not stay in a shared machine's cache after signing out.
            answer.headers["Cache-Control"] = "no-store"
        return answer
