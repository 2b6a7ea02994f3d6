"""Whether Meta signed what arrived. Checked over the raw bytes, before anything reads them."""

from __future__ import annotations

import hmac
from collections.abc import Sequence


def signed(raw: bytes, header: str | None, secrets: Sequence[str]) -> bool:
    """Whether X-Hub-Signature-256 (`sha256=<hex>`) fits one of these app secrets. An empty secret fits nothing."""
    given = (header or "").encode("utf-8", "backslashreplace")
    fits = False
    for secret in secrets:
        expected = b"sha256=" + hmac.new(secret.encode(), raw, "sha256").hexdigest().encode()
        equal = hmac.compare_digest(expected, given)
        fits = (equal and secret.strip() != "") or fits
    return fits
