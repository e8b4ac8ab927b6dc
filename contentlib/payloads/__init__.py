"""In what shape things come in and go out; one model serves form, command line and file, and calls no service."""
