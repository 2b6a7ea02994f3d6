"""Organisations that have a desk: what they take, for whom, in which languages, and when somebody is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
from pydantic import Field, field_validator

from actions.content import Content
from actions.yaml_files import Errors, Strict, read, validate

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOOK_AHEAD = 60  # days; longer than any row of holidays
_MINUTE = timedelta(minutes=1)
_MIDNIGHT = time.max  # stands for "24:00"
KEEP_DAYS = 90  # for content, after the end of a case, unless an organisation says otherwise


class Oidc(Strict):
    """Login with the organisation's own accounts. `roles`: group → role; a group that is not named gives none."""

    issuer: str
    client_id: str
    client_secret_env: str
    roles: dict[str, Literal["agent", "lead", "auditor"]] = Field(default_factory=dict)


class Chatwoot(Strict):
    """A Chatwoot in which this organisation answers beside our own desk (experimental).

    `token_env`, `secret_env`: names of the variables with the token of its user and the secret of its webhooks;
    `worker`: mail address of the worker here in whose name its agents write.
    """

    url: str
    account: int = Field(ge=1)
    inbox: int = Field(ge=1)
    token_env: str = Field(min_length=1)
    secret_env: str = Field(min_length=1)
    worker: str = Field(min_length=3)

    @field_validator("url")
    @classmethod
    def _safe_address(cls, url: str) -> str:
        if not re.fullmatch(r"https://[^\s/?#@]+(/[^\s?#]*)?|http://(localhost|127\.0\.0\.1)(:\d+)?/?", url):
            raise ValueError(f"'{url}' is no address for what families write; write one such as https://chat.example")
        return url.rstrip("/")


