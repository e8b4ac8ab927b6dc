"""What a WSGI server imports: `wsgi:app` serves the library that the settings name."""

from contentlib.app import create_app

app = create_app()
