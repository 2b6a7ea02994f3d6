"""Login with an organisation's own accounts, against a real provider on this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from yarl import URL

from channels.desk import oidc
from channels.handoff.organisations import Oidc
from channels.storage import workers
from tests.desk.conftest import Browser, organisation

ANS = "ans@wijk.nl"
ROLES = {"desk-leads": "lead", "desk": "agent", "audit": "auditor"}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider that runs as a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", "0", "--require-nonce"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"}) as process:
        assert process.stderr is not None
        address = next(found[0] for line in process.stderr if (found := re.findall(r"http://127\.0\.0\.1:\d+", line)))
        yield address
        process.terminate()
        process.stderr.read()


@pytest.fixture
async def desk(start_desk: Callable[..., Any], sqlite_url: str, provider: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A desk whose organisation "wijk" has a provider."""
    monkeypatch.setenv("WIJK_SECRET", "a secret with % and :")
    login = Oidc(issuer=provider, client_id="desk wijk", client_secret_env="WIJK_SECRET", roles=ROLES)
    found = await start_desk(sqlite_url, wijk=organisation("Wijkteam", oidc=login), plein=organisation("Plein"))
    # the provider looks at the real time, and so must what compares with it
    found.clock.moment = oidc_time()
    return found


def oidc_time() -> Any:
    from channels.settings import now

    return now()


async def go(browser: Browser, path: str) -> tuple[int, str]:
    """One step of a browser that does not follow: status, and where it is sent."""
    async with browser.session.get(path, allow_redirects=False) as response:
        return response.status, response.headers.get("Location", "")


async def agree(provider: str, address: str, **claims: Any) -> str:
    """Log in at the provider; the answer is where it sends the browser."""
    async with aiohttp.ClientSession() as session:
        async with session.put(f"{provider}/users/somebody", json=claims) as response:
            assert response.status == 204
        async with session.post(
            URL(address, encoded=True), data={"sub": "somebody"}, allow_redirects=False
        ) as response:
            assert response.status == 302
            return response.headers["Location"]


async def enter(desk: Any, provider: str, browser: Browser | None = None, **claims: Any) -> tuple[Browser, str]:
    """The whole way; the answer is the browser, and where it ends."""
    browser = browser or desk.browser()
    status, there = await go(browser, "/desk/oidc/wijk/start")
    assert status == 303
    claims = {"email": ANS, "email_verified": True, "name": "Ans", **claims}
    back = await agree(provider, there, **claims)
    status, end = await go(browser, back)
    assert status == 303
    return browser, end


async def everybody(desk: Any) -> list[workers.Worker]:
    found: list[workers.Worker] = await desk.store.read(lambda c: workers.all_of(c, {"wijk", "haven"}))
    return found


# --- who gets in


@pytest.mark.parametrize(
    ("groups", "role"),
    [(["desk"], "agent"), (["other", "desk-leads", "desk"], "lead"), (["audit"], "auditor")],
)
@pytest.mark.slow
async def test_somebody_new_with_a_group_that_is_named_gets_its_role(
    desk: Any, provider: str, groups: list[str], role: str
) -> None:
    browser, end = await enter(desk, provider, groups=groups)
    assert end == "/desk/"
    status, me = await browser.ask("GET", "/api/me")
    assert (status, me["email"], me["name"]) == (200, ANS, "Ans")
    assert [(org["slug"], org["role"]) for org in me["orgs"]] == [("wijk", role)]
    assert [action for action, _ in await desk.audit()] == ["worker.joined", "login"]
    _, end = await enter(desk, provider, groups=[])
    assert end == "/desk/"  # known by now, with the role that is kept here
    assert len(await everybody(desk)) == 1


@pytest.mark.parametrize("groups", [[], ["other"], "desk", None, ["admin"], [["desk"]], {"desk": 1}])
async def test_somebody_new_without_such_a_group_does_not_get_in(desk: Any, provider: str, groups: Any) -> None:
    browser, end = await enter(desk, provider, groups=groups)
    assert end.endswith("sso=refused")
    assert browser.cookie() is None
    assert await everybody(desk) == []
    assert [action for action, _ in await desk.audit()] == ["login.failed"]


def test_no_group_can_make_an_administrator() -> None:
    with pytest.raises(ValueError, match="admin"):
        Oidc(issuer="https://x", client_id="x", client_secret_env="X", roles={"boss": "admin"})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": ""},
        {"email": "no address"},
        {"email": [ANS]},
        {"email": "a" * 200 + "@wijk.nl"},
        {"email": "ans\u0000@wijk.nl"},
        {"email": "ans@wij\u212a.nl"},  # the sign of a kelvin, of which the small letter is a k
    ],
)
async def test_an_address_that_is_not_verified_or_no_address_opens_nothing(
    desk: Any, provider: str, claims: dict[str, Any]
) -> None:
    await desk.worker(ANS, wijk="agent")
    browser, end = await enter(desk, provider, **{"groups": ["desk"], **claims})
    assert end.endswith("sso=refused")
    assert browser.cookie() is None
    assert len(await everybody(desk)) == 1


