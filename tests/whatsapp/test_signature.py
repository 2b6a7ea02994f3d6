"""Only what Meta signed is taken."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from channels.whatsapp.signature import signed

SECRET = "invented-app-secret"
BODY = b'{"object":"whatsapp_business_account","entry":[{"id":"caf\\u00e9"}]}'


def header(raw: bytes, secret: str = SECRET) -> str:
    """What Meta sends along."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        header(BODY).removeprefix("sha256="),
        header(BODY).replace("sha256=", "sha1="),
        header(BODY)[:-1],
        header(BODY) + "0",
        header(BODY) + " ",
        f"{header(BODY)}, {header(BODY)}",
        header(BODY, "another secret"),
        header(b""),
        "sha256=" + "é" * 64,
        "sha256=\ud83d",
        "\x00",
    ],
)
def test_a_header_that_is_missing_or_wrong_is_refused(given: str | None) -> None:
    assert not signed(BODY, given, [SECRET])


def test_another_body_under_a_true_header_is_refused() -> None:
    assert not signed(BODY + b" ", header(BODY), [SECRET])
    assert not signed(b"", header(BODY), [SECRET])


def test_a_body_that_was_read_and_written_again_is_refused() -> None:
    told = json.loads(BODY)
    assert json.dumps(told, separators=(",", ":")).encode() == BODY
    for again in (json.dumps(told), json.dumps(told, separators=(",", ":"), ensure_ascii=False)):
        assert not signed(again.encode(), header(BODY), [SECRET])


@pytest.mark.parametrize("secrets", [[], [""], ["", ""], [" "], ["\n"]])
def test_without_a_secret_nothing_is_signed(secrets: list[str]) -> None:
    for secret in ("", *secrets):
        assert not signed(BODY, header(BODY, secret), secrets)


def test_what_meta_signed_is_taken() -> None:
    assert signed(BODY, header(BODY), [SECRET])
    assert signed(b"", header(b""), [SECRET])
    assert signed(b"\xff\x00", header(b"\xff\x00"), [SECRET])


def test_both_secrets_count_while_one_is_being_replaced() -> None:
    for used in ("new", "old"):
        assert signed(BODY, header(BODY, used), ["new", "old"])
        assert signed(BODY, header(BODY, used), ["old", "", "new"])
    assert not signed(BODY, header(BODY, "older"), ["new", "old"])


def test_every_secret_is_tried_whichever_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[bytes] = []

    def compare(one: bytes, other: bytes) -> bool:
        tried.append(one)
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert signed(BODY, header(BODY, "first"), ["first", "second", "third"])
    assert len(tried) == 3


def test_the_signature_is_the_one_of_the_documentation() -> None:
    told = "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
    assert signed(b"The quick brown fox jumps over the lazy dog", told, ["key"])
