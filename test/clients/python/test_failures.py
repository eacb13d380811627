"""Calls that fail: the SDK's own exceptions, and what they carry."""

from __future__ import annotations

import json
from typing import Any

import pytest
from docspace_api_sdk import ApiClient
from docspace_api_sdk.exceptions import ApiException

from portal import (
    ACCESS_TOKENS,
    ADMIN,
    CONFIRMATION_KEYS,
    CREDENTIALS,
    GUEST,
    IS_SERVER,
    NOBODY,
    OTHER_GUEST,
    OWNER,
    OWNERS_KEYS,
    PEOPLE,
    ROOM_ADMIN,
    SESSIONS,
    WINFIELD,
)
from sdk import (
    HAS_UUIDS,
    Api,
    call_directly,
    client,
    congratulate,
    error_of,
    guarded_calls,
    refusal,
    role,
    session_of,
)

TERMINATED = PEOPLE["terminated"]
WRONG_SESSIONS: dict[str, str] = CREDENTIALS["wrongSessions"]
WRONG_ACCESS_TOKENS: dict[str, str] = CREDENTIALS["wrongAccessTokens"]


def session(token: str) -> dict[str, str]:
    return {"asc_auth_key": f"asc_auth_key={token}"}


def basic(email: str, password: str) -> ApiClient:
    return client(username=email, password=password)


WRONG_CREDENTIALS = {
    "none": client(),
    "wrong password": basic(ADMIN.email, "wrong"),
    "unknown e-mail": basic("nobody@example.com", ADMIN.password),
    "id in the place of an e-mail": basic(ADMIN.id, ADMIN.password),
    "password of a terminated user": basic(
        TERMINATED.email, TERMINATED.password
    ),
    "only a user name": client(username=ADMIN.email),
    "unknown API key": client(access_token=f"sk-{'0' * 64}"),
    "expired API key": client(access_token=OWNERS_KEYS["expired"]),
    "revoked API key": client(access_token=OWNERS_KEYS["revoked"]),
    "API key of a terminated user": client(access_token=TERMINATED.api_key),
    "unknown API key in its header": client(
        api_key={"ApiKeyBearer": f"sk-{'0' * 64}"}
    ),
    "API key as x-signature": client(api_key={"x-signature": ADMIN.api_key}),
    # what the SDK's documentation advises is no cookie
    "session with its name as prefix": client(
        api_key={"asc_auth_key": SESSIONS[ADMIN.name]},
        api_key_prefix={"asc_auth_key": "asc_auth_key"},
    ),
    **{
        f"session {name}": client(api_key=session(token))
        for name, token in WRONG_SESSIONS.items()
    },
    **{
        f"nameless session {name}": client(api_key={"asc_auth_key": token})
        for name, token in WRONG_SESSIONS.items()
    },
    **{
        f"access token {name}": client(access_token=token)
        for name, token in WRONG_ACCESS_TOKENS.items()
    },
}


@pytest.mark.parametrize(
    "api_client", WRONG_CREDENTIALS.values(), ids=list(WRONG_CREDENTIALS)
)
def test_wrong_credentials(api_client: ApiClient) -> None:
    api = Api(api_client)
    for call in guarded_calls(api).values():
        assert refusal(401, call).body == ""
    congratulate(api, OTHER_GUEST)


def headers_of(refused: ApiException) -> Any:
    assert refused.headers is not None
    return refused.headers


def test_basic_is_challenged() -> None:
    wrong = Api(basic(ADMIN.email, "wrong")).get_portal_users_count
    assert headers_of(refusal(401, wrong))["WWW-Authenticate"] == "Basic"
    right = Api(basic(ADMIN.email, ADMIN.password))
    answer = right.get_portal_users_count_with_http_info()
    assert answer.headers["WWW-Authenticate"] == "Basic"
    none = Api(client()).get_portal_users_count
    assert "WWW-Authenticate" not in headers_of(refusal(401, none))


