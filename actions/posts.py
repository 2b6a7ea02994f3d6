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
# subjects of data/intents.yml that a family on this route begins with, the nearest first
SUBJECTS: dict[Route, tuple[str, ...]] = {
    "chavez": ("visa_facilitating", "residence_chavez"),
    "caribbean": ("residence_dutch_or_caribbean", "brp_registration"),
    "returning_dutch": ("prepare_move", "residence_dutch_or_caribbean"),
    "ex_refugee": ("residence_ex_refugee", "prepare_move"),
    "eu_family": ("residence_eu", "prepare_move"),
}
_MOST_SUBJECTS = 3


class Post(Strict):
    """One post. `countries`: ISO codes, first the country it stands in, then those it helps from there.

    `languages`: of its families, as far as known. `verify`: what a person must still check, for reviewers.
    `sign`: three letters that stand for it in a message; `entry`: whether its page and its printed codes are open.
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
    sign: str = Field(pattern="^[A-Z]{3}$")
    entry: bool = True

    def subjects(self, first: str = "") -> tuple[str, ...]:
        """Three subjects to begin with: `first` when it is given, then the nearest of each route, then the next."""
        rows = [SUBJECTS[route] for route in self.routes]
        ranked = [row[place] for place in range(max(map(len, rows))) for row in rows if place < len(row)]
        return tuple(dict.fromkeys([*filter(None, [first]), *ranked]))[:_MOST_SUBJECTS]


class Posts(dict[str, Post]):
    """All posts by slug, the name of their file."""

    def open(self, slug: object) -> Post | None:
        """The post of this slug when there is one and its way in is not switched off."""
        post = self.get(slug) if isinstance(slug, str) else None
        return post if post and post.entry else None

    def signed(self, sign: str) -> str | None:
        """The slug of the post that these three letters stand for."""
        return next((slug for slug, post in self.items() if post.sign == sign), None)

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
            if twin := posts.signed(post.sign):
                errors.add(path, document.line("sign"), f"sign '{post.sign}' stands in {twin}.yml too; choose another")
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