async def test_a_known_worker_keeps_the_role_that_was_given_here(desk: Any, provider: str) -> None:
    await desk.worker(ANS, wijk="admin")
    browser, end = await enter(desk, provider, email="Ans@WIJK.nl", groups=["desk"])
    assert end == "/desk/"
    _, me = await browser.ask("GET", "/api/me")
    assert [org["role"] for org in me["orgs"]] == ["admin"]


async def test_the_provider_of_one_organisation_opens_no_account_of_another(desk: Any, provider: str) -> None:
    await desk.worker(ANS, haven="lead")
    await desk.worker("bo@wijk.nl", wijk="agent", haven="agent")
    for email in (ANS, "bo@wijk.nl"):
        browser, end = await enter(desk, provider, email=email, groups=["desk-leads"])
        assert end.endswith("sso=refused")
        assert browser.cookie() is None
    assert [dict(one.orgs) for one in await everybody(desk)] == [{"haven": "lead"}, {"haven": "agent", "wijk": "agent"}]


async def test_who_was_turned_off_stays_out(desk: Any, provider: str) -> None:
    number = await desk.worker(ANS, wijk="agent")
    await desk.store.write(lambda c: workers.set_state(c, number, "off"))
    browser, end = await enter(desk, provider, groups=["desk-leads"])
    assert end.endswith("sso=refused")
    assert browser.cookie() is None


async def test_who_was_invited_may_come_in_this_way_and_the_invitation_has_served(desk: Any, provider: str) -> None:
    token = await desk.store.write(lambda c: workers.invite(c, ANS, "Ans", {"wijk": "agent"}))
    _, end = await enter(desk, provider)
    assert end == "/desk/"
    assert await desk.store.read(lambda c: workers.by_invite(c, token)) is None


# --- what must fit


