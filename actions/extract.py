"""Babel's way in: the Dutch texts of data/ with their keys, for `pybabel extract`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

import yaml


def extract(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, tuple[str, str], list[str]]]:
    """One data/messages or data/rights file in; line, function, (key, Dutch text) and notes for translators out."""
    del keywords, comment_tags, options
    node = yaml.compose(fileobj.read().decode("utf-8"), Loader=yaml.SafeLoader)
    entries = node.value if node is not None else []
    if isinstance(node, yaml.MappingNode):
        for key, value in entries:
            record = _scalars(value)
            yield key.start_mark.line + 1, "pgettext", (key.value, record["text"]), _note(record)
    else:
        for item in entries:
            record = _scalars(item)
            yield item.start_mark.line + 1, "pgettext", (f"fact.{record['id']}", record["text"]), _note(record)


def _scalars(node: yaml.Node) -> dict[str, str]:
    return {key.value: value.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}


def _note(record: Mapping[str, str]) -> list[str]:
    return [record["note"]] if record.get("note") else []
