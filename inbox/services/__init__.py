"""The verbs. Each takes the unit of work first, does one deed with everything that belongs to it, and never commits."""
