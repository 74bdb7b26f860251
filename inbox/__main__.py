"""`python -m inbox`: see `inbox.cli`."""

from inbox.cli import main

main()
