"""Who gets in at the desk, who does not, and what each may see and change."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from channels.desk.refusals import LANGUAGES
from channels.settings import ROOT
from channels.storage import workers
from tests.desk.conftest import PASSWORD

ANS, BO, CO, DEE = "ans@wijk.nl", "bo@wijk.nl", "co@haven.nl", "dee@wijk.nl"


def proof(desk: Any, email: str = ANS, **other: Any) -> dict[str, Any]:
    return {"email": email, "password": PASSWORD, "code": desk.code(email), **other}


# --- the whole way


async def test_somebody_who_is_invited_joins_logs_in_and_logs_out(
    start_desk: Callable[..., Any], database_url: str, clock: Any
) -> None:
    desk = await start_desk(database_url)
    await desk.worker(BO, wijk="admin")
    admin, browser = await desk.enter(BO), desk.browser()
    body = {"email": "Ans@Wijk.nl", "name": "Ans", "org": "wijk", "role": "agent"}
    status, told = await admin.ask("POST", "/api/workers", body)
    assert status == 201
    path, _, token = told["link"].partition("#")
    assert path == "/desk/join"
    status, shown = await browser.ask("GET", f"/api/join?token={token}")
    assert (status, shown["email"], shown["name"]) == (200, ANS, "Ans")
    assert await browser.ask("GET", f"/api/join?token={token}") == (200, shown)
    assert shown["qr_svg"].startswith("<svg")
    code = pyotp.parse_uri(shown["totp_uri"])
    assert isinstance(code, pyotp.TOTP)
    join = {"token": token, "password": PASSWORD, "code": code.at(clock()), "secret": "OFMYOWNMAKING"}
    status, joined = await browser.ask("POST", "/api/join", join)
    assert (status, len(joined["recovery"])) == (200, 10)
    assert (await browser.ask("POST", "/api/join", join))[0] == 404
    assert (await browser.ask("GET", f"/api/join?token={token}"))[0] == 404
    enter = {"email": " ANS@wijk.nl ", "password": PASSWORD, "code": join["code"]}
    assert (await browser.ask("POST", "/api/login", enter))[0] == 401  # that code has served already
    assert (await browser.ask("POST", "/api/login", {**enter, "code": joined["recovery"][3].upper()}))[0] == 200
    status, me = await browser.ask("GET", "/api/me")
    assert status == 200
    assert me["orgs"] == [{"slug": "wijk", "name": "Wijkteam", "role": "agent"}]
    browser.csrf = me["csrf"]
    assert (await browser.ask("POST", "/api/logout"))[0] == 200
    assert (await browser.ask("GET", "/api/me"))[0] == 401
    noted = [action for action, _ in await desk.audit()]
    assert noted == [
        *("login", "worker.invited", "worker.joined", "login.failed", "recovery.used", "login", "logout"),
    ]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"password": "kort"}, "password_short"),
        ({"password": ANS}, "password_short"),
        ({"password": "Welkom2026!!"}, "password_common"),
        ({"code": "000000"}, "code"),
    ],
)
async def test_a_bad_password_or_code_does_not_use_up_the_invitation(
    desk: Any, clock: Any, change: dict[str, str], error: str
) -> None:
    token = await desk.store.write(lambda c: workers.invite(c, ANS, "Ans", {"wijk": "agent"}))
    browser = desk.browser()
    _, shown = await browser.ask("GET", f"/api/join?token={token}")
    code = pyotp.parse_uri(shown["totp_uri"])
    assert isinstance(code, pyotp.TOTP)
    join = {"token": token, "password": PASSWORD, "code": code.at(clock())}
    status, told = await browser.ask("POST", "/api/join", {**join, **change})
    assert (status, told["error"]) == (400, error)
    assert (await browser.ask("POST", "/api/join", join))[0] == 200


# --- failing to log in


async def test_nobody_can_tell_from_the_answer_what_was_wrong(desk: Any) -> None:
    await desk.worker(ANS, wijk="agent")
    await desk.store.write(lambda c: workers.invite(c, "new@wijk.nl", "New", {"wijk": "agent"}))
    off = await desk.worker(BO, wijk="agent")
    await desk.store.write(lambda c: workers.set_state(c, off, "off"))
    tries = [
        proof(desk, password="een heel andere zin"),
        proof(desk, email=ANS, code="000000"),
        proof(desk, email=ANS, code="abcd-efgh-jkmn-pqrs"),
        proof(desk, email=BO),
        {"email": "nobody@wijk.nl", "password": PASSWORD, "code": "123456"},
        {"email": "new@wijk.nl", "password": PASSWORD, "code": "123456"},
        {"email": "new@wijk.nl", "password": "the password of nobody", "code": "123456"},
    ]
    seen = set()
    for number, body in enumerate(tries):
        if number == 4:  # the address has had its five tries
            desk.clock.forward(minutes=61)
        async with desk.browser().session.post("/desk/api/login", json=body) as response:
            headers = sorted((name, value) for name, value in response.headers.items() if name != "Date")
            seen.add((response.status, await response.text(), repr(headers)))
    assert len(seen) == 1
    status, told, headers = seen.pop()
    assert (status, json.loads(told)["error"]) == (401, "login")
    assert "Set-Cookie" not in headers
    assert await desk.audit() == [("login.failed", "")] * len(tries)


async def test_as_much_is_computed_for_an_account_that_does_not_exist(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.worker(ANS, wijk="agent")
    verified: list[str] = []
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, kept: str, password: str) -> bool:
        verified.append(kept.rpartition("$")[0].rpartition("$")[0])
        return bool(real(self, kept, password))

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    for email in (ANS, "nobody@wijk.nl"):
        body = {"email": email, "password": "een heel andere zin", "code": "123456"}
        await desk.browser().ask("POST", "/api/login", body)
    assert len(verified) == 2
    assert len(set(verified)) == 1  # the same cost


async def test_the_audit_knows_a_failed_login_by_a_hash_only(desk: Any) -> None:
    await desk.browser().ask("POST", "/api/login", {"email": ANS, "password": "geheime zin", "code": "123456"})
    from channels.storage.tables import audit

    kept = await desk.store.read(lambda c: repr(c.execute(sa.select(audit)).all()))
    assert "login.failed" in kept
    assert not re.search(r"ans@|geheime zin|123456'", kept)


@pytest.mark.parametrize("kind", ["six digits", "recovery"])
async def test_a_code_works_once(desk: Any, kind: str) -> None:
    await desk.worker(ANS, wijk="agent")
    body = proof(desk, code=desk.code(ANS) if kind == "six digits" else desk.recovery[ANS][0])
    assert (await desk.browser().ask("POST", "/api/login", body))[0] == 200
    assert (await desk.browser().ask("POST", "/api/login", body))[0] == 401


async def test_of_two_logins_with_the_same_code_at_the_same_moment_one_gets_in(desk: Any) -> None:
    await desk.worker(ANS, wijk="agent")
    body = proof(desk)
    told = await asyncio.gather(*(desk.browser().ask("POST", "/api/login", body) for _ in range(4)))
    assert sorted(status for status, _ in told) == [200, 401, 401, 401]


async def test_a_wrong_password_uses_up_no_code(desk: Any) -> None:
    await desk.worker(ANS, wijk="agent")
    assert (await desk.browser().ask("POST", "/api/login", proof(desk, password="een heel andere zin")))[0] == 401
    assert (await desk.browser().ask("POST", "/api/login", proof(desk)))[0] == 200


async def test_who_fails_too_often_waits_also_with_the_right_password(desk: Any) -> None:
    await desk.worker(ANS, wijk="agent")
    for _ in range(5):
        assert (await desk.browser().ask("POST", "/api/login", proof(desk, password="een heel andere zin")))[0] == 401
    status, told = await desk.browser().ask("POST", "/api/login", proof(desk))
    assert (status, told["error"], told["seconds"]) == (429, "wait", 60)
    desk.clock.forward(seconds=60)
    assert (await desk.browser().ask("POST", "/api/login", proof(desk)))[0] == 200


async def test_throttling_says_nothing_about_who_exists(desk: Any) -> None:
    for _ in range(5):
        body = {"email": "nobody@wijk.nl", "password": PASSWORD, "code": "123456"}
        assert (await desk.browser().ask("POST", "/api/login", body))[0] == 401
    assert (await desk.browser().ask("POST", "/api/login", body))[0] == 429


async def test_an_old_hash_is_renewed_at_login(desk: Any) -> None:
    number = await desk.worker(ANS, wijk="agent")
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await desk.store.write(lambda c: workers.set_password(c, number, old))
    await desk.enter(ANS)
    found = await desk.store.read(lambda c: workers.by_email(c, ANS))
    assert found[1].password_hash != old
    await desk.enter(ANS)


# --- sessions


async def test_a_session_gets_a_new_id_at_login_and_the_one_before_it_ends(desk: Any) -> None:
    await desk.worker(ANS, wijk="agent")
    browser = desk.browser()
    browser.session.cookie_jar.update_cookies({"desk": "chosen by somebody else"}, desk.server.make_url("/"))
    await desk.enter(ANS, browser)
    first = browser.cookie()
    assert first not in (None, "chosen by somebody else")
    await desk.enter(ANS, browser)
    second = browser.cookie()
    assert second != first
    for token, status in ((first, 401), (second, 200)):
        other = desk.browser(headers={"Cookie": f"desk={token}"})
        assert (await other.ask("GET", "/api/me"))[0] == status


async def test_a_session_ends_after_half_an_hour_idle_and_after_ten_hours_at_work(desk: Any) -> None:
    await desk.worker(ANS, wijk="agent")
    idle, busy = await desk.enter(ANS), await desk.enter(ANS)
    for _ in range(20):
        desk.clock.forward(minutes=29)
        assert (await busy.ask("GET", "/api/me"))[0] == 200
    assert (await idle.ask("GET", "/api/me"))[0] == 401
    desk.clock.forward(minutes=20)
    assert (await busy.ask("GET", "/api/me"))[0] == 401


async def test_workers_see_and_end_their_own_sessions_and_nobody_elses(desk: Any) -> None:
    for email in (ANS, BO):
        await desk.worker(email, wijk="agent")
    one, two, other = await desk.enter(ANS), await desk.enter(ANS), await desk.enter(BO)
    _, told = await one.ask("GET", "/api/sessions")
    assert [row["current"] for row in told["sessions"]] == [False, True]
    _, foreign = await other.ask("GET", "/api/sessions")
    assert (await one.ask("DELETE", f"/api/sessions/{foreign['sessions'][0]['id']}"))[0] == 404
    ended = told["sessions"][0]["id"]
    assert (await one.ask("DELETE", f"/api/sessions/{ended}"))[0] == 200
    assert (await one.ask("DELETE", f"/api/sessions/{ended}"))[0] == 404
    assert [(await who.ask("GET", "/api/me"))[0] for who in (one, two, other)] == [200, 401, 200]
    assert ("session.revoked", "wijk") in await desk.audit()


async def test_the_cookie_is_locked_up_and_on_https_bound_to_this_host(start_desk: Any, sqlite_url: str) -> None:
    desk = await start_desk(sqlite_url, secure=True)
    await desk.worker(ANS, wijk="agent")
    headers = {"X-Forwarded-For": "9.9.9.9, 1.2.3.4"}
    async with desk.browser().session.post("/desk/api/login", json=proof(desk), headers=headers) as response:
        assert response.status == 200
        cookie = response.headers["Set-Cookie"]
    parts = {part.strip() for part in cookie.split(";")}
    assert cookie.startswith("__Host-desk=")
    assert parts >= {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}
    token = cookie.partition("=")[2].partition(";")[0]
    for name, status in (("__Host-desk", 200), ("desk", 401)):
        other = desk.browser(headers={"Cookie": f"{name}={token}"})
        assert (await other.ask("GET", "/api/me"))[0] == status


async def test_on_loopback_no_header_makes_it_https_or_another_address(desk: Any) -> None:
    await desk.worker(ANS, wijk="agent")
    claims = {"X-Forwarded-Proto": "https"}
    async with desk.browser().session.post("/desk/api/login", json=proof(desk), headers=claims) as response:
        assert response.headers["Set-Cookie"].startswith("desk=")
        assert "Secure" not in response.headers["Set-Cookie"]
    statuses = []
    for number in range(6):
        body = {"email": f"{number}@wijk.nl", "password": PASSWORD, "code": "123456"}
        status, _ = await desk.browser().ask(
            "POST", "/api/login", body, headers={"X-Forwarded-For": f"10.0.0.{number}"}
        )
        statuses.append(status)
    assert statuses == [401] * 5 + [429]


# --- requests from elsewhere


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Desk-CSRF": ""},
        {"X-Desk-CSRF": "0" * 64},
        {"X-Desk-CSRF": "é"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_nothing_is_changed_for_another_site(desk: Any, headers: dict[str, str]) -> None:
    await desk.worker(ANS, wijk="agent")
    browser = await desk.enter(ANS)
    for method, path in (("PUT", "/api/me"), ("POST", "/api/logout")):
        status, told = await browser.ask(method, path, {"lang": "en"}, headers=headers)
        assert (status, told["error"]) == (403, "csrf")
    status, me = await browser.ask("GET", "/api/me")
    assert (status, me["lang"]) == (200, "nl")


async def test_the_token_of_one_session_does_not_serve_another(desk: Any) -> None:
    await desk.worker(ANS, wijk="agent")
    one, two = await desk.enter(ANS), await desk.enter(ANS)
    assert one.csrf != two.csrf
    assert (await one.ask("PUT", "/api/me", {"lang": "en"}, headers={"X-Desk-CSRF": two.csrf}))[0] == 403


async def test_the_own_page_may_change_what_is_its_own(desk: Any) -> None:
    await desk.worker(ANS, wijk="agent")
    browser = await desk.enter(ANS)
    headers = {"Origin": str(desk.server.make_url("")).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    body = {"lang": "en", "languages": ["nl", "ti", "nl"]}
    assert (await browser.ask("PUT", "/api/me", body, headers=headers))[0] == 200
    _, me = await browser.ask("GET", "/api/me")
    assert (me["lang"], me["languages"]) == ("en", ["nl", "ti"])


async def test_nobody_is_logged_in_by_another_site(desk: Any) -> None:
    await desk.worker(ANS, wijk="agent")
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        browser = desk.browser()
        assert (await browser.ask("POST", "/api/login", proof(desk), headers=headers))[0] == 403
        assert browser.cookie() is None


@pytest.mark.parametrize("path", ["/api/me", "/api/login", "/api/nothing", "/api/join?token=x", "/oidc/wijk/start"])
async def test_every_answer_carries_the_locks_of_a_page_that_holds_secrets(desk: Any, path: str) -> None:
    async with desk.browser().session.get(f"/desk{path}") as response:
        policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["frame-ancestors"] == "'none'"
        assert "unsafe" not in str(policy)
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"


# --- bad bodies


BAD = [
    b"",
    b"{",
    b"[]",
    b'"text"',
    b"7",
    b"null",
    b"\xff\xfe{}",
    b"[" * 5000,
    b'{"email": "\\ud800", "password": "x", "code": "1"}',
    b'{"email": "a\\u0000", "password": "x", "code": "1"}',
    b'{"email": "a", "password": "x"}',
    b'{"email": 7, "password": "x", "code": "1"}',
    b'{"email": "a", "password": ["x"], "code": "1"}',
    b'{"email": "a", "password": "x", "code": 123456}',
    b'{"email": "a", "password": "' + b"x" * 5000 + b'", "code": "1"}',
    b'{"email": "' + b"a" * 20000 + b'"}',
]


@pytest.mark.parametrize("raw", BAD)
async def test_a_bad_body_gets_one_sentence_whoever_sends_it(desk: Any, raw: bytes) -> None:
    await desk.worker(ANS, wijk="admin")
    admin, stranger = await desk.enter(ANS), desk.browser()
    before = await desk.audit()
    for browser, method, path in (
        (stranger, "POST", "/api/login"),
        (stranger, "POST", "/api/join"),
        (admin, "POST", "/api/workers"),
        (admin, "PUT", "/api/workers/1"),
    ):
        status, told = await browser.ask(method, path, data=raw)
        assert status in (400, 413), path
        assert set(told) == {"error", "message"}
        assert told["message"]
    assert await desk.audit() == before


@pytest.mark.parametrize(
    "body",
    [
        {"lang": "xx"},
        {"lang": None},
        {"lang": ["nl"]},
        {"languages": "nl"},
        {"languages": [7]},
        {"languages": ["Nederlands"]},
        {"languages": ["aa"] * 21},
    ],
)
async def test_settings_that_make_no_sense_are_refused(desk: Any, body: dict[str, Any]) -> None:
    await desk.worker(ANS, wijk="agent")
    browser = await desk.enter(ANS)
    assert (await browser.ask("PUT", "/api/me", body))[0] == 400


async def test_a_refusal_is_in_the_language_of_the_reader(desk: Any) -> None:
    await desk.worker(ANS, wijk="agent")
    stranger, browser = desk.browser(), await desk.enter(ANS)
    told = [
        (await stranger.ask("GET", "/api/me", headers={"Accept-Language": wanted}))[1]["message"]
        for wanted in ("nl-NL,nl", "en-GB,en;q=0.8", "fr")
    ]
    assert told[0] == told[2] != told[1]
    await browser.ask("PUT", "/api/me", {"lang": "en"})
    _, dutch = await stranger.ask("GET", "/api/nothing-here", headers={"Accept-Language": "nl"})
    _, english = await browser.ask("GET", "/api/nothing-here", headers={"Accept-Language": "nl"})
    assert dutch["message"] != english["message"]


def test_every_refusal_has_its_sentence_in_each_language() -> None:
    words = json.loads((ROOT / "channels/desk/static/words.json").read_text(encoding="utf-8"))
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "channels/desk").glob("*.py"))
    keys = set(re.findall(r'refuse\(request, \d+, "(\w+)"', source)) | set(re.findall(r'_No\(\d+, "(\w+)"', source))
    keys |= set(re.findall(r'return "(password_\w+)"', source)) | set(re.findall(r'BadAct\("(\w+)"\)', source))
    assert len(keys) >= 12
    for lang in LANGUAGES:
        assert sorted(key for key in keys if not words[lang].get(f"error.{key}")) == []


# --- who may see and change what


async def test_without_a_session_nothing_of_the_desk_answers(desk: Any) -> None:
    browser = desk.browser(headers={"Cookie": "desk=nonsense"})
    for method, path in (
        ("GET", "/api/me"),
        ("PUT", "/api/me"),
        ("GET", "/api/sessions"),
        ("DELETE", "/api/sessions/1"),
        ("POST", "/api/logout"),
        ("GET", "/api/workers"),
        ("POST", "/api/workers"),
        ("PUT", "/api/workers/1"),
        ("GET", "/api/audit"),
        ("GET", "/api/audit.csv"),
        ("GET", "/api/cases"),
    ):
        status, told = await browser.ask(method, path, {} if method != "GET" else None)
        assert (status, told["error"]) == (401, "session"), path


MAY = {
    "agent": {"/api/cases"},
    "lead": {"/api/cases"},
    "admin": {"/api/workers"},
    "auditor": {"/api/audit", "/api/audit.csv"},
}


@pytest.mark.parametrize("role", sorted(MAY))
async def test_every_role_finds_its_own_and_nothing_else(desk: Any, role: str) -> None:
    await desk.worker(ANS, wijk=role)
    browser = await desk.enter(ANS)
    for path in set().union(*MAY.values()):
        assert (await browser.ask("GET", path))[0] == (200 if path in MAY[role] else 404), path
    if role != "admin":
        for method, path in (("POST", "/api/workers"), ("PUT", "/api/workers/1")):
            assert (await browser.ask(method, path, {"state": "off"}))[0] == 404


async def test_an_administrator_sees_and_changes_nobody_of_another_organisation(desk: Any) -> None:
    await desk.worker(ANS, wijk="admin", haven="agent")
    foreign, both = await desk.worker(CO, haven="lead"), await desk.worker(BO, wijk="agent", haven="lead")
    browser = await desk.enter(ANS)
    _, told = await browser.ask("GET", "/api/workers")
    assert CO not in str(told)
    assert "haven" not in str(told)
    for body in (
        {"state": "off"},
        {"role": "agent"},
        {"role": "agent", "org": "haven"},
        {"role": "agent", "org": "wijk"},
    ):
        assert (await browser.ask("PUT", f"/api/workers/{foreign}", body))[0] == 404
    assert (await browser.ask("PUT", f"/api/workers/{both}", {"role": "agent", "org": "haven"}))[0] == 404
    assert (await browser.ask("PUT", f"/api/workers/{both}", {"state": "off"}))[0] == 409
    new = {"email": "new@haven.nl", "name": "New", "org": "haven", "role": "agent"}
    assert (await browser.ask("POST", "/api/workers", new))[0] == 404
    for number in (foreign, both):
        found = await desk.store.read(lambda c, n=number: workers.get(c, n))
        assert (found.state, found.orgs["haven"]) == ("active", "lead")


@pytest.mark.parametrize("state", ["active", "invited", "off"])
async def test_no_invitation_opens_the_account_of_somebody_of_another_organisation(desk: Any, state: str) -> None:
    await desk.worker(ANS, wijk="admin")
    number = await desk.worker(CO, haven="admin")
    await desk.store.write(lambda c: workers.set_state(c, number, state))
    browser = await desk.enter(ANS)
    body = {"email": CO, "name": "Co", "org": "wijk", "role": "agent"}
    assert (await browser.ask("POST", "/api/workers", body))[0] == 409
    found = await desk.store.read(lambda c: workers.by_email(c, CO))
    assert dict(found[0].orgs) == {"haven": "admin"}
    assert found[1].password_hash


async def test_nobody_gives_themselves_another_role_or_turns_themselves_off(desk: Any) -> None:
    number = await desk.worker(ANS, wijk="admin")
    browser = await desk.enter(ANS)
    for body in ({"role": "lead"}, {"role": "none"}, {"state": "off"}):
        assert (await browser.ask("PUT", f"/api/workers/{number}", body))[0] == 409


async def test_who_is_turned_off_is_out_at_once_and_comes_back_only_through_login_or_an_invitation(desk: Any) -> None:
    await desk.worker(ANS, wijk="admin")
    number = await desk.worker(BO, wijk="agent")
    admin, browser = await desk.enter(ANS), await desk.enter(BO)
    again = {"email": BO, "name": "Bo", "org": "wijk", "role": "agent"}
    assert (await admin.ask("POST", "/api/workers", again))[0] == 409
    assert (await admin.ask("PUT", f"/api/workers/{number}", {"state": "off"}))[0] == 200
    assert (await browser.ask("GET", "/api/me"))[0] == 401
    assert (await admin.ask("PUT", f"/api/workers/{number}", {"state": "active"}))[0] == 200
    assert (await browser.ask("GET", "/api/me"))[0] == 401
    await desk.enter(BO, browser)
    assert (await admin.ask("PUT", f"/api/workers/{number}", {"state": "off"}))[0] == 200
    assert (await admin.ask("POST", "/api/workers", again))[0] == 201
    assert (await browser.ask("POST", "/api/login", proof(desk, email=BO)))[0] == 401
    noted = [action for action, _ in await desk.audit()]
    assert [action for action in noted if action.startswith("worker.")] == [
        *("worker.off", "worker.on", "worker.off", "worker.invited"),
    ]


async def test_a_new_role_counts_from_the_next_request_on(desk: Any) -> None:
    await desk.worker(ANS, wijk="admin")
    number = await desk.worker(BO, wijk="agent")
    admin, browser = await desk.enter(ANS), await desk.enter(BO)
    for role, status in (("auditor", 404), ("lead", 200), ("none", 404)):
        assert (await admin.ask("PUT", f"/api/workers/{number}", {"role": role}))[0] == 200
        assert (await browser.ask("GET", "/api/cases"))[0] == status
    assert (await admin.ask("PUT", f"/api/workers/{number}", {"role": "agent"}))[0] == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/workers", {"email": "no address", "name": "X", "org": "wijk", "role": "agent"}),
        ("/api/workers", {"email": DEE, "name": " ", "org": "wijk", "role": "agent"}),
        ("/api/workers", {"email": DEE, "name": "x" * 81, "org": "wijk", "role": "agent"}),
        ("/api/workers", {"email": DEE, "name": "Dee", "org": "wijk", "role": "king"}),
        ("/api/workers", {"email": DEE, "name": "Dee", "org": "wijk", "role": ["agent"]}),
        ("/api/workers/2", {}),
        ("/api/workers/2", {"state": "invited"}),
        ("/api/workers/2", {"state": "active"}),
        ("/api/workers/2", {"state": "off", "role": "agent"}),
        ("/api/workers/2", {"role": "king"}),
        ("/api/workers/2", {"role": {}}),
        ("/api/workers/2", {"role": "agent", "org": 7}),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused_and_not_done(desk: Any, path: str, body: dict[str, Any]) -> None:
    await desk.worker(ANS, wijk="admin")
    await desk.worker(BO, wijk="agent")
    browser = await desk.enter(ANS)
    _, before = await browser.ask("GET", "/api/workers")
    status, told = await browser.ask("PUT" if path.endswith("2") else "POST", path, body)
    assert (status, told["error"]) == (400, "body")
    assert await browser.ask("GET", "/api/workers") == (200, before)


@pytest.mark.parametrize("number", ["0", "-1", "x", "9999999999999", "1e3", "%00", "99"])
async def test_a_worker_who_does_not_exist_is_not_found(desk: Any, number: str) -> None:
    await desk.worker(ANS, wijk="admin")
    browser = await desk.enter(ANS)
    status, told = await browser.ask("PUT", f"/api/workers/{number}", {"state": "off"})
    assert (status, told["error"]) == (404, "not_found")
