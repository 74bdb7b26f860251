"""What the machine room tells the operator: one line per event, with named values.

It exists so that our own lines and those of the libraries look alike and carry a time in UTC. What it must not do:
carry a person's words, names or credentials. Events are short names (`nobody_heard`), the values ids and counts.
"""

from __future__ import annotations

import io
import logging
import re
import sys
from typing import TextIO

import structlog
from structlog.stdlib import BoundLogger, ProcessorFormatter
from structlog.typing import ExcInfo, Processor

from inbox.domain.personal_data import mask

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_QUIET = ("rq.worker", "rq.queue", "rq.scheduler", "httpx", "httpcore", "engineio", "socketio", "alembic")
"""Libraries that tell of every single step: heard from a warning on, unless everything is asked for."""

_ROW = re.compile(r"Failing row contains \(.*?\)\.$", re.MULTILINE | re.DOTALL)

# Before any process has said how loud it wants to be, events go to the standard library's logging, where tests look.
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_SHARED, ProcessorFormatter.wrap_for_formatter],
    wrapper_class=BoundLogger,
    logger_factory=structlog.stdlib.LoggerFactory(),
)


def get(name: str) -> BoundLogger:
    """The logger of a module: `log.get(__name__).warning("nobody_heard", nudge="account")`."""
    logger: BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def _traceback(out: TextIO, failure: ExcInfo) -> None:
    """The failure without anybody's words: PostgreSQL quotes the whole row that it refused, the search words too."""
    whole = io.StringIO()
    structlog.dev.plain_traceback(whole, failure)
    out.write(mask(_ROW.sub("Failing row left out.", whole.getvalue())))


def configure(level: str) -> None:
    """Write everything from `level` (such as "INFO") up to standard error. Called once, by a process's own entry."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                ProcessorFormatter.remove_processors_meta,
                structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=_traceback),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.NOTSET if level == "DEBUG" else logging.WARNING)
    logging.captureWarnings(True)
