"""Beside which questions the secure page is offered."""

from __future__ import annotations

from pathlib import Path

from actions.content import Content
from actions.yaml_files import Errors, read


def load_private(data: Path, content: Content) -> frozenset[str]:
    """The message keys of data/whatsapp/private.yml. Raises BrokenData with every one that nobody wrote."""
    errors, path = Errors(), data / "whatsapp" / "private.yml"
    document = read(path, errors)
    errors.raise_if_any()
    assert document is not None  # noqa: S101 - or it was an error
    keys = frozenset(map(str, document.data.get("keys", ())))
    for key in sorted(keys - content.messages.keys()):
        errors.add(path, document.line("keys"), f"there is no message '{key}'")
    errors.raise_if_any()
    return keys
