"""Files made elsewhere held against the brand; runs in the sandbox child and changes no file."""
