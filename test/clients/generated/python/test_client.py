"""What a Python client that was generated from the document makes of the mock's answers."""

import datetime
import enum
import json
import os
import re
import uuid

import pytest

import docspace

with open(os.environ["EXPECTATIONS"], encoding="utf8") as file:
    EXPECTED = json.load(file)

KEYS = EXPECTED["apiKeys"]
IS_SERVER = EXPECTED["profile"] == "server"


def api(cookie=None, **settings):
    configuration = docspace.Configuration(host=EXPECTED["url"], **settings)
    return docspace.PortalUsersApi(docspace.ApiClient(configuration, cookie=cookie))


def as_key(key):
    return api(access_token=key)


OWNER = as_key(KEYS["owner"])

CREDENTIALS = [
    ("ApiKeyBearer", {"api_key": {"ApiKeyBearer": KEYS["owner"]}}, 401 if IS_SERVER else 200),
    ("asc_auth_key", {"api_key": {"asc_auth_key": EXPECTED["sessionToken"]}}, 200),
    ("cookie", {"cookie": f"asc_auth_key={EXPECTED['sessionToken']}"}, 200),
    ("Basic", EXPECTED["login"], 200),
    ("Bearer, a session token", {"access_token": EXPECTED["sessionToken"]}, 200),
    ("Bearer, an access token", {"access_token": EXPECTED["accessToken"]}, 200),
    ("Bearer, an API key", {"access_token": KEYS["owner"]}, 200),
    ("none", {}, 401),
    ("ApiKeyBearer, unknown", {"api_key": {"ApiKeyBearer": KEYS["unknown"]}}, 401),
    ("Basic, wrong", {"username": "owner@example.com", "password": "wrong"}, 401),
    ("Bearer, expired", {"access_token": EXPECTED["expiredAccessToken"]}, 401),
]


@pytest.mark.parametrize(("settings", "status"), [row[1:] for row in CREDENTIALS], ids=[row[0] for row in CREDENTIALS])
def test_credential(settings, status):
    client = api(**settings)
    for call in (
        lambda: client.get_invitation_link(docspace.EmployeeType("User")),
        client.get_portal_users_count,
        lambda: client.get_user_by_id(EXPECTED["owner"]),
        client.mark_gift_message_as_read,
    ):
        if status == 200:
            assert call().status_code == 200
        else:
            with pytest.raises(docspace.exceptions.UnauthorizedException) as refused:
                call()
            assert (refused.value.status, refused.value.body or "") == (401, "")
    assert client.send_congratulations(EXPECTED["owner"], EXPECTED["confirmationKey"]).status_code == 200


def test_users_count():
    answer = OWNER.get_portal_users_count()
    assert (answer.response, answer.count) == (EXPECTED["usersCount"], 1)


@pytest.mark.parametrize("name", EXPECTED["employeeTypes"])
def test_invitation(name):
    employee_type = docspace.EmployeeType(name)
    assert re.search(r"/s/[\w-]{15}$", OWNER.get_invitation_link(employee_type).response)
    assert as_key(KEYS["guest"]).get_invitation_link(employee_type).response == ""


def plain(value):
    """What a member holds, in the way in which JSON has it."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, uuid.UUID):
        return str(value)
    return value


@pytest.mark.parametrize("expected", EXPECTED["users"], ids=[user["email"] for user in EXPECTED["users"]])
def test_user(expected):
    user = OWNER.get_user_by_id(expected["id"]).response
    members = {field.alias or name: getattr(user, name) for name, field in type(user).model_fields.items()}
    held = {member: plain(value) for member, value in members.items() if value is not None}
    assert held.keys() == expected.keys()
    for member, value in held.items():
        if isinstance(value, datetime.datetime):
            assert value == datetime.datetime.fromisoformat(expected[member].replace("Z", "+00:00")), member
        else:
            assert value == expected[member], member


def test_gift_message():
    assert OWNER.mark_gift_message_as_read().status_code == 200


def test_congratulations_without_credentials():
    answer = api().send_congratulations(EXPECTED["owner"], EXPECTED["confirmationKey"])
    assert (answer.status_code, answer.count) == (200, 0)


def congratulate(key):
    return api().send_congratulations(EXPECTED["owner"], key)


FAILURES = [
    ("guest counts", lambda: as_key(KEYS["guest"]).get_portal_users_count(), 403, "Access denied"),
    ("read-only key", lambda: as_key(KEYS["readOnly"]).mark_gift_message_as_read(), 403, None),
    ("nobody", lambda: OWNER.get_user_by_id(EXPECTED["nobody"]), 404, "The user could not be found"),
    ("expired key", lambda: congratulate(EXPECTED["expiredConfirmationKey"]), 403, "Access denied"),
    (
        "no key",
        lambda: congratulate(""),
        400 if IS_SERVER else 403,
        "Value cannot be null" if IS_SERVER else "Access denied",
    ),
]


@pytest.mark.parametrize(("call", "status", "message"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
def test_refused(call, status, message):
    with pytest.raises(docspace.ApiException) as refused:
        call()
    assert refused.value.status == status
    body = refused.value.body or ""
    assert body == "" if message is None else message in body
