"""What the SDK's own types hold after a call that succeeds."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from docspace_api_sdk.models.employee_status import EmployeeStatus
from docspace_api_sdk.models.user_info import UserInfo

from portal import (
    ADMIN,
    CONFIRMATION_KEYS,
    EFFECTS,
    GUEST,
    IS_SERVER,
    NOBODY,
    OTHER_GUEST,
    OWNER,
    PEOPLE,
    ROOM_ADMIN,
    URL,
    WINFIELD,
    Person,
    expected_user,
)
from sdk import (
    MEMBERS,
    ROLE_NUMBERS,
    Api,
    client,
    congratulate,
    error_of,
    follow,
    mark_gift,
    refusal,
    role,
    session_of,
    user_id,
)

CALLERS = [OWNER, ADMIN, ROOM_ADMIN, WINFIELD, GUEST]
ADMINS = [OWNER, ADMIN]

each_caller = pytest.mark.parametrize(
    "caller", CALLERS, ids=[person.name for person in CALLERS]
)
each_person = pytest.mark.parametrize(
    "person", PEOPLE.values(), ids=list(PEOPLE)
)


@each_person
def test_user_has_the_members_of_the_fixture(person: Person) -> None:
    expected = expected_user(person)
    for member in ("id", "createdBy"):
        if expected[member] is not None:
            expected[member] = user_id(expected[member])
    user = Api(session_of(OWNER)).get_user_by_id(person.id).response
    assert type(user) is UserInfo
    assert type(user.status) is EmployeeStatus
    assert user.model_dump(by_alias=True) == expected


@each_person
def test_user_has_its_members_in_order(person: Person) -> None:
    api = Api(session_of(OWNER))
    answer = api.get_user_by_id_with_http_info(person.id)
    sent = json.loads(answer.raw_data)["response"]
    expected = expected_user(person)
    assert list(expected) == MEMBERS
    assert list(sent) == [
        member for member in MEMBERS if expected[member] is not None
    ]


def test_winfield_has_all_members() -> None:
    user = Api(session_of(OWNER)).get_user_by_id(WINFIELD.id).response
    members = user.model_dump()
    assert len(members) == 31
    assert None not in members.values()
    for name in ("birth_date", "last_modified", "create_date"):
        offset = members[name].utcoffset()
        assert offset == (None if IS_SERVER else timedelta(0))


@pytest.mark.parametrize(
    "spelling",
    [
        WINFIELD.id.upper(),
        WINFIELD.id.replace("-", ""),
        f"{{{WINFIELD.id}}}",
    ],
)
def test_user_is_found_by_any_spelling_of_the_id(spelling: str) -> None:
    user = Api(session_of(OWNER)).get_user_by_id(spelling).response
    assert str(user.id) == WINFIELD.id


@each_caller
def test_count(caller: Person) -> None:
    call = Api(session_of(caller)).get_portal_users_count
    if caller in ADMINS:
        answer = call()
        assert (answer.response, type(answer.response)) == (6, int)
        return
    error = error_of(refusal(403, call))
    assert error["message"] == "Access denied"
    assert error["type"] == (
        "ASC.Common.Security.Authorizing.AuthorizingException"
    )
    assert error["hresult"] == -2146233088


INVITABLE = {
    "Owner": set(ROLE_NUMBERS),
    "DocSpaceAdmin": set(ROLE_NUMBERS) - {"DocSpaceAdmin"},
    "RoomAdmin": {"Guest", "User"},
    "User": set(),
    "Guest": set(),
}


@pytest.mark.parametrize("name", ROLE_NUMBERS)
@each_caller
def test_invitation_link(caller: Person, name: str) -> None:
    answer = Api(session_of(caller)).get_invitation_link(role(name))
    if name not in INVITABLE[caller.role]:
        assert answer.response == ""
        assert answer.count == 1
        return
    assert re.fullmatch(
        f"{re.escape(URL)}/s/[A-Za-z0-9_-]{{15}}", answer.response
    )
    invitation = follow(answer.response)
    assert invitation.url.startswith(f"{URL}/confirm/LinkInvite?")
    assert list(invitation.query) == ["type", "key", "uid", "emplType"]
    assert invitation.query["type"] == "LinkInvite"
    assert invitation.query["uid"] == caller.id
    assert invitation.query["emplType"] == str(ROLE_NUMBERS[name])
    assert re.fullmatch(r"\d+\.[0-9A-Z]{36,43}", invitation.query["key"])
    assert "The key holds." in invitation.page


def test_invitation_links_are_made_anew() -> None:
    api = Api(session_of(OWNER))
    links = set()
    for _ in range(3):
        links.add(api.get_invitation_link(role("User")).response)
        # two of one millisecond are the same
        time.sleep(0.002)
    assert len(links) == 3


def may_see(caller: Person, target: Person) -> bool:
    if caller is target or caller in ADMINS:
        return True
    if caller.role != "RoomAdmin":
        return False
    invited = target.entry.get("invitedBy") == caller.id
    return target.role != "Guest" or invited


@each_person
@each_caller
def test_who_may_see_whom(caller: Person, person: Person) -> None:
    api = Api(session_of(caller))
    if may_see(caller, person):
        assert str(api.get_user_by_id(person.id).response.id) == person.id
        return
    error = error_of(refusal(403, api.get_user_by_id, person.id))
    assert error["message"] == "Access denied"
    assert error["type"] == "System.Security.SecurityException"
    assert error["hresult"] == -2146233078


@each_caller
def test_gift(caller: Person) -> None:
    api = Api(session_of(caller))
    mark_gift(api, caller)
    mark_gift(api, caller)


@pytest.mark.parametrize(
    "name", ["owner", "winfield.wyman", "pending", "terminated", "nameless"]
)
def test_congratulations(name: str) -> None:
    congratulate(Api(client()), PEOPLE[name])


def test_congratulations_to_nobody_succeed() -> None:
    key = CONFIRMATION_KEYS[NOBODY]
    assert Api(client()).send_congratulations(NOBODY, key) is None


def test_congratulations_with_the_same_key_again() -> None:
    api = Api(client())
    congratulate(api, OTHER_GUEST)
    congratulate(api, OTHER_GUEST)


ENVELOPES: list[tuple[str, list[Any], str, int]] = [
    (
        "get_invitation_link",
        [role("User")],
        f"users/invite/{role('User').value}",
        1,
    ),
    ("get_portal_users_count", [], "userscount", 1),
    ("get_user_by_id", [WINFIELD.id], f"users/{WINFIELD.id}", 1),
    ("mark_gift_message_as_read", [], "present/mark", 0),
    (
        "send_congratulations",
        [WINFIELD.id, CONFIRMATION_KEYS[WINFIELD.id]],
        "sendcongratulations"
        f"?Userid={WINFIELD.id}&Key={CONFIRMATION_KEYS[WINFIELD.id]}",
        0,
    ),
]

each_envelope = pytest.mark.parametrize(
    ("method", "arguments", "path", "count"),
    ENVELOPES,
    ids=[envelope[0] for envelope in ENVELOPES],
)


def note_effects(method: str) -> None:
    """Remembers what a call left behind that was made by its name."""
    if method == "mark_gift_message_as_read":
        EFFECTS.gifts_read.add(OWNER.id)
    if method == "send_congratulations":
        EFFECTS.congratulated.append(WINFIELD.email)


@each_envelope
def test_envelope(
    method: str, arguments: list[Any], path: str, count: int
) -> None:
    api = Api(session_of(OWNER))
    answer = getattr(api, f"{method}_with_http_info")(*arguments)
    note_effects(method)
    href = f"{URL}/api/2.0/portal/{path}"
    action = "GET" if count == 1 else "POST"
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    sent = json.loads(answer.raw_data)
    response = ["response"] if count == 1 else []
    assert list(sent) == [
        *response,
        "count",
        "links",
        "status",
        "statusCode",
    ]
    assert sent["count"] == count
    assert sent["links"] == [{"href": href, "action": action}]
    assert (sent["status"], sent["statusCode"]) == (0, 200)
    if count == 0:
        assert answer.data is None
        return
    assert answer.data.count == 1
    assert (answer.data.status, answer.data.status_code) == (0, 200)
    (link,) = answer.data.links
    assert (link.href, link.action) == (href, action)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [envelope[:2] for envelope in ENVELOPES],
    ids=[envelope[0] for envelope in ENVELOPES],
)
def test_nothing_makes_the_sdk_try_again(
    method: str, arguments: list[Any]
) -> None:
    for api in (Api(session_of(OWNER)), Api(client())):
        call = getattr(api, f"{method}_without_preload_content")
        answer = call(*arguments)
        if answer.status == 200:
            note_effects(method)
        assert answer.retries.history == ()
        assert "Retry-After" not in answer.headers


def test_host_may_end_in_a_slash() -> None:
    api = Api(client(host=f"{URL}/", access_token=OWNER.api_key))
    assert api.get_portal_users_count().response == 6
    user = api.get_user_by_id(WINFIELD.id).response
    assert str(user.id) == WINFIELD.id
    link = api.get_invitation_link(role("Guest")).response
    assert follow(link).query["emplType"] == "2"
    mark_gift(api, OWNER)
    congratulate(api, WINFIELD)


def test_one_client_goes_on_after_a_refusal() -> None:
    api = Api(session_of(ROOM_ADMIN))
    for _ in range(3):
        refusal(403, api.get_portal_users_count)
        user = api.get_user_by_id(ROOM_ADMIN.id).response
        assert user.email == ROOM_ADMIN.email
