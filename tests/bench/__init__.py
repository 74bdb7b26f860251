"""Measurements: `make bench NAME SIZE=…`. Each measures its own limit in the same run, since machines differ."""
