"""The plan of one family: its items in the order of doing, each with its day and with what it waits for.

Pure. With a day of travel, or a first day of the plan, it is a calendar; without one an order. Offsets before departure
and after arrival are ours; last days (`term`) are counted with the dated values of the law.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from actions.eligibility.finding import Finding
from actions.eligibility.situation import Situation, known
from actions.law import Law, ValueUnknown
from actions.plan.families import CONDITIONS, Family, family_of, moves_with_children
from actions.plan.items import EVERYONE, UNITS, Catalogue, Item, Term

MOST_ITEMS = 12
_TRAVEL_GROUPS = ((-120, "early"), (-30, "months"), (0, "weeks"), (8, "arrival"), (1000, "settled"))
_HERE_GROUPS = ((1, "today"), (8, "week"), (43, "six_weeks"), (10**7, "later"))


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One thing to arrange. `due`: None while no day is known to count from. `why`: the key of the words of a fact.
    `now`: the day has passed, or this cannot wait. `waits_for`: items that must be done first and are still open.
    `group`: the heading under which it stands.
    """

    slug: str
    when: int
    due: date | None
    grounds: tuple[str, ...]
    group: str
    rank: int
    who: str
    link: str
    now: bool = False
    done: bool = False
    leaving: bool = False
    waits_for: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The key of its words."""
        return f"plan.{self.slug}"

    @property
    def why(self) -> str:
        """The key of the words of the fact that is the main reason."""
        return f"fact.{self.grounds[0]}"


def plan(
    situation: Situation,
    findings: Sequence[Finding],
    today: date,
    catalogue: Catalogue,
    done: Collection[str] = (),
    seen: Mapping[str, date] | None = None,
) -> tuple[PlanItem, ...]:
    """Everything this family can arrange, in the order of doing: late and urgent first, never before what it waits for.

    `done`: what was ticked off. `seen`: the day on which an item was first told; items that count from today count from
    that day, so that they can become late.
    """
    family = family_of(situation, findings, today)
    chosen = {slug: item for slug, item in catalogue.items.items() if _fits(item, family)}
    first = {slug: min((seen or {}).get(slug, today), today) for slug in chosen}
    made = {slug: _made(slug, chosen, family, first[slug], catalogue.law, done) for slug in chosen}
    made = {slug: item for slug, item in made.items() if not _lapsed(item, chosen[slug], today)}
    return _in_order(made, chosen, today)


def pages(items: Sequence[PlanItem]) -> tuple[tuple[PlanItem, ...], ...]:
    """What is still open in pages of at most MOST_ITEMS: the first holds what matters most, each in the given order."""
    left = [item for item in items if not item.done]
    found = []
    while left:
        best = sorted(left, key=lambda item: (not item.now, item.rank))[:MOST_ITEMS]
        found.append(tuple(item for item in left if item in best))
        left = [item for item in left if item not in best]
    return tuple(found)


def next_question(situation: Situation) -> str | None:
    """What to ask so that the advice about leaving gets its reasons; None: all is known."""
    family = family_of(situation, (), date.min)
    if not family.travels:
        return None
    wanted = [*(["other_parent"] if moves_with_children(family) else []), "address"]
    wanted += ["address_six_months"] if situation.address in ("own", "host_ok") else []
    return next((name for name in (*wanted, "savings_three_months") if getattr(situation, name) is None), None)


def _fits(item: Item, f: Family) -> bool:
    sort = EVERYONE in item.profiles or any(name in f.profiles for name in item.profiles)
    time = {"departure": f.travels, "arrival": f.settles, "today": True}[item.counts]
    return sort and time and all(CONDITIONS[name](f) for name in item.only_if)


def _made(slug: str, chosen: dict[str, Item], f: Family, first_day: date, law: Law, done: Collection[str]) -> PlanItem:
    item = chosen[slug]
    due = _last_day(item.term, f, law) if item.term else _due(item, f, first_day)
    now = item.urgent or (due is not None and due < f.today)
    waits_for = tuple(name for name in item.depends_on if name in chosen and name not in done)
    groups = _TRAVEL_GROUPS if f.travels else _HERE_GROUPS
    offset = item.when if f.travels else _offset(item, due, f.today)
    return PlanItem(
        slug,
        item.when,
        due,
        item.why,
        next(name for limit, name in groups if offset < limit),
        item.rank,
        item.who,
        item.link,
        now,
        slug in done,
        item.leaving,
        waits_for,
    )


def _offset(item: Item, due: date | None, today: date) -> int:
    """In how many days it is done. A last day far away is no reason to wait: then our own day counts."""
    days = item.when if due is None else (due - today).days
    return min(days, item.when) if item.term else days


def _lapsed(made: PlanItem, item: Item, today: date) -> bool:
    """A last day has passed after which it is of no use any more."""
    return item.term is not None and item.term.lapses and made.due is not None and made.due < today


def _due(item: Item, f: Family, first_day: date) -> date | None:
    """Counted from the day of travel; when only one of the two days is known, that one stands for both."""
    days = [f.s.departure_date, f.s.arrival_date] if f.travels else [f.s.arrival_date]
    if item.counts == "arrival":
        days.reverse()
    start = first_day if item.counts == "today" else next((day for day in days if known(day)), None)
    return _later(start, item.when) if known(start) else None


def _last_day(term: Term, f: Family, law: Law) -> date | None:
    """None while the day is not known. By the value on that day; by that of today for days before the first value."""
    start, value = getattr(f.s, term.since), law.values[term.lasts]
    if not known(start) or f.s.letter_from in term.not_from:
        return None
    try:
        lasts = law.number(term.lasts, start if start >= min(value.values) else f.today)
    except ValueUnknown:
        return None
    return _later(start, lasts * UNITS[value.unit])


def _later(start: date, days: int) -> date | None:
    try:
        return start + timedelta(days)
    except OverflowError:
        return None


def _in_order(made: dict[str, PlanItem], chosen: dict[str, Item], today: date) -> tuple[PlanItem, ...]:
    """What cannot wait first, as it stands in the file: no date of the law comes before safety. Then the most pressing;
    an item is as pressing as the most pressing one that waits for it."""

    def press(slug: str) -> tuple[bool, bool, int]:
        urgent, item = chosen[slug].urgent, made[slug]
        return not urgent, not item.now, 0 if urgent else _offset(chosen[slug], item.due, today)

    pressing = {slug: press(slug) for slug in made}
    needs = {slug: [name for name in chosen[slug].depends_on if name in made] for slug in made}
    order: list[str] = []

    def place(slug: str) -> None:
        for name in sorted(needs[slug], key=pressing.__getitem__):
            place(name)
        if slug not in order:
            order.append(slug)

    for slug in sorted(made, key=pressing.__getitem__):
        place(slug)
    return tuple(made[slug] for slug in order)
