"""Pure rules: no input, no output, no framework. Everything here can be read and tested alone."""
