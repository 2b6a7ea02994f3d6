"""Our own WhatsApp numbers, one file each, and the secrets that belong to them. Secrets never stand in those files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from actions.content import Content
from actions.yaml_files import Document, Errors, Strict, read, validate
from channels.settings import BadSetting

APP_SECRET, PREVIOUS, VERIFY_TOKEN = "WHATSAPP_APP_SECRET", "WHATSAPP_APP_SECRET_PREVIOUS", "WHATSAPP_VERIFY_TOKEN"
_ID = re.compile(r"[1-9][0-9]{4,24}")
_PHONE = re.compile(r"[1-9][0-9]{6,14}")


class Number(Strict):
    """One file of data/numbers. `slug`: the name of the file; `phone`: digits with the country's code, for wa.me.

    `token_env` or `token_file`: where its access token is; `ids_in`: in which field Meta wants the id of a person.
    """

    slug: str
    name: str = Field(min_length=1, max_length=60)
    phone_number_id: str
    account_id: str
    phone: str = ""
    token_env: str = ""
    token_file: str = ""
    entry: dict[Literal["gemeente", "post"], str] = Field(default_factory=dict)
    lang: str = "nl"
    free_per_month: int = Field(default=1000, ge=0)
    ids_in: Literal["recipient", "to"] = "recipient"

    @property
    def door(self) -> dict[str, str]:
        """What is known of a family that writes to this number."""
        return {str(name): value for name, value in self.entry.items()}

    @field_validator("phone_number_id", "account_id", "phone", mode="before")
    @classmethod
    def _between_marks(cls, value: Any) -> Any:
        if isinstance(value, int):  # YAML reads digits as a number, and those that begin with 0 as another number
            raise ValueError("write it between quotation marks")
        return value

    @field_validator("phone_number_id", "account_id")
    @classmethod
    def _an_id(cls, value: str) -> str:
        if not _ID.fullmatch(value):
            raise ValueError(f"'{value}' is no id of Meta's; write its digits, such as \"100000000000001\"")
        return value

    @field_validator("phone")
    @classmethod
    def _a_phone(cls, value: str) -> str:
        if value and not _PHONE.fullmatch(value):
            raise ValueError(
                f"'{value}' is no number for wa.me; write country code and digits, such as \"31612345678\""
            )
        return value


@dataclass(frozen=True, slots=True)
class Secrets:
    """What our app shares with Meta, and where Meta is. `app_secrets`: the current one first, then the previous one."""

    app_secrets: tuple[str, ...] = field(repr=False)
    verify_token: str = field(repr=False)
    graph_url: str
    graph_version: str

    @staticmethod
    def from_env(env: Mapping[str, str]) -> Secrets:
        """Read WHATSAPP_*, each also as NAME_FILE. What is not set is empty. Raises BadSetting."""
        current, previous = _secret(env, APP_SECRET), _secret(env, PREVIOUS)
        if previous and not current:
            raise BadSetting(f"{PREVIOUS} is set without {APP_SECRET}; set the current secret as well.")
        version = _value(env, "WHATSAPP_GRAPH_VERSION") or "v26.0"
        if not re.fullmatch(r"v[0-9]+\.[0-9]+", version):
            raise BadSetting("WHATSAPP_GRAPH_VERSION must be such as v26.0.")
        return Secrets(
            app_secrets=tuple(secret for secret in (current, previous) if secret),
            verify_token=_secret(env, VERIFY_TOKEN),
            graph_url=_graph_url(_value(env, "WHATSAPP_GRAPH_URL") or "https://graph.facebook.com"),
            graph_version=version,
        )


def load_numbers(folder: Path, content: Content, languages: Collection[str] = ()) -> dict[str, Number]:
    """Every number of `folder`, by its phone_number_id. Raises BrokenData with every error at once.

    `languages`: the codes that `lang` may be; without any, `lang` is not looked at.
    """
    errors = Errors()
    found: dict[str, Number] = {}
    for path in sorted(folder.glob("*.yml")):
        document = read(path, errors)
        number = _number(document, errors) if document else None
        if document is None or number is None:
            continue
        _check(number, document, content, languages, errors)
        if twin := found.get(number.phone_number_id):
            line = document.line("phone_number_id")
            errors.add(path, line, f"phone_number_id stands in {twin.slug}.yml too; keep one of the two")
        found.setdefault(number.phone_number_id, number)
    errors.raise_if_any()
    return found


def phone_for(numbers: Iterable[Number], post: str) -> str:
    """The number, for wa.me, that a family who comes by this post can write to; "" when none of ours is told.

    First the post's own one, then one that is for everybody; never one of somebody else.
    """
    own = [one for one in numbers if one.phone and one.entry.get("post", post) == post and "gemeente" not in one.entry]
    return max(own, key=lambda one: "post" in one.entry).phone if own else ""


def token_of(number: Number, env: Mapping[str, str]) -> str:
    """The access token of this number. Raises BadSetting, in words that never hold the token."""
    if number.token_file:
        return _one_word(_from_file(Path(number.token_file), f"token_file of {number.slug}"), number.token_file)
    token = env.get(number.token_env, "").strip()
    if not token:
        raise BadSetting(f"{number.token_env} is not set; it must hold the access token of {number.slug}.")
    return _one_word(token, number.token_env)


def _number(document: Document, errors: Errors) -> Number | None:
    if "slug" in document.data:
        errors.add(document.path, document.line("slug"), "slug is not a key here; the name of the file is the slug")
        return None
    return validate(Number, {**document.data, "slug": document.path.stem}, document, (), errors)


def _check(number: Number, document: Document, content: Content, languages: Collection[str], errors: Errors) -> None:
    def wrong(key: str, sentence: str) -> None:
        errors.add(document.path, document.line(*key.split(".")), sentence)

    if bool(number.token_env) == bool(number.token_file):
        wrong("token_file", "write exactly one of token_env (a variable) and token_file (a file)")
    elif number.token_file and not Path(number.token_file).is_absolute():
        wrong("token_file", "must begin with /; a file among the numbers would be published with them")
    gemeente, post = number.entry.get("gemeente", ""), number.entry.get("post", "")
    if gemeente and content.municipalities.get(gemeente) is None:
        wrong("entry.gemeente", f"'{gemeente}' is no gemeente; write a code such as GM0363")
    if post and post not in content.posts:
        wrong("entry.post", f"'{post}' is no post; see data/posts")
    if languages and number.lang not in languages:
        wrong("lang", f"'{number.lang}' is no language here; use one of {', '.join(languages)}")


def _value(env: Mapping[str, str], name: str) -> str:
    """Of NAME, or of the file that NAME_FILE names."""
    direct, path = env.get(name, "").strip(), env.get(f"{name}_FILE", "").strip()
    if direct and path:
        raise BadSetting(f"{name} and {name}_FILE are both set; keep one.")
    return _from_file(Path(path), f"{name}_FILE") if path else direct


def _secret(env: Mapping[str, str], name: str) -> str:
    value = _value(env, name)
    return _one_word(value, name) if value else ""


def _from_file(path: Path, name: str) -> str:
    try:
        value = path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise BadSetting(f"{name} names '{path}', and that is no text.") from None
    except OSError as error:
        raise BadSetting(f"{name} names '{path}', and it cannot be read ({error.strerror}).") from None
    if not value:
        raise BadSetting(f"{name} names '{path}', and it is empty.")
    return value


def _one_word(secret: str, name: str) -> str:
    if not secret.isascii() or any(letter.isspace() or not letter.isprintable() for letter in secret):
        raise BadSetting(f"{name} must hold one word without spaces; what stands there is something else.")
    return secret


def _graph_url(raw: str) -> str:
    """Never shown in the sentence: a token may have been pasted into it."""
    bad = "WHATSAPP_GRAPH_URL must be such as https://graph.facebook.com; http only for this machine itself."
    try:
        parts = urlsplit(raw)
        good = bool(parts.hostname) and parts.port != 0
        good = good and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or "")))
    except ValueError:
        good = False
    if not good or parts.username or parts.query or parts.fragment:
        raise BadSetting(bad)
    return raw.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
