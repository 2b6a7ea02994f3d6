"""Brings every catalogue up to locales/messages.pot.

A text that changed keeps its old translation under the same key, marked fuzzy, with the Dutch text it was made from.
pybabel update looks for look-alikes of every new text instead, which takes minutes for a thousand texts; here the key
(msgctxt) says which text is meant.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

LOCALES = Path(__file__).resolve().parents[1] / "locales"


def updated(old: Catalog, template: Catalog) -> Catalog:
    """The texts of the template in its order, each with the translation that stood under its key."""
    known = {message.context: message for message in old if message.context}
    made = Catalog(locale=old.locale)
    for message in template:
        if not message.context:
            continue
        before = known.get(message.context)
        same = before is not None and before.id == message.id
        fuzzy = before is not None and bool(before.string) and (not same or before.fuzzy)
        previous = [] if same or before is None or not before.string else [before.id]
        if same and before is not None:
            previous = list(before.previous_id)
        made.add(
            message.id,
            before.string if before else "",
            locations=message.locations,
            auto_comments=message.auto_comments,
            flags={"fuzzy"} if fuzzy else set(),
            previous_id=previous,
            context=message.context,
        )
    return made


def main() -> int:
    """Update all languages in place; the exit code is 0."""
    with (LOCALES / "messages.pot").open("rb") as file:
        template = read_po(file)
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalogue = updated(read_po(file), template)
        with path.open("wb") as file:
            write_po(file, catalogue, width=0, omit_header=True, include_previous=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
