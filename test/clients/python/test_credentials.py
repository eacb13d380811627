"""All five operations, with every credential that the SDK can send."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from docspace_api_sdk import ApiClient

from portal import (
    ACCESS_TOKENS,
    ADMIN,
    CREDENTIALS,
    IS_SERVER,
    OWNERS_KEYS,
    PEOPLE,
    ROOM_ADMIN,
    SESSIONS,
    WINFIELD,
    Person,
    expected_user,
)
from sdk import (
    Api,
    client,
    congratulate,
    guarded_calls,
    mark_gift,
    refusal,
    user_id,
    whoami,
)

SESSION = SESSIONS[ADMIN.name]
KEY = ADMIN.api_key


@dataclass(frozen=True)
class Form:
    """A way to say that the administrator is calling."""

    name: str
    client: ApiClient
    # what the `server` profile answers to it
    server: int = 200
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return self.server if IS_SERVER else 200


def auth_setting(where: str) -> dict[str, Any]:
    """What one call can be given in the place of the configuration."""
    setting = {
        "type": "api_key",
        "in": where,
        "key": "asc_auth_key",
        "value": SESSION,
    }
    return {"_request_auth": setting}


FORMS = [
    Form(
        "Basic",
        client(username=ADMIN.email, password=ADMIN.password),
    ),
    Form(
        "access_token: ES256",
        client(access_token=ACCESS_TOKENS["es256"]),
    ),
    Form(
        "access_token: RS256",
        client(access_token=ACCESS_TOKENS["rs256"]),
    ),
    Form(
        "access_token: OpenID",
        client(access_token=ACCESS_TOKENS["openid"]),
    ),
    Form(
        "access_token: documented scopes",
        client(access_token=ACCESS_TOKENS["documented read and write"]),
        server=403,
    ),
    Form(
        "access_token: API key",
        client(access_token=KEY),
    ),
    Form(
        "access_token: session",
        client(access_token=SESSION),
    ),
    Form(
        "ApiKeyBearer",
        client(api_key={"ApiKeyBearer": KEY}),
        server=401,
    ),
    Form(
        "ApiKeyBearer with prefix",
        client(
            api_key={"ApiKeyBearer": KEY},
            api_key_prefix={"ApiKeyBearer": "Bearer"},
        ),
        server=401,
    ),
    Form(
        "asc_auth_key: nameless cookie",
        client(api_key={"asc_auth_key": SESSION}),
        server=401,
    ),
    Form(
        "asc_auth_key: nameless cookie with prefix",
        client(
            api_key={"asc_auth_key": SESSION},
            api_key_prefix={"asc_auth_key": "Bearer"},
        ),
        server=401,
    ),
    Form(
        "asc_auth_key: name in the value",
        client(api_key={"asc_auth_key": f"asc_auth_key={SESSION}"}),
    ),
    Form(
        "cookie of the client",
        client(cookie=f"asc_auth_key={SESSION}"),
    ),
    Form(
        "default header: session",
        client(header=("Authorization", SESSION)),
    ),
    Form(
        "default header: Bearer session",
        client(header=("Authorization", f"Bearer {SESSION}")),
    ),
    Form(
        "default header: API key",
        client(header=("Authorization", KEY)),
        server=401,
    ),
    Form(
        "default header: Bearer API key",
        client(header=("Authorization", f"Bearer {KEY}")),
    ),
    Form(
        "default header: asc_auth_key",
        client(header=("asc_auth_key", SESSION)),
        server=401,
    ),
    Form(
        "_request_auth: cookie",
        client(),
        server=401,
        options=auth_setting("cookie"),
    ),
    Form(
        "_request_auth: header",
        client(),
        server=401,
        options=auth_setting("header"),
    ),
    Form(
        "_request_auth: query",
        client(),
        server=401,
        options=auth_setting("query"),
    ),
]

each_form = pytest.mark.parametrize(
    "form", FORMS, ids=[form.name for form in FORMS]
)


def is_refused(form: Form, operation: str) -> bool:
    """Whether the profile refuses a form, which is then checked."""
    if form.status == 200:
        return False
    call = guarded_calls(Api(form.client), **form.options)[operation]
    assert refusal(form.status, call).body == ""
    return True


@each_form
def test_invitation_link(form: Form) -> None:
    if not is_refused(form, "invitation link"):
        assert whoami(Api(form.client), **form.options) is ADMIN


@each_form
def test_count(form: Form) -> None:
    if not is_refused(form, "count"):
        answer = Api(form.client).get_portal_users_count(**form.options)
        assert answer.response == 6


@each_form
def test_user(form: Form) -> None:
    if not is_refused(form, "user"):
        answer = Api(form.client).get_user_by_id(WINFIELD.id, **form.options)
        expected = expected_user(WINFIELD)
        for member in ("id", "createdBy"):
            expected[member] = user_id(expected[member])
        assert answer.response.model_dump(by_alias=True) == expected


@each_form
def test_gift(form: Form) -> None:
    if not is_refused(form, "gift"):
        mark_gift(Api(form.client), ADMIN, **form.options)


@each_form
def test_congratulations(form: Form) -> None:
    congratulate(Api(form.client), WINFIELD, **form.options)


ROOM_ADMINS_COOKIE = f"asc_auth_key={SESSIONS[ROOM_ADMIN.name]}"
EXPIRED_SESSION = CREDENTIALS["wrongSessions"]["expired"]


@dataclass(frozen=True)
class Combination:
    """Several credentials at once: who is calling, or what is answered."""

    name: str
    client: ApiClient
    documented: Person | int
    server: Person | int


COMBINATIONS = [
    Combination(
        "session and API key in its header",
        client(
            api_key={
                "asc_auth_key": ROOM_ADMINS_COOKIE,
                "ApiKeyBearer": KEY,
            }
        ),
        documented=ROOM_ADMIN,
        server=ROOM_ADMIN,
    ),
    Combination(
        "nameless session and API key in its header",
        client(
            api_key={
                "asc_auth_key": SESSIONS[ROOM_ADMIN.name],
                "ApiKeyBearer": KEY,
            }
        ),
        documented=ROOM_ADMIN,
        server=401,
    ),
    Combination(
        "session and API key as access token",
        client(api_key={"asc_auth_key": ROOM_ADMINS_COOKIE}, access_token=KEY),
        documented=ROOM_ADMIN,
        server=ADMIN,
    ),
    Combination(
        "session and Basic",
        client(
            api_key={"asc_auth_key": ROOM_ADMINS_COOKIE},
            username=ADMIN.email,
            password=ADMIN.password,
        ),
        documented=ROOM_ADMIN,
        server=ADMIN,
    ),
    Combination(
        "Basic and access token, of which the SDK sends the token",
        client(
            username=ROOM_ADMIN.email,
            password=ROOM_ADMIN.password,
            access_token=ACCESS_TOKENS["es256"],
        ),
        documented=ADMIN,
        server=ADMIN,
    ),
    Combination(
        "Basic and API key in its header",
        client(
            username=ROOM_ADMIN.email,
            password=ROOM_ADMIN.password,
            api_key={"ApiKeyBearer": KEY},
        ),
        documented=ROOM_ADMIN,
        server=ROOM_ADMIN,
    ),
    Combination(
        "expired session and API key in its header",
        client(
            api_key={
                "asc_auth_key": f"asc_auth_key={EXPIRED_SESSION}",
                "ApiKeyBearer": KEY,
            }
        ),
        documented=ADMIN,
        server=401,
    ),
    Combination(
        "wrong password and API key in its header",
        client(
            username=ROOM_ADMIN.email,
            password="wrong",
            api_key={"ApiKeyBearer": KEY},
        ),
        documented=ADMIN,
        server=401,
    ),
    Combination(
        "wrong password and session",
        client(
            username=ADMIN.email,
            password="wrong",
            api_key={"asc_auth_key": ROOM_ADMINS_COOKIE},
        ),
        documented=ROOM_ADMIN,
        server=401,
    ),
    Combination(
        "access token without a scope and API key in its header",
        client(
            access_token=ACCESS_TOKENS["without a portal scope"],
            api_key={"ApiKeyBearer": ROOM_ADMIN.api_key},
        ),
        documented=ROOM_ADMIN,
        server=403,
    ),
    Combination(
        "API key without a scope and access token",
        client(
            access_token=ACCESS_TOKENS["es256"],
            api_key={"ApiKeyBearer": OWNERS_KEYS["accounts only"]},
        ),
        documented=ADMIN,
        server=ADMIN,
    ),
    Combination(
        "empty session and API key in its header",
        client(api_key={"asc_auth_key": "asc_auth_key=", "ApiKeyBearer": KEY}),
        documented=ADMIN,
        server=401,
    ),
    Combination(
        "empty access token and API key in its header",
        client(access_token="", api_key={"ApiKeyBearer": KEY}),
        documented=ADMIN,
        server=401,
    ),
    Combination(
        "empty access token and session",
        client(access_token="", api_key={"asc_auth_key": ROOM_ADMINS_COOKIE}),
        documented=ROOM_ADMIN,
        server=ROOM_ADMIN,
    ),
    Combination(
        "everything at once",
        client(
            username=ADMIN.email,
            password=ADMIN.password,
            access_token=KEY,
            api_key={
                "asc_auth_key": ROOM_ADMINS_COOKIE,
                "ApiKeyBearer": PEOPLE["guest"].api_key,
            },
        ),
        documented=ROOM_ADMIN,
        server=ADMIN,
    ),
]


@pytest.mark.parametrize(
    "combination", COMBINATIONS, ids=[c.name for c in COMBINATIONS]
)
def test_combination(combination: Combination) -> None:
    expected = combination.server if IS_SERVER else combination.documented
    api = Api(combination.client)
    if isinstance(expected, Person):
        assert whoami(api) is expected
        mark_gift(api, expected)
    else:
        for call in guarded_calls(api).values():
            assert refusal(expected, call).body == ""
    congratulate(api, WINFIELD)
