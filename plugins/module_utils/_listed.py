# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that live below one path of the API, where one request shows all of them."""

from __future__ import annotations

from ansible_collections.searchstack.platform.plugins.module_utils._connection import segment
from ansible_collections.searchstack.platform.plugins.module_utils._resource import Resource


class Listed(Resource):
    """A kind whose objects have a name each. `opensearch_objects` reads them all at once, `opensearch_export` declares what is there."""

    # Path of the API and the query of a look at it.
    collection = ""
    query: dict = {}
    # Options whose key in the document is another word.
    keys: dict = {}
    # Options that are no part of the document.
    apart: tuple = ()

    @property
    def path(self) -> str:
        return f"{self.collection}/{segment(self.name)}"

    @classmethod
    def described(cls) -> dict:
        """The options that make up the document, and their keys there."""
        return {option: cls.keys.get(option, option) for option in cls.options if option != "name" and option not in cls.apart}

    @classmethod
    def entries(cls, answer: dict) -> dict:
        """{name: document} of an answer that shows one object or all."""
        return answer

    @classmethod
    def read_all(cls, client, names: list | None = None) -> dict:
        """{name: document} of at least the named objects, or of all; what only a look of its own can tell is missing."""
        return cls.entries(client.get(cls.collection, **cls.query) or {})

    @classmethod
    def is_built_in(cls, name: str, document: dict) -> bool:
        """Whether the server or a plugin of it owns the object: nobody declares or purges it."""
        return name.startswith(".")

    @classmethod
    def declare(cls, name: str, document: dict) -> dict:
        """The options that declare what is there."""
        described = {option: document.get(key) for option, key in cls.described().items()}
        # What is required is said even if it is empty.
        required = {option for rule in cls.constraints.get("required_if", []) for option in rule[2]}
        empty = ([], {}, "")
        said = {option: value for option, value in described.items() if value is not None and (value not in empty or option in required)}
        return {"name": name, **said}

    def look(self, client, current: dict | None) -> dict | None:
        """What is there, with what takes requests of its own."""
        return current

    def read(self, client):
        return self.look(client, self.entries(client.get(self.path, **self.query) or {}).get(self.name))

    def desired(self):
        return {key: self.params[option] for option, key in self.described().items() if self.params.get(option) is not None}

    def write(self, client, change):
        client.put(self.path, change.after)

    def delete(self, client):
        client.delete(self.path)
