"""The catalogues of the house, Danish and Norwegian beside the English sources, and how sentences get into them."""