async def test_the_browser_is_sent_with_state_nonce_and_a_challenge_that_the_exchange_answers(
    desk: Any, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    real = aiohttp.ClientSession.post

    def post(self: aiohttp.ClientSession, url: Any, **more: Any) -> Any:
        sent.append({"url": str(url), **more})
        return real(self, url, **more)

    browser = desk.browser()
    _, there = await go(browser, "/desk/oidc/wijk/start")
    asked = dict(URL(there).query)
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    back = await agree(provider, there, email=ANS, email_verified=True, groups=["desk"])
    monkeypatch.setattr(aiohttp.ClientSession, "post", post)
    _, end = await go(browser, back)
    assert end == "/desk/"
    (exchange,) = [one for one in sent if one["url"].startswith(provider)]
    digest = hashlib.sha256(exchange["data"]["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
    assert exchange["data"]["redirect_uri"] == asked["redirect_uri"]
    pair = base64.b64decode(exchange["headers"]["Authorization"].removeprefix("Basic ")).decode()
    assert pair == "desk%20wijk:a%20secret%20with%20%25%20and%20%3A"


async def test_coming_back_works_once(desk: Any, provider: str) -> None:
    browser = desk.browser()
    _, there = await go(browser, "/desk/oidc/wijk/start")
    back = await agree(provider, there, email=ANS, email_verified=True, groups=["desk"])
    assert [(await go(browser, back))[1] for _ in range(2)] == ["/desk/", "/desk/#sso=refused"]


async def test_only_the_browser_that_began_comes_back(desk: Any, provider: str) -> None:
    mine, other = desk.browser(), desk.browser()
    await go(other, "/desk/oidc/wijk/start")
    _, there = await go(mine, "/desk/oidc/wijk/start")
    back = await agree(provider, there, email=ANS, email_verified=True, groups=["desk"])
    assert (await go(other, back))[1].endswith("sso=refused")
    assert other.cookie() is None


async def test_after_ten_minutes_one_begins_again(desk: Any, provider: str) -> None:
    browser = desk.browser()
    _, there = await go(browser, "/desk/oidc/wijk/start")
    back = await agree(provider, there, email=ANS, email_verified=True, groups=["desk"])
    desk.clock.forward(minutes=10)
    assert (await go(browser, back))[1].endswith("sso=refused")


@pytest.mark.parametrize("change", ["nonce", "state", "code"])
async def test_an_answer_that_belongs_to_another_question_is_refused(desk: Any, provider: str, change: str) -> None:
    browser = desk.browser()
    _, there = await go(browser, "/desk/oidc/wijk/start")
    if change == "nonce":
        there = str(URL(there).update_query(nonce="of somebody else"))
    back = URL(await agree(provider, there, email=ANS, email_verified=True, groups=["desk"]))
    if change != "nonce":
        back = back.update_query({change: "of somebody else"})
    assert (await go(browser, str(back)))[1].endswith("sso=refused")
    assert browser.cookie() is None


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x", "?state=x", "?code=%00&state=%00"])
async def test_coming_back_with_nothing_useful_is_refused(desk: Any, query: str) -> None:
    assert await go(desk.browser(), f"/desk/oidc/wijk/callback{query}") == (303, "/desk/#sso=refused")


@pytest.mark.parametrize("org", ["plein", "nowhere", "%00"])
async def test_an_organisation_without_a_provider_has_no_such_door(desk: Any, org: str) -> None:
    for path in ("start", "callback"):
        assert (await go(desk.browser(), f"/desk/oidc/{org}/{path}"))[0] == 404


# --- providers that cannot be trusted or reached


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://somebody.else"},
        {"authorization_endpoint": "http://elsewhere.example/authorize"},
        {"jwks_uri": "ftp://elsewhere.example/keys"},
        {"token_endpoint": None},
        {"token_endpoint": 7},
        [],
        "not json",
    ],
)
async def test_a_provider_that_says_something_strange_is_not_used(
    start_desk: Callable[..., Any], sqlite_url: str, told: Any
) -> None:
    app = web.Application()

    async def discovery(request: web.Request) -> web.Response:
        own = str(request.url.origin())
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        whole = {"issuer": own, **{name: f"{own}/{name}" for name in names}}
        return web.json_response({**whole, **told} if isinstance(told, dict) else told)

    app.router.add_get("/.well-known/openid-configuration", discovery)
    server = TestServer(app)
    await server.start_server()
    login = Oidc(issuer=str(server.make_url("")).rstrip("/"), client_id="x", client_secret_env="X")
    desk = await start_desk(sqlite_url, wijk=organisation("Wijkteam", oidc=login))
    assert await go(desk.browser(), "/desk/oidc/wijk/start") == (303, "/desk/#sso=unreachable")
    await server.close()
    assert await go(desk.browser(), "/desk/oidc/wijk/start") == (303, "/desk/#sso=unreachable")


async def test_without_its_secret_in_the_environment_nobody_gets_in(
    desk: Any, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WIJK_SECRET")
    _, end = await enter(desk, provider, groups=["desk"])
    assert end.endswith("sso=refused")


# --- the token itself

KEY, CURVE = RSAKey.generate_key(2048, {"kid": "rsa"}), ECKey.generate_key("P-256", {"kid": "curve"})
OTHER = RSAKey.generate_key(2048, {"kid": "rsa"})  # says it is the first
US = Oidc(issuer="https://provider.example", client_id="us", client_secret_env="X")
KEYS = {"keys": [key.as_dict(private=False) for key in (KEY, CURVE)]}


def token(clock: Any, key: Any = KEY, alg: str = "RS256", **claims: Any) -> str:
    moment = int(clock().timestamp())
    whole = {"iss": US.issuer, "aud": "us", "nonce": "n", "iat": moment, "exp": moment + 300, "sub": "s", **claims}
    return jwt.encode(
        {"alg": alg, "kid": key.kid}, {name: value for name, value in whole.items() if value is not None}, key
    )


def plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_a_good_token_gives_its_claims(clock: Any) -> None:
    for made in (token(clock), token(clock, CURVE, "ES256"), token(clock, aud=["us", "them"], azp="us")):
        assert oidc.checked(made, KEYS, US, "n")["sub"] == "s"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "them"},
        {"aud": []},
        {"aud": None},
        {"aud": ["us", "them"]},
        {"aud": ["us", "them"], "azp": "them"},
        {"azp": "them"},
        {"nonce": "m"},
        {"nonce": None},
        {"exp": None},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"iat": None},
        {"iat": 99999999999},
    ],
)
def test_a_token_that_is_not_for_us_or_not_of_now_is_refused(clock: Any, claims: dict[str, Any]) -> None:
    with pytest.raises((JoseError, ValueError)):
        oidc.checked(token(clock, **claims), KEYS, US, "n")


def test_a_token_that_is_no_longer_valid_is_refused(clock: Any) -> None:
    made = token(clock)
    clock.moment += timedelta(seconds=359)
    oidc.checked(made, KEYS, US, "n")
    clock.moment += timedelta(seconds=1)
    with pytest.raises(JoseError):
        oidc.checked(made, KEYS, US, "n")


def test_a_token_with_a_foreign_or_without_a_signature_is_refused(clock: Any) -> None:
    header, body, signature = token(clock).split(".")
    bare, shared = (plain(json.dumps({"alg": alg, "kid": "rsa"}).encode()) for alg in ("none", "HS256"))
    # signed with what everybody knows, in the hope that the public key is taken for a shared one
    known = hmac.digest(KEY.as_pem(private=False), f"{shared}.{body}".encode(), "sha256")
    for made in (
        token(clock, OTHER),
        f"{shared}.{body}.{plain(known)}",
        f"{bare}.{body}.",
        f"{header}.{body}.{signature[:-8]}AAAAAAAA",
        "no token",
        "",
    ):
        with pytest.raises((JoseError, ValueError)):
            oidc.checked(made, KEYS, US, "n")


def test_keys_that_are_not_for_signing_are_not_used(clock: Any) -> None:
    assert oidc.checked(token(clock), KEYS, US, "n")
    for keys in (
        {"keys": []},
        {"keys": [{**KEY.as_dict(private=False), "use": "enc"}]},
        {"keys": [{"kty": "new"}]},
        KeySet([OTHER]).as_dict(private=False),
    ):
        with pytest.raises((JoseError, ValueError)):
            oidc.checked(token(clock), keys, US, "n")