class DeskOrganisation(Strict):
    """One file of data/desks. Empty `topics` or `gemeenten`: all. `hours`: per day, "09:00-17:00" in its own zone.

    `promise_days`: within how many working days somebody answers what is left for them. `keep_days`: for how many days
    after the end of a case its content is kept.
    """

    name: str = Field(min_length=1, max_length=60)
    phone: str = ""
    topics: tuple[str, ...] = ()
    gemeenten: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("nl",)
    zone: str = "Europe/Amsterdam"
    hours: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], tuple[str, ...]]
    holidays: str = "NL"
    closed: tuple[date, ...] = ()
    promise_days: int = Field(default=1, ge=1, le=10)
    keep_days: int = Field(default=KEEP_DAYS, ge=1, le=3650)
    mailbox: str = ""
    oidc: Oidc | None = None
    chatwoot: Chatwoot | None = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, KeyError):
            raise ValueError(f"'{zone}' is no time zone; write one such as Europe/Amsterdam") from None
        return zone

    @field_validator("hours")
    @classmethod
    def _real_hours(cls, hours: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for spans in hours.values():
            for span in spans:
                first, last = _span(span)
                if first >= last:
                    raise ValueError(f"'{span}' ends before it begins; write it such as 09:00-17:00")
        if not any(hours.values()):
            raise ValueError("nobody is ever there; write the hours of at least one day")
        return hours

    @cached_property
    def _free(self) -> Mapping[date, str]:
        return holidays.country_holidays(self.holidays) if self.holidays else {}

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """When somebody is there on a day, as moments in its own zone; also right on days that the clock changes."""
        if day in self.closed or day in self._free:
            return []
        zone = ZoneInfo(self.zone)
        hours = (_span(span) for span in sorted(self.hours.get(DAYS[day.weekday()], ())))  # type: ignore[call-overload]
        found: list[tuple[datetime, datetime]] = []
        for a, b in hours:
            # compared in UTC: two moments of one zone are compared by what the clock on the wall says
            ends = (day + timedelta(days=1), time.min) if b == _MIDNIGHT else (day, b)
            first, last = (datetime.combine(*moment, zone).astimezone(UTC) for moment in ((day, a), ends))
            if found and first <= found[-1][1]:  # somebody else goes on: nobody leaves
                found[-1] = (found[-1][0], max(last, found[-1][1]))
            elif first < last:  # an hour that the clock skips is no hour
                found.append((first, last))
        return [(first.astimezone(zone), last.astimezone(zone)) for first, last in found]

    def closes(self, at: datetime) -> datetime | None:
        """Until when somebody is there; None when nobody is there at this moment."""
        moment, day = at.astimezone(UTC), at.astimezone(ZoneInfo(self.zone)).date()
        end = next((b for a, b in self.spans(day) if a.astimezone(UTC) <= moment < b.astimezone(UTC)), None)
        for _ in range(_LOOK_AHEAD):  # until midnight, and from midnight on: nobody leaves
            following = self.spans(end.date()) if end and end.time() == time.min else []
            if not following or following[0][0] != end:
                break
            end = following[0][1]
        return end

    def opens(self, at: datetime) -> datetime:
        """The moment itself when somebody is there, else the next opening. Raises ValueError when there is none."""
        zone = ZoneInfo(self.zone)
        moment, day = at.astimezone(UTC), at.astimezone(zone).date()
        for ahead in range(_LOOK_AHEAD):
            for first, last in self.spans(day + timedelta(days=ahead)):
                if last.astimezone(UTC) > moment:
                    return max(first.astimezone(UTC), moment).astimezone(zone)
        raise ValueError(f"{self.name} does not open within {_LOOK_AHEAD} days")

    def opens_again(self, at: datetime) -> bool:
        """Whether there is any next opening."""
        try:
            return bool(self.opens(at))
        except ValueError:
            return False

    def promised(self, at: datetime) -> datetime:
        """The moment before which what is left now will be answered: the end of the last working day of the promise."""
        day, left = at.astimezone(ZoneInfo(self.zone)).date(), self.promise_days
        end = self.opens(at)
        for _ in range(_LOOK_AHEAD):
            day += timedelta(days=1)
            if spans := self.spans(day):
                end, left = spans[-1][1], left - 1
            if left == 0:
                break
        return end


def _span(span: str) -> tuple[time, time]:
    first, last = (part.strip() for part in span.partition("-")[::2])
    try:
        return time.fromisoformat(first), _MIDNIGHT if last == "24:00" else time.fromisoformat(last)
    except ValueError:
        raise ValueError(f"'{span}' is no span of time; write it such as 09:00-17:00") from None


def load_organisations(folder: Path, content: Content) -> dict[str, DeskOrganisation]:
    """Every file of `folder`, by slug. Raises BrokenData with every error at once."""
    errors = Errors()
    found: dict[str, DeskOrganisation] = {}
    for path in sorted(folder.glob("*.yml")):
        document = read(path, errors)
        organisation = validate(DeskOrganisation, document.data, document, (), errors) if document else None
        if document is None or organisation is None:
            continue
        for topic in organisation.topics:
            if f"answer.{topic}" not in content.messages:
                errors.add(path, document.line("topics"), f"'{topic}' is no subject; see data/intents.yml")
        for code in organisation.gemeenten:
            if content.municipalities.get(code) is None:
                errors.add(path, document.line("gemeenten"), f"'{code}' is no gemeente; write a code such as GM0363")
        found[path.stem] = organisation
    errors.raise_if_any()
    return found


def routed(
    organisations: Mapping[str, DeskOrganisation],
    topic: str,
    gemeente: str,
    lang: str,
    at: datetime,
    without: Iterable[str] = (),
) -> list[str]:
    """Slugs of those that take this, the best first: of this gemeente, this subject, this language, and there now."""

    def rank(slug: str) -> tuple[bool, bool, bool, bool, str]:
        one = organisations[slug]
        return (
            gemeente not in one.gemeenten,
            topic not in one.topics,
            lang not in one.languages,
            one.closes(at) is None,
            slug,
        )

    taking = (
        slug
        for slug, one in organisations.items()
        if slug not in without
        and (not one.gemeenten or gemeente in one.gemeenten or not gemeente)
        and (not one.topics or topic in one.topics or not topic)
        and one.opens_again(at)
    )
    return sorted(taking, key=rank)
