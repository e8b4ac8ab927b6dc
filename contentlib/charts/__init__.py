"""Numbers to SVG: drawings that need no script and no inline style; colours belong to the page's style sheet."""
