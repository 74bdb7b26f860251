"""The rules of the ledger, without a database: how an entry is written, signed, hashed into a tree and checked.

Why it exists: an auditor must be able to verify the public dialogue with these rules alone, so they may not lean on
anything that the rest of the house could change. What it must not do: read or write anything, know a table, or hold
a key longer than a call. Storage is `inbox/services/ledger.py`; the reasons are in the architecture page, section 8.
"""
