"""Babel's way in: the Dutch texts of data/ with their keys, for `pybabel extract`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

import yaml


def extract(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, tuple[str, str], list[str]]]:
    """One file of words, facts or terms in; line, function, (key, Dutch text) and notes for translators out."""
    del keywords, comment_tags, options
    node = yaml.compose(fileobj.read().decode("utf-8"), Loader=yaml.SafeLoader)
    entries = node.value if node is not None else []
    if isinstance(node, yaml.MappingNode):
        for key, value in entries:
            record, line = _scalars(value), key.start_mark.line + 1
            if "meaning" in record:
                note = f"The Dutch term is '{record['term']}', in English: {record['english']}"
                yield line, "pgettext", (f"term.{key.value}", record["meaning"]), [note]
            else:
                yield line, "pgettext", (key.value, record["text"]), _note(record)
    else:
        for item in entries:
            record = _scalars(item)
            line, name = item.start_mark.line + 1, record["id"]
            yield line, "pgettext", (f"fact.{name}", record["text"]), _note(record)
            if record.get("differs"):
                yield line, "pgettext", (f"differs.{name}", record["differs"]), []


def _scalars(node: yaml.Node) -> dict[str, str]:
    return {key.value: value.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}


def _note(record: Mapping[str, str]) -> list[str]:
    return [record["note"]] if record.get("note") else []