@pytest.mark.parametrize("name", WRONG_SESSIONS)
def test_wrong_session_cookie_is_taken_away(name: str) -> None:
    token = WRONG_SESSIONS[name]
    call = Api(client(api_key=session(token))).get_portal_users_count
    assert headers_of(refusal(401, call))["Set-Cookie"] == (
        "asc_auth_key=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/"
    )


def test_malformed_basic() -> None:
    api = Api(client(header=("Authorization", "Basic ###")))
    for call in guarded_calls(api).values():
        if IS_SERVER:
            error = error_of(refusal(500, call))
            assert error["type"] == "System.FormatException"
            assert error["hresult"] == -2146233033
            assert "Base-64" in error["message"]
        else:
            assert refusal(401, call).body == ""


def test_undecodable_access_token() -> None:
    api = Api(client(access_token="abc.def.ghi"))
    for call in guarded_calls(api).values():
        if IS_SERVER:
            error = error_of(refusal(400, call))
            assert error["type"] == "System.ArgumentException"
            assert error["hresult"] == -2147024809
            assert error["message"].startswith("IDX12729: ")
        else:
            assert refusal(401, call).body == ""


def test_access_token_without_a_subject() -> None:
    api = Api(client(access_token=ACCESS_TOKENS["without a subject"]))
    for call in guarded_calls(api).values():
        refused = refusal(401, call)
        if IS_SERVER:
            assert error_of(refused) == {
                "message": "Claim 'sub' is not present in JWT",
                "type": None,
                "stack": None,
                "hresult": 0,
            }
        else:
            assert refused.body == ""


READERS = {
    "API key": client(access_token=OWNERS_KEYS["read only"]),
    "access token": client(access_token=ACCESS_TOKENS["read"]),
}


@pytest.mark.parametrize("api_client", READERS.values(), ids=list(READERS))
def test_readers_only_read(api_client: ApiClient) -> None:
    api = Api(api_client)
    assert api.get_portal_users_count().response == 6
    assert str(api.get_user_by_id(GUEST.id).response.id) == GUEST.id
    assert api.get_invitation_link(role("User")).response
    assert refusal(403, api.mark_gift_message_as_read).body == ""
    congratulate(api, WINFIELD)


def test_documented_scope_to_read() -> None:
    token = ACCESS_TOKENS["documented read"]
    api = Api(client(access_token=token))
    if IS_SERVER:
        assert refusal(403, api.get_portal_users_count).body == ""
    else:
        assert api.get_portal_users_count().response == 6
    assert refusal(403, api.mark_gift_message_as_read).body == ""


WITHOUT_SCOPE = {
    "API key": client(access_token=OWNERS_KEYS["accounts only"]),
    "access token": client(
        access_token=ACCESS_TOKENS["without a portal scope"]
    ),
}


@pytest.mark.parametrize(
    "api_client", WITHOUT_SCOPE.values(), ids=list(WITHOUT_SCOPE)
)
def test_without_a_scope_of_the_portal(api_client: ApiClient) -> None:
    api = Api(api_client)
    for call in guarded_calls(api).values():
        assert refusal(403, call).body == ""
    congratulate(api, WINFIELD)


LIMITED_KEYS = {
    "read only": OWNERS_KEYS["read only"],
    "accounts only": OWNERS_KEYS["accounts only"],
    "expired": OWNERS_KEYS["expired"],
    "revoked": OWNERS_KEYS["revoked"],
    "unknown": f"sk-{'0' * 64}",
}


@pytest.mark.parametrize("key", LIMITED_KEYS.values(), ids=list(LIMITED_KEYS))
def test_congratulations_with_a_limited_key(key: str) -> None:
    api = Api(client(header=("Authorization", f"Bearer {key}")))
    if not IS_SERVER:
        congratulate(api, WINFIELD)
        return
    refused = refusal(
        403,
        api.send_congratulations,
        WINFIELD.id,
        CONFIRMATION_KEYS[WINFIELD.id],
    )
    problem = json.loads(refused.body or "")
    assert (problem["status"], problem["title"]) == (403, "Forbidden")
    content_type = headers_of(refused)["Content-Type"]
    assert content_type == "application/problem+json; charset=utf-8"


