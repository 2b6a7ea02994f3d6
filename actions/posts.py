"""Where a family outside the Netherlands can go: embassies and other posts. Strict reader of data/posts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from actions.law import Certainty
from actions.yaml_files import Document, Errors, Strict, read, validate

Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Language = Annotated[str, Field(pattern="^[a-z]{2,3}$")]
Route = Literal["chavez", "caribbean", "returning_dutch", "ex_refugee", "eu_family"]


class Post(Strict):
    """One post. `countries`: ISO codes, first the country it stands in, then those it helps from there.

    `languages`: of its families, as far as known. `verify`: what a person must still check, for reviewers.
    """

    name: str = Field(min_length=1)
    kind: Literal["embassy", "consulate_general", "representation"]
    place: str = Field(min_length=1)
    countries: tuple[Country, ...] = Field(min_length=1)
    languages: tuple[Language, ...] = ()
    time_zone: str
    routes: tuple[Route, ...] = Field(min_length=1)
    url: str = Field(pattern="^https://")
    source: str
    dated: str = Field(min_length=1)
    certainty: Certainty
    consular: bool = True  # False: no passports and visas here, as far as known
    verify: tuple[str, ...] = ()
    note: str = ""


class Posts(dict[str, Post]):
    """All posts by slug, the name of their file."""

    def for_country(self, code: str) -> tuple[Post, ...]:
        """The posts for a country, best first: with passports and visas, in the country itself. Empty: none known."""
        posts = [post for post in self.values() if code in post.countries]
        return tuple(sorted(posts, key=lambda post: (not post.consular, post.countries.index(code) > 0)))


def load_posts(data: Path) -> Posts:
    """Read data/posts. Raises BrokenData with every error at once."""
    errors, posts = Errors(), Posts()
    sources = read(data / "law" / "sources.yml", errors)
    for path in sorted((data / "posts").glob("*.yml")):
        document = read(path, errors)
        if document and (post := validate(Post, document.data, document, (), errors)):
            posts[path.stem] = post
            if sources and post.source not in sources.data:
                line = document.line("source")
                errors.add(path, line, f"source '{post.source}' does not stand in data/law/sources.yml; add it there")
            _check(post, document, errors)
    errors.raise_if_any()
    return posts


def _check(post: Post, document: Document, errors: Errors) -> None:
    try:
        ZoneInfo(post.time_zone)
    except (OSError, ValueError, LookupError):
        line = document.line("time_zone")
        errors.add(document.path, line, f"time zone '{post.time_zone}' does not exist; write one such as Africa/Accra")
    for key, values in (("countries", post.countries), ("languages", post.languages), ("routes", post.routes)):
        if len(set(values)) < len(values):
            errors.add(document.path, document.line(key), f"{key} names one of them twice; keep one")
