"""What `make check` holds against the whole tree, beside the linters: catalogues and migrations."""
