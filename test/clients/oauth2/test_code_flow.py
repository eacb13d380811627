"""The code flow through the pages, and the operations with what it gave."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.jose import JsonWebKey, jwt
from oauthlib.oauth2 import InvalidGrantError
from requests_oauthlib import OAuth2Session

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

URL = os.environ["MOCK_URL"]
CLIENTS = json.loads(os.environ["MOCK_CLIENTS"])
CONFIDENTIAL, PKCE = CLIENTS["confidential"], CLIENTS["pkce"]
CALLBACK = "http://localhost:3000/callback"
OWNER = "66faa6e4-f133-11ea-b126-00ffeec8b4ef"
IS_SERVER = os.environ["MOCK_PROFILE"] == "server"
# the real server lets OAuth2 clients have no scope that its portal operations ask for
SCOPE = "openid accounts:read" if IS_SERVER else "openid read write"
GUARDED = 403 if IS_SERVER else 200


def sign_in(url: str) -> str:
    """Goes through the pages as the owner, and gives where the client is sent to."""
    browser = requests.Session()
    page = browser.get(url)
    assert "/oauth2/login" in page.url
    page = browser.post(page.url, data={"person": "owner@example.com"})
    assert "/oauth2/consent" in page.url
    answer = browser.post(page.url, data={"consent": "allow"}, allow_redirects=False)
    answer = browser.get(requests.compat.urljoin(URL, answer.headers["location"]), allow_redirects=False)
    assert answer.headers["location"].startswith(CALLBACK)
    return answer.headers["location"]


@pytest.fixture(scope="module")
def provider() -> dict[str, Any]:
    return requests.get(f"{URL}/.well-known/openid-configuration").json()


def authlib_session(client: dict[str, str], method: str) -> AuthlibSession:
    return AuthlibSession(
        client["clientId"],
        client["clientSecret"] if method != "none" else None,
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        scope=SCOPE,
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
    )


@pytest.mark.parametrize("method", ["client_secret_post", "none"] + ([] if IS_SERVER else ["client_secret_basic"]))
def test_authlib(provider: dict[str, Any], method: str) -> None:
    session = authlib_session(PKCE if method == "none" else CONFIDENTIAL, method)
    verifier = "v" * 48
    url, state = session.create_authorization_url(
        provider["authorization_endpoint"], code_verifier=verifier, nonce="the-nonce"
    )
    answer = sign_in(url)
    assert parse_qs(urlparse(answer).query)["state"] == [state]
    token = session.fetch_token(
        provider["token_endpoint"], authorization_response=answer, state=state, code_verifier=verifier
    )
    assert token["expires_in"] == 3600

    keys = JsonWebKey.import_key_set(requests.get(provider["jwks_uri"]).json())
    for name in ["access_token", "id_token"]:
        claims = jwt.decode(token[name], keys)
        assert claims["iss"] == provider["issuer"]
        assert claims["sub"] == OWNER
    assert jwt.decode(token["id_token"], keys)["nonce"] == "the-nonce"

    assert session.get(provider["userinfo_endpoint"]).json()["email"] == "owner@example.com"
    assert session.get(f"{URL}/api/2.0/portal/userscount").status_code == GUARDED

    old = token["refresh_token"]
    renewed = session.refresh_token(provider["token_endpoint"], refresh_token=old)
    assert renewed["refresh_token"] != old
    assert session.get(f"{URL}/api/2.0/portal/userscount").status_code == GUARDED
    assert session.revoke_token(provider["revocation_endpoint"], token=renewed["access_token"]).status_code == 200
    assert session.get(f"{URL}/api/2.0/portal/userscount").status_code == 401


def test_requests_oauthlib(provider: dict[str, Any]) -> None:
    session = OAuth2Session(CONFIDENTIAL["clientId"], redirect_uri=CALLBACK, scope=SCOPE.split(), pkce="S256")
    url, _ = session.authorization_url(provider["authorization_endpoint"])
    answer = sign_in(url)
    secret = {"client_secret": CONFIDENTIAL["clientSecret"], "include_client_id": True}
    token = session.fetch_token(provider["token_endpoint"], authorization_response=answer, **secret)
    statuses = [
        session.request(method, f"{URL}/api/2.0/portal/{path}").status_code
        for method, path in [
            ("GET", "userscount"),
            ("GET", f"users/{OWNER}"),
            ("GET", "users/invite/User"),
            ("POST", "present/mark"),
        ]
    ]
    assert statuses == [GUARDED] * 4
    # congratulations need no credential, but a key
    assert session.post(f"{URL}/api/2.0/portal/sendcongratulations").status_code == (400 if IS_SERVER else 403)

    credentials = {"client_id": CONFIDENTIAL["clientId"], "client_secret": CONFIDENTIAL["clientSecret"]}
    session.refresh_token(provider["token_endpoint"], refresh_token=token["refresh_token"], **credentials)
    with pytest.raises(InvalidGrantError):
        session.refresh_token(provider["token_endpoint"], refresh_token=token["refresh_token"], **credentials)
