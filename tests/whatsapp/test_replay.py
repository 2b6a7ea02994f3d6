"""Webhooks that come twice and in another order, to a gateway that is killed again and again."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from bench.replaying import Replay, scene, verdict
from tests.whatsapp.warm import WarmGateway


@pytest.mark.slow
async def test_nothing_is_lost_or_said_twice_or_out_of_order_while_the_gateway_is_killed(tmp_path: Path) -> None:
    async with scene(tmp_path, 2, 1, made=WarmGateway) as (meta, gateway):
        meta.post.duplicates, meta.post.disorder = 0.3, 0.2
        replay = Replay(meta, gateway, random.Random(1), waiting=80)
        await replay.run(families=100, events=1500, kills=4)
        found = verdict(meta)
    assert gateway.kills == 4
    assert (found.lost, found.twice, found.disordered) == ([], [], [])
    assert found.answered == replay.said
    with sqlite3.connect(tmp_path / "replay.db") as database:
        assert database.execute("SELECT DISTINCT state FROM webhooks").fetchall() == [("done",)]
        assert database.execute("SELECT count(*) FROM sendings WHERE state IN ('ready', 'trying')").fetchall() == [(0,)]
