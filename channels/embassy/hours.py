"""When somebody is at the desks that take a subject, told on the clock of the post where a family asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from channels.handoff.casework import Office
from channels.handoff.organisations import DeskOrganisation, routed

_DAYS = 7
_MOST_DESKS = 2
Moments = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk as a family at a post reads of it. `rows`: a day in words and its spans of the clock, seven days on.

    `always`: day and night; `until` or `again`: the moment at which that ends or begins, as words take it.
    """

    name: str
    phone: str
    always: bool
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    until: dict[str, str] | None
    again: dict[str, str] | None


def desks(office: Office, topic: str, lang: str, zone: str) -> list[Desk]:
    """Those that would take a question about this subject ("" for any), the best first, on the clock of `zone`."""
    slugs = routed(office.organisations, topic, "", lang, office.clock())[:_MOST_DESKS]
    return [_desk(office.organisations[slug], office.clock(), lang, zone) for slug in slugs]


def _desk(one: DeskOrganisation, moment: datetime, lang: str, zone: str) -> Desk:
    spans = coming(one, moment, ZoneInfo(zone))
    always = any(last - first >= timedelta(days=_DAYS - 1) for first, last in spans)
    until = one.closes(moment)
    rows = () if always else _rows(spans, lang)
    now_there, later = (_told(until, zone), None) if until else (None, _told(one.opens(moment), zone))
    return Desk(one.name, one.phone, always, rows, now_there, later)


def coming(one: DeskOrganisation, moment: datetime, zone: ZoneInfo) -> list[Moments]:
    """When somebody is there from this day on, for seven days of the desk, as moments in `zone`; what meets is one."""
    first = moment.astimezone(ZoneInfo(one.zone)).date()
    found: list[Moments] = []
    for day in (first + timedelta(days=ahead) for ahead in range(_DAYS)):
        for opens, closes in one.spans(day):
            begin, end = opens.astimezone(zone), closes.astimezone(zone)
            if found and found[-1][1].timestamp() == begin.timestamp():
                found[-1] = (found[-1][0], end)
            else:
                found.append((begin, end))
    return found


def _rows(spans: list[Moments], lang: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    days: dict[date, list[tuple[str, str]]] = {}
    for begin, end in spans:
        days.setdefault(begin.date(), []).append((_clock(begin, lang), _clock(end, lang)))
    return tuple((format_date(day, "EEEE d MMMM", locale=lang), tuple(told)) for day, told in days.items())


def _clock(moment: datetime, lang: str) -> str:
    return format_time(moment.time(), "HH:mm", locale=lang)


def _told(moment: datetime, zone: str) -> dict[str, str]:
    return {"moment": moment.isoformat(), "zone": zone}
