"""When the first money can come: the days that follow from the day of arrival.

Facts kinderbijslag.when and toeslagen.month. Pure: days in, days out; how long a quarter is comes from the law.
"""

from __future__ import annotations

from datetime import date


def first_of_month(day: date, months: int) -> date:
    """The first day of the month that lies `months` after the month of `day`. Raises ValueError after year 9999."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def counting_day(arrival: date, quarter_months: int) -> date:
    """The first day of a quarter on which the family lives here: the day of arrival itself, or the next one."""
    into_quarter = (arrival.month - 1) % quarter_months
    if into_quarter == 0 and arrival.day == 1:
        return arrival
    return first_of_month(arrival, quarter_months - into_quarter)


def first_days(arrival: date, quarter_months: int) -> dict[str, date]:
    """`peildatum`: first day that counts for kinderbijslag; `first_payment`: the quarter after it, in which it is paid;
    `toeslag_from`: the month after arrival. Empty for a day so far ahead that there is no calendar for it.
    """
    if arrival.year >= date.max.year - 1:
        return {}
    peildatum = counting_day(arrival, quarter_months)
    return {
        "peildatum": peildatum,
        "first_payment": first_of_month(peildatum, quarter_months),
        "toeslag_from": first_of_month(arrival, 1),
    }
