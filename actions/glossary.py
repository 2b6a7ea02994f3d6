"""Dutch legal terms in plain words. Strict reader of data/glossary.yml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from actions.law import Law
from actions.yaml_files import Errors, Strict, read, validate


class Term(Strict):
    """A Dutch legal term as it stands in letters and at desks. `meaning`: one Dutch sentence at B1."""

    term: str = Field(min_length=1)
    english: str = Field(min_length=1)
    meaning: str = Field(min_length=1)
    facts: tuple[str, ...] = ()


def load_glossary(data: Path, law: Law) -> Mapping[str, Term]:
    """Slug → term, from glossary.yml below the folder `data`. Raises BrokenData with every error at once."""
    errors, terms, places = Errors(), dict[str, Term](), dict[str, int]()
    document = read(data / "glossary.yml", errors)
    for slug, raw in document.data.items() if document else ():
        if document and (found := validate(Term, raw, document, (slug,), errors)):
            line = document.line(slug)
            for fact in found.facts:
                if fact not in law.facts:
                    errors.add(
                        document.path, line, f"{slug}: fact '{fact}' does not stand in data/rights; add it there"
                    )
            written = found.term.casefold()
            if written in places:
                errors.add(document.path, line, f"'{found.term}' stands already at line {places[written]}; keep one")
            places.setdefault(written, line)
            terms[slug] = found
    errors.raise_if_any()
    return terms
