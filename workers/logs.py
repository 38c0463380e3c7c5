"""Logs: one JSON object an event, with anything that looks like a personnummer masked before it is written.

The mask is a safety net, not the rule: the rule is that no message holds a number in the first place.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_PERSONAL_NUMBER = re.compile(
    r"(?<!\d)(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])[-+]?\d{4}(?!\d)"
)
"""A date (or a date with the day raised by 60) and four digits. The third digit of an organisation number is 2 or more,
so that its third and fourth can never be a month."""

MASK = "[personnummer]"


def mask(value: str) -> str:
    """``value`` with everything that looks like a personnummer or samordningsnummer replaced."""
    return _PERSONAL_NUMBER.sub(MASK, value)


def mask_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Structlog processor: mask every string in the event, also in lists and mappings."""
    return {key: _mask_any(value) for key, value in event.items()}


def _mask_any(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _mask_any(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mask_any(inner) for inner in value]
    return value


class _JsonFormatter(logging.Formatter):
    """Records of libraries in the same shape as our own, masked, a traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        event = {"level": record.levelname.lower(), "logger": record.name, "event": record.getMessage()}
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps(_mask_any(event), ensure_ascii=False)


def configure(level: int = logging.INFO) -> None:
    """Send every log, our own and libraries', to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter())
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Without the frames' variables, which would hold whatever was being worked on.
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            mask_values,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
