"""What a Python client that was generated from the document makes of the mock's answers.

Its types refuse members that they don't know.
"""

import datetime
import enum
import json
import os
import re
import urllib.request
import uuid

import docspace
import pydantic
import pytest

with open(os.environ["EXPECTATIONS"], encoding="utf8") as file:
    EXPECTED = json.load(file)

KEYS = EXPECTED["apiKeys"]
IS_SERVER = EXPECTED["profile"] == "server"


def connected(cookie=None, header=(None, None), **settings):
    configuration = docspace.Configuration(host=EXPECTED["url"], **settings)
    return docspace.ApiClient(configuration, *header, cookie=cookie)


def api(cookie=None, **settings):
    return docspace.PortalUsersApi(connected(cookie, **settings))


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


AS_OWNER = connected(access_token=KEYS["owner"])
BODIES = EXPECTED["bodies"]


def test_members_that_the_types_lack_are_refused():
    faulty = connected(header=("X-DocSpace-Mock-Fault", "unknown-member"), access_token=KEYS["owner"])
    with pytest.raises(ValueError, match="additional fields"):
        docspace.PortalUsersApi(faulty).get_portal_users_count()


def test_signing_in():
    body = docspace.AuthRequestsDto.from_dict(BODIES["signIn"])
    token = docspace.AuthenticationApi(connected()).authenticate_me(body).response.token
    signed_in = docspace.AuthenticationApi(connected(f"asc_auth_key={token}"))
    assert signed_in.get_is_authentificated().response is True
    assert signed_in.logout().status_code == 200
    assert signed_in.get_is_authentificated().response is False


def test_people():
    # the operations of the document that need no credential are sent none
    people = docspace.PeopleProfilesApi(connected(header=("Authorization", f"Bearer {KEYS['owner']}")))
    assert str(people.get_self_profile().response.id) == EXPECTED["owner"]
    added = people.add_member(docspace.MemberRequestDto.from_dict(BODIES["member"])).response
    assert added.email == BODIES["member"]["email"]
    path = f"{EXPECTED['url']}/__mock/users/{added.id}"
    urllib.request.urlopen(urllib.request.Request(path, method="DELETE")).close()


def test_settings_and_capabilities():
    settings = docspace.SettingsCommonSettingsApi(AS_OWNER).get_portal_settings(withpassword=True)
    assert settings.response.password_hash.size == 256
    capabilities = docspace.CapabilitiesApi(AS_OWNER).get_portal_capabilities()
    assert capabilities.response.identity_server_enabled is True


def test_api_keys():
    keys = docspace.ApiKeysApi(AS_OWNER)
    made = keys.create_api_key(docspace.CreateApiKeyRequestDto.from_dict(BODIES["apiKey"])).response
    assert str(made.create_by.id) == EXPECTED["owner"]
    reader = docspace.ApiKeysApi(connected(access_token=made.key))
    assert reader.get_api_key().response.id == made.id
    assert made.id in [key.id for key in keys.get_api_keys().response]
    assert "*:read" in keys.get_all_permissions().response
    change = docspace.UpdateApiKeyRequest.from_dict(BODIES["apiKeyChange"])
    assert keys.update_api_key(made.id, change).response is True
    assert keys.delete_api_key(made.id).response is True


def test_invitation_links():
    body = docspace.InvitationLinkCreateRequestDto.from_dict(BODIES["invitationLink"])
    if IS_SERVER:
        # a real portal sends the number
        with pytest.raises(pydantic.ValidationError, match="employeeType"):
            OWNER.create_invitation_link(body)
        return
    made = OWNER.create_invitation_link(body).response
    assert made.employee_type is docspace.EmployeeType.USER
    assert made.expiration.tzinfo is not None
    assert OWNER.get_invitation_link_by_employee_type(docspace.EmployeeType.USER).response == made
    change = docspace.InvitationLinkUpdateRequestDto(id=made.id, maxUseCount=5)
    assert OWNER.update_invitation_link(change).response.max_use_count == 5
    gone = docspace.InvitationLinkDeleteRequestDto(id=made.id)
    assert OWNER.delete_invitation_link(gone).status_code == 200


def test_oauth2_clients():
    signature = docspace.SecurityOAuth2Api(AS_OWNER).generate_jwt_token().response
    signed = connected(header=("x-signature", signature))
    querying = docspace.OAuth20ClientQueryingApi(signed)
    management = docspace.OAuth20ClientManagementApi(signed)
    scopes = docspace.OAuth20ScopeManagementApi(signed).get_scopes()
    assert "accounts:read" in [scope.name for scope in scopes]
    made = management.create_client(docspace.CreateClientRequest.from_dict(BODIES["client"]))
    assert made.tenant == EXPECTED["tenantId"]
    assert made.created_on.tzinfo is not None
    assert management.regenerate_secret(made.client_id).client_secret != made.client_secret
    management.update_client(made.client_id, docspace.UpdateClientRequest.from_dict(BODIES["clientChange"]))
    management.change_activation(made.client_id, docspace.ChangeClientActivationRequest(status=False))
    assert querying.get_client(made.client_id).enabled is False
    assert made.client_id in [client.client_id for client in querying.get_clients(limit=50).data]
    management.delete_client(made.client_id)


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
