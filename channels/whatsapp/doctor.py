"""Is WhatsApp in order? Per number: what Meta says, what our own books say, and what to do about what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from channels.settings import BadSetting
from channels.whatsapp.graph import Graph
from channels.whatsapp.numbers import APP_SECRET, PREVIOUS, VERIFY_TOKEN, Number, Secrets, token_of
from channels.whatsapp.templates import Templates
from channels.whatsapp.visit import Line, Mark, Visit


@dataclass(frozen=True, slots=True)
class Books:
    """What we know ourselves of one number: why it was stopped ("" when it was not), and messages sent this month."""

    stopped: str = ""
    sent: int = 0


async def doctor(
    numbers: Iterable[Number],
    secrets: Secrets,
    graph: Graph,
    *,
    templates: Templates,
    env: Mapping[str, str],
    books: Mapping[str, Books],
    unknown: Mapping[str, int],
) -> list[Line]:
    """Look at everything. `books`: by phone_number_id; `unknown`: how many webhooks nobody understood, per reason."""
    lines = _app(secrets, unknown)
    found = list(numbers)
    if not found:
        lines.append(Line("app", Mark.NOTE, "there is no number, so WhatsApp is off", "See data/numbers/README.md."))
    for number in found:
        try:
            token = token_of(number, env)
        except BadSetting as bad:
            lines.append(Line(number.slug, Mark.WRONG, str(bad), "Nothing can be asked of Meta without it."))
        else:
            lines += await Visit(graph, number, token, templates).look()
        if number.phone_number_id in books:
            lines += _books(number, books[number.phone_number_id])
    return lines


def written(lines: Sequence[Line]) -> str:
    """For a terminal: per number what stands, and below what is wrong what to do."""
    told = []
    for where, group in groupby(lines, key=lambda line: line.where):
        told.append(where)
        for line in group:
            told.append(f"  {line.mark:<5}  {line.what}")
            told += [f"         → {line.do}"] if line.do else []
    return "\n".join(told) + "\n"


def exit_code(lines: Iterable[Line]) -> int:
    """0 when nothing is wrong, else 1."""
    return int(any(line.mark is Mark.WRONG for line in lines))


def _app(secrets: Secrets, unknown: Mapping[str, int]) -> list[Line]:
    lines = []
    if not secrets.app_secrets:
        do = f"Set {APP_SECRET} or {APP_SECRET}_FILE; without it every message of a family is refused."
        lines.append(Line("app", Mark.WRONG, "the app secret is not set", do))
    if not secrets.verify_token:
        do = f"Set {VERIFY_TOKEN} or {VERIFY_TOKEN}_FILE; without it Meta does not accept our address."
        lines.append(Line("app", Mark.WRONG, "the verify token is not set", do))
    lines = lines or [Line("app", Mark.OK, "app secret and verify token are set")]
    if len(secrets.app_secrets) > 1:
        do = f"Take {PREVIOUS} away once the new secret has worked for a week."
        lines.append(Line("app", Mark.NOTE, "the previous app secret is still accepted", do))
    for why, count in unknown.items():
        do = "Meta told something new. Tell who maintains this; what came is kept for two weeks."
        lines.append(Line("app", Mark.NOTE, f"not understood, {count} times: {why}", do))
    return lines


def _books(number: Number, books: Books) -> list[Line]:
    lines = []
    if books.stopped:
        do = f"Mend the cause; then thuiswijzer whatsapp resume {number.slug}"
        lines.append(Line(number.slug, Mark.WRONG, f"we stopped sending: {books.stopped}", do))
    much = books.sent * 10 >= number.free_per_month * 8
    do = "What comes above it is paid; see that a payment method is set." if much else ""
    what = f"{books.sent} messages this month, of which {number.free_per_month} are free"
    lines.append(Line(number.slug, Mark.NOTE if much else Mark.OK, what, do))
    return lines
