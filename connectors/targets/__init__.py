"""Ways of reaching a back-office unit that does not sit at the desk of this house, a file each."""
