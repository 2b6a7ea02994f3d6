"""Damaged bodies of webhooks: the same ones for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from channels.settings import ROOT
from tests.whatsapp.payloads import EVERYTHING

INBOUND = ROOT.parent / "shared" / "fixtures" / "whatsapp" / "inbound"
_OTHER_TYPES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, float("nan"), float("inf"), "", " ", "0", "null", "\x00", "\ud83d", "é"),
    *("x" * 9_000, "9" * 400, [], {}, [[]], [None], {"": ""}, [1, "a", {}], {"id": {"id": {}}}),
)
_Place = tuple[Any, Any]  # a list or an object, and where in it


def recorded() -> dict[str, dict[str, Any]]:
    """Every body in the shared fixtures, by file and name; nothing when the folder is not there."""
    found: dict[str, dict[str, Any]] = {}

    def look(path: str, value: Any) -> None:
        if not isinstance(value, dict):
            return
        if "entry" in value:
            found[path] = {key: value[key] for key in ("object", "entry") if key in value}
        for key, one in value.items():
            if key != "entry":
                look(f"{path}/{key}", one)

    for file in sorted(INBOUND.glob("*.json")):
        look(file.stem.removeprefix("pywa_"), json.loads(file.read_text(encoding="utf-8")))
    return found


def mutations(seed: int, count: int) -> Iterator[bytes]:
    """`count` bodies, each with one to four damages to its JSON, and a quarter of them damaged as bytes too."""
    dice = random.Random(seed)
    sources = [*EVERYTHING, *recorded().values()]
    for _ in range(count):
        whole = damaged(dice, dice.choice(sources))
        raw = json.dumps(whole, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
        yield dice.choice(_BYTE_DAMAGES)(dice, raw) if dice.random() < 0.25 else raw


def damaged(dice: random.Random, value: Any) -> Any:
    """A copy of any JSON with one to four damages; None when all of it was dropped."""
    whole: list[Any] = [deepcopy(value)]  # in a list, so that all of it can be replaced as well
    for _ in range(dice.randint(1, 4)):
        places = list(_places(whole))
        if places:
            dice.choice(_DAMAGES)(dice, *dice.choice(places))
    return whole[0] if whole else None


def _places(value: Any) -> Iterator[_Place]:
    for where, one in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, where
        if isinstance(one, dict | list):
            yield from _places(one)


def _drop(_dice: random.Random, holder: Any, where: Any) -> None:
    del holder[where]


def _retype(dice: random.Random, holder: Any, where: Any) -> None:
    holder[where] = deepcopy(dice.choice(_OTHER_TYPES))


def _nest(dice: random.Random, holder: Any, where: Any) -> None:
    for _ in range(dice.choice((1, 1, 2, 40))):
        holder[where] = [holder[where]] if dice.random() < 0.5 else {"messages": holder[where]}


def _duplicate(dice: random.Random, holder: Any, where: Any) -> None:
    if isinstance(holder, list):
        holder.extend(deepcopy(holder[where]) for _ in range(dice.choice((1, 2, 30))))
    else:
        holder[dice.choice(_KEYS)] = deepcopy(holder[where])


def _rename(dice: random.Random, holder: Any, where: Any) -> None:
    if isinstance(holder, dict):
        holder[dice.choice(_KEYS)] = holder.pop(where)


def _shuffle(dice: random.Random, holder: Any, _where: Any) -> None:
    places = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    values = [holder[place] for place in places]
    dice.shuffle(values)
    for place, value in zip(places, values, strict=True):
        holder[place] = value


def _truncate(dice: random.Random, raw: bytes) -> bytes:
    return raw[: dice.randrange(len(raw) + 1)]


def _flip(dice: random.Random, raw: bytes) -> bytes:
    flipped = bytearray(raw)
    for _ in range(dice.randint(1, 8)):
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
    return bytes(flipped)


def _repeat_key(dice: random.Random, raw: bytes) -> bytes:
    key = json.dumps(dice.choice(_KEYS)).encode()
    return raw.replace(b"{", b"{" + key + b":[1e999,-0," + b"7" * 5_000 + b"],", dice.randint(1, 3))


def _too_deep(dice: random.Random, raw: bytes) -> bytes:
    return raw.replace(b"[", b"[" * dice.choice((3, 500, 100_000)), 1)


_DAMAGES: tuple[Callable[[random.Random, Any, Any], None], ...] = (_drop, _retype, _nest, _duplicate, _rename, _shuffle)
_BYTE_DAMAGES: tuple[Callable[[random.Random, bytes], bytes], ...] = (_truncate, _flip, _repeat_key, _too_deep)
_KEYS = (
    *("entry", "changes", "field", "value", "metadata", "contacts", "messages", "statuses", "errors", "calls"),
    *("id", "type", "from", "from_user_id", "wa_id", "user_id", "timestamp", "text", "body", "interactive", "context"),
    *(
        "system",
        "edit",
        "revoke",
        "group_id",
        "user_preferences",
        "user_id_update",
        "pricing",
        "code",
        "recipient_type",
    ),
)