@pytest.mark.parametrize(
    "key",
    [
        CONFIRMATION_KEYS[GUEST.id],
        CREDENTIALS["expiredConfirmationKey"],
        "some text&x=1",
        "1.2.3",
    ],
    ids=["of another user", "expired", "text", "three parts"],
)
def test_congratulations_with_a_wrong_key(key: str) -> None:
    api = Api(client())
    call = api.send_congratulations
    error = error_of(refusal(403, call, WINFIELD.id, key))
    assert error["message"] == "Access denied"
    assert error["type"] == "System.Security.SecurityException"
    assert error["hresult"] == -2146233078


def test_congratulations_with_an_empty_key() -> None:
    call = Api(client()).send_congratulations
    status = 400 if IS_SERVER else 403
    error = error_of(refusal(status, call, WINFIELD.id, ""))
    if IS_SERVER:
        assert error["message"] == "Value cannot be null. (Parameter 'key')"
        assert error["type"] == "System.ArgumentNullException"
        assert error["hresult"] == -2147467261
    else:
        assert error["message"] == "Access denied"


@pytest.mark.parametrize(
    "unknown", [NOBODY, "00000000-0000-0000-0000-000000000000"]
)
def test_unknown_user(unknown: str) -> None:
    for person in (OWNER, ADMIN, ROOM_ADMIN):
        call = Api(session_of(person)).get_user_by_id
        refused = refusal(404, call, unknown)
        error = error_of(refused)
        is_german = person.entry["cultureName"] == "de"
        assert error["message"] == (
            "Der Benutzer konnte nicht gefunden werden"
            if is_german
            else "The user could not be found"
        )
        assert error["type"] == "ASC.Common.Web.ItemNotFoundException"
        assert error["hresult"] == -2146233088
        assert headers_of(refused)["Cache-Control"] == "no-cache,no-store"
    for person in (WINFIELD, GUEST):
        call = Api(session_of(person)).get_user_by_id
        refused = refusal(403, call, unknown)
        assert error_of(refused)["message"] == "Access denied"


@pytest.mark.parametrize("text", ["abc", "@self", "1"])
def test_user_by_what_is_no_id(text: str) -> None:
    if HAS_UUIDS:
        pytest.skip("this version's own types let only UUIDs out")
    call = Api(session_of(OWNER)).get_user_by_id
    assert refusal(404, call, text).body == ""


@pytest.mark.parametrize("path", ["users/abc", "users/invite", "nothing"])
def test_unknown_path(path: str) -> None:
    refused = refusal(
        404, call_directly, session_of(OWNER), "GET", f"/api/2.0/portal/{path}"
    )
    assert refused.body == ""


def errors_of(refused: ApiException) -> Any:
    """The `errors` of a validation problem, whose envelope is checked."""
    body = json.loads(refused.body or "")
    assert list(body) == [
        "response",
        "count",
        "links",
        "status",
        "statusCode",
    ]
    assert (body["status"], body["statusCode"]) == (1, 400)
    assert body["response"]["status"] == 400
    return body["response"]["errors"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Owner", "The value 'Owner' is not valid for EmployeeType."),
        ("8", "The value '8' is invalid."),
    ],
)
def test_invitation_to_what_is_no_role(text: str, message: str) -> None:
    path = f"/api/2.0/portal/users/invite/{text}"
    refused = refusal(400, call_directly, session_of(OWNER), "GET", path)
    assert errors_of(refused) == {"employeeType": [message]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("abc", "The value 'abc' is not valid for Userid."),
        ("", "The value '' is invalid."),
    ],
)
def test_congratulations_to_what_is_no_id(text: str, message: str) -> None:
    path = "/api/2.0/portal/sendcongratulations"
    query = [("Userid", text), ("Key", "1.A")]
    refused = refusal(400, call_directly, client(), "POST", path, query)
    assert errors_of(refused) == {"Userid": [message]}


def test_wrong_method() -> None:
    path = "/api/2.0/portal/userscount"
    with pytest.raises(ApiException) as caught:
        call_directly(session_of(OWNER), "DELETE", path)
    assert caught.value.status == 405
    assert headers_of(caught.value)["Allow"] == "GET"
