"""Byline: one shared queue of public mentions and private messages, answered by named people."""
