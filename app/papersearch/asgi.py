"""The entry point for ASGI servers: papersearch.asgi:app."""

from papersearch.settings import get_settings
from papersearch.web import create_app

app = create_app(get_settings())
