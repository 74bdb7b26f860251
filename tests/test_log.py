"""What failed is told to the operator without anybody's national number, also when the database quotes the row."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from inbox import log
from inbox.domain.actors import SYSTEM
from inbox.uow import uow

NUMBER = "Mit nummer er 211062-5629"


def test_a_failure_repeats_no_number(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        log.configure("INFO")
        try:
            with uow(SYSTEM) as work:
                work.session.execute(text("INSERT INTO note (id, text) VALUES (NULL, :words)"), {"words": NUMBER})
        except DBAPIError as error:
            log.get("tests").error("request_failed", exc_info=error)
    finally:
        root.handlers[:], root.level = before, level
    said = capsys.readouterr().err
    assert "request_failed" in said
    assert "null value in column" in said
    assert "211062" not in said
    assert "Mit nummer" not in said


def test_a_number_in_anything_else_that_failed_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        log.configure("INFO")
        try:
            raise ValueError(NUMBER)
        except ValueError as error:
            log.get("tests").error("request_failed", exc_info=error)
    finally:
        root.handlers[:], root.level = before, level
    said = capsys.readouterr().err
    assert "Mit nummer er ••••••-••••" in said
