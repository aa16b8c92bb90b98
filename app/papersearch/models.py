"""What goes in and out: the bounds of every input stand here and nowhere else."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

MAX_WINDOW = 10_000  # OpenSearch's index.max_result_window
FIRST_YEAR = 1600

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=date.today().year + 1)]


class Page(BaseModel):
    model_config = ConfigDict(extra="forbid")

    page: int = Field(default=1, ge=1)
    size: int = Field(default=10, ge=1, le=100)

    @model_validator(mode="after")
    def _within_window(self) -> Page:
        if self.page * self.size > MAX_WINDOW:
            raise ValueError(f"page * size must not exceed {MAX_WINDOW}")
        return self

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


class Query(Page):
    q: Text
    year_from: Year | None = None
    year_to: Year | None = None

    @model_validator(mode="after")
    def _years_in_order(self) -> Query:
        if self.year_from and self.year_to and self.year_from > self.year_to:
            raise ValueError("year_from must not be after year_to")
        return self

    def cache_key(self) -> str:
        """The same for queries that mean the same: case, width and runs of spaces do not matter to the index."""
        text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", self.q)).strip().casefold()
        normal = json.dumps(self.model_dump() | {"q": text}, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(normal.encode()).hexdigest()


class Paper(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")] = ""
    title: Text
    authors: list[Text] = Field(min_length=1, max_length=200)
    year: Year
    venue: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    summary: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] = ""

    @model_validator(mode="after")
    def _stable_id(self) -> Paper:
        """A paper without an id gets one that depends on nothing but what it is, so that sending it twice stores it once."""
        if not self.id:
            self.id = hashlib.sha256(f"{self.title.casefold()}\n{self.year}".encode()).hexdigest()[:16]
        return self


class Hit(Paper):
    score: float | None = None


class Results(BaseModel):
    page: int
    size: int
    total: int
    results: list[Hit]


class SearchResults(Results):
    query: str
    took_ms: int
    cached: bool = False
