"""Login with an organisation's own accounts: OpenID Connect, authorization code with PKCE, state and nonce.

What an organisation's provider says counts for that organisation only: it lets nobody in who also works for another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import os
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from aiohttp import web
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from yarl import URL

from channels.desk import sitting
from channels.desk.login import agent_of, begin, failed
from channels.desk.people import address_in
from channels.desk.refusals import refuse
from channels.desk.sitting import DESK
from channels.handoff.organisations import DeskOrganisation, Oidc
from channels.settings import now
from channels.storage import desk_audit, workers
from channels.storage.store import Store

log = logging.getLogger(__name__)
_LIFE = timedelta(minutes=10)
_MOST_UNDER_WAY = 1000
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_ALGORITHMS = ("RS256", "PS256", "ES256")  # never one that a public key could sign with
_LEEWAY = 60  # seconds that two clocks may differ
_REFUSED, _UNREACHABLE = f"{DESK}/#sso=refused", f"{DESK}/#sso=unreachable"
_TROUBLE = (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, JoseError)


@dataclass(frozen=True, slots=True)
class _UnderWay:
    org: str
    nonce: str
    verifier: str
    until: datetime


class SingleSignOn:
    """The handlers. What is under way lives in this process, for ten minutes."""

    def __init__(self, store: Store, orgs: Mapping[str, DeskOrganisation], session: aiohttp.ClientSession) -> None:
        self._store, self._orgs, self._session = store, orgs, session
        self._under_way: OrderedDict[str, _UnderWay] = OrderedDict()

    def add_to(self, app: web.Application) -> None:
        """Routes of /oidc on the sub-application of the desk."""
        app.router.add_get("/oidc/{org}/start", self.start)
        app.router.add_get("/oidc/{org}/callback", self.callback)

    async def start(self, request: web.Request) -> web.StreamResponse:
        """Send the browser to the provider of this organisation."""
        org, oidc = self._oidc(request)
        try:
            provider = await self._discover(oidc)
        except _TROUBLE:
            log.warning("the login provider of %s cannot be used", org, exc_info=True)
            return _to(_UNREACHABLE)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        self._under_way[state] = _UnderWay(org, nonce, verifier, now() + _LIFE)
        if len(self._under_way) > _MOST_UNDER_WAY:
            self._under_way.popitem(last=False)
        asked = {
            "response_type": "code",
            "client_id": oidc.client_id,
            "redirect_uri": _back(request, org),
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        response = _to(str(URL(provider["authorization_endpoint"]).update_query(asked)))
        # only the browser that began may come back, or somebody could be logged in as another without noticing
        response.set_cookie(
            _cookie(request),
            state,
            httponly=True,
            samesite="Lax",
            path="/",
            secure=sitting.is_https(request),
            max_age=600,
        )
        return response

    async def callback(self, request: web.Request) -> web.StreamResponse:
        """Back from the provider: a session, or the login page with the word that it was refused."""
        org, oidc = self._oidc(request)
        state, shown = request.query.get("state", ""), request.cookies.get(_cookie(request), "")
        begun = self._under_way.pop(state, None)
        code = request.query.get("code", "")
        token = None
        if begun and begun.org == org and begun.until > now() and code and _same(state, shown):
            try:
                claims = await self._claims(oidc, code, begun, _back(request, org))
                token = await self._enter(request, org, oidc, claims)
            except _TROUBLE:
                log.warning("a login through the provider of %s failed", org, exc_info=True)
        response = _to(f"{DESK}/" if token else _REFUSED)
        response.del_cookie(_cookie(request), httponly=True, samesite="Lax", path="/", secure=sitting.is_https(request))
        if token:
            sitting.seat_with(request, response, token)
        return response

    def _oidc(self, request: web.Request) -> tuple[str, Oidc]:
        org = request.match_info["org"]
        found = self._orgs.get(org)
        if found is None or found.oidc is None:
            raise refuse(request, 404, "not_found")
        return org, found.oidc

    async def _discover(self, oidc: Oidc) -> dict[str, Any]:
        told = await self._get(f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration")
        if told["issuer"] != oidc.issuer:
            raise ValueError(f"it calls itself {told['issuer']}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(told[name], str):
                raise ValueError(f"its {name} is no address")
            if urlsplit(told[name]).scheme != "https" and _place(told[name]) != _place(oidc.issuer):
                raise ValueError(f"its {name} is not on https")
        return told

    async def _get(self, url: str) -> dict[str, Any]:
        async with self._session.get(url, timeout=_TIMEOUT, allow_redirects=False, raise_for_status=True) as response:
            return dict(await response.json(content_type=None))

    async def _claims(self, oidc: Oidc, code: str, begun: _UnderWay, back: str) -> dict[str, Any]:
        provider = await self._discover(oidc)
        secret = os.environ[oidc.client_secret_env]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": begun.verifier}
        headers = {"Accept": "application/json"}
        if "client_secret_basic" in provider.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            pair = f"{quote(oidc.client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": oidc.client_id, "client_secret": secret}
        async with self._session.post(
            provider["token_endpoint"],
            data=form,
            headers=headers,
            timeout=_TIMEOUT,
            allow_redirects=False,
            raise_for_status=True,
        ) as response:
            told = await response.json(content_type=None)
        return checked(told["id_token"], await self._get(provider["jwks_uri"]), oidc, begun.nonce)

    async def _enter(self, request: web.Request, org: str, oidc: Oidc, claims: Mapping[str, Any]) -> str | None:
        email, name = claims.get("email"), _name(claims)
        address = address_in(email) if isinstance(email, str) else None
        if address is None or claims.get("email_verified") is not True:
            return None
        shown, agent, role = sitting.token_of(request), agent_of(request), _role(oidc, claims)

        def enter(connection: Any) -> str | None:
            found = workers.by_email(connection, address)
            if found is None and role is not None:
                number = workers.create(connection, address, name or address[:80], {org: role})
                made = workers.get(connection, number)
                if made is not None:
                    desk_audit.note(connection, made, "worker.joined", str(number), {"role": role})
                found = workers.by_email(connection, address)
            if found is None or found[0].state == "off" or set(found[0].orgs) != {org}:
                failed(connection, address)
                return None
            workers.accept(connection, found[0].id)
            return begin(connection, found[0], shown, agent)

        return await self._store.write(enter)


def checked(token: str, keys: Mapping[str, Any], oidc: Oidc, nonce: str) -> dict[str, Any]:
    """The claims of an ID token. Raises JoseError or ValueError when it is not for us, not of now, or not signed."""
    usable = [key for key in keys["keys"] if key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"]
    claims = dict(jwt.decode(token, KeySet.import_key_set({"keys": usable}), algorithms=_ALGORITHMS).claims)
    registry = jwt.JWTClaimsRegistry(
        now=int(now().timestamp()),
        leeway=_LEEWAY,
        iss={"essential": True, "value": oidc.issuer},
        aud={"essential": True, "value": oidc.client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    registry.validate(claims)
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else oidc.client_id) != oidc.client_id:
        raise ValueError("the token was made for another program")
    return claims


def _role(oidc: Oidc, claims: Mapping[str, Any]) -> str | None:
    """The first line of the map that fits."""
    groups = claims.get("groups")
    mine = groups if isinstance(groups, list) else []
    return next((role for group, role in oidc.roles.items() if group in mine), None)


def _name(claims: Mapping[str, Any]) -> str:
    name = claims.get("name")
    return "".join(letter for letter in name if letter.isprintable())[:80].strip() if isinstance(name, str) else ""


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _back(request: web.Request, org: str) -> str:
    return f"{'https' if sitting.is_https(request) else 'http'}://{request.host}{DESK}/oidc/{org}/callback"


def _cookie(request: web.Request) -> str:
    return "__Host-desk-sso" if sitting.is_https(request) else "desk-sso"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _to(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address})
