"""Every operation that the SDK has, at other addresses than the portal's own.

They are below a name, with and without a slash at the end, and with TLS. The
portals there are others than the one whose effects are compared at the end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import docspace_api_sdk as sdk
import pytest
import urllib3
from docspace_api_sdk import ApiClient
from pydantic import ValidationError
from urllib3.exceptions import MaxRetryError, SSLError

from portal import (
    ADDRESSES,
    IS_SERVER,
    OWNER,
    WINFIELD,
    expected_user,
)
from sdk import call_directly, client, role, user_id


@dataclass(frozen=True)
class Address:
    """An address of a portal, and what only that portal has."""

    name: str
    url: str
    alias: str
    tenant_id: int
    confirmation_key: str
    certificate: str | None

    @property
    def root(self) -> str:
        """The address as answers have it."""
        return self.url.rstrip("/")

    def client(self, **configuration: Any) -> ApiClient:
        return client(
            host=self.url, ssl_ca_cert=self.certificate, **configuration
        )

    @property
    def owner(self) -> ApiClient:
        return self.client(access_token=OWNER.api_key)


each_address = pytest.mark.parametrize(
    "address",
    [Address(**entry) for entry in ADDRESSES],
    ids=[entry["name"] for entry in ADDRESSES],
)

APIS = [
    value
    for name, value in vars(sdk).items()
    if name.endswith("Api") and isinstance(value, type)
]


def api_of(method: str) -> Any:
    """The class of the SDK with that method."""
    return next((api for api in APIS if hasattr(api, method)), None)


def call(api_client: ApiClient, method: str, *arguments: Any) -> Any:
    """Makes a call, and checks that its type holds all that was sent."""
    api = api_of(method)(api_client)
    answer = getattr(api, f"{method}_with_http_info")(*arguments)
    if sdk.__version__ == NEWEST and answer.raw_data:
        sent = json.loads(answer.raw_data)
        assert unknown_members(answer.data, sent) == []
    return answer.data


# older versions don't know the members that were added since
NEWEST = "3.7.0"


def unknown_members(typed: Any, sent: Any, path: str = "") -> list[str]:
    """Paths of the members that were sent and have no place in the type."""
    if isinstance(sent, list) and isinstance(typed, list):
        pairs = enumerate(zip(typed, sent, strict=True))
        return [
            member
            for i, (item, was_sent) in pairs
            for member in unknown_members(item, was_sent, f"{path}/{i}")
        ]
    fields = getattr(type(typed), "model_fields", None)
    if fields is None or not isinstance(sent, dict):
        return []
    names = {field.alias or name: name for name, field in fields.items()}
    unknown = [f"{path}/{member}" for member in sent if member not in names]
    for member in sent.keys() & names.keys():
        value = getattr(typed, names[member])
        unknown += unknown_members(value, sent[member], f"{path}/{member}")
    return unknown


@each_address
def test_portal_users(address: Address) -> None:
    owner = address.owner
    assert call(owner, "get_portal_users_count").response == 6
    expected = expected_user(WINFIELD) | {"tenantId": address.tenant_id}
    for member in ("id", "createdBy"):
        expected[member] = user_id(expected[member])
    user = call(owner, "get_user_by_id", WINFIELD.id).response
    assert user.model_dump(by_alias=True) == expected
    assert call(owner, "mark_gift_message_as_read") is None
    key = address.confirmation_key
    assert call(owner, "send_congratulations", WINFIELD.id, key) is None


@each_address
def test_links_lead_back(address: Address) -> None:
    with urllib3.PoolManager(ca_certs=address.certificate) as pool:
        answer = call(address.owner, "get_invitation_link", role("User"))
        assert answer.response.startswith(f"{address.root}/s/")
        invitation = pool.request("GET", answer.response)
        page = invitation.geturl() or ""
        assert page.startswith(f"{address.root}/confirm/LinkInvite?")
        assert "The key holds." in invitation.data.decode()

        count = call(address.owner, "get_portal_users_count")
        (link,) = count.links
        assert link.href == f"{address.root}/api/2.0/portal/userscount"
        headers = {"Authorization": f"Bearer {OWNER.api_key}"}
        again = pool.request("GET", link.href, headers=headers)
        assert again.json()["response"] == count.response


@each_address
def test_invitation_links(address: Address) -> None:
    if api_of("create_invitation_link") is None:
        pytest.skip("this version has no such operations")
    owner = address.owner
    body = sdk.InvitationLinkCreateRequestDto(
        employeeType=role("User"),
        expiration=datetime.now(timezone.utc) + timedelta(days=1),
        maxUseCount=3,
    )
    if IS_SERVER:
        # a number, where this version's type has a text
        with pytest.raises(ValidationError, match="employeeType"):
            call(owner, "create_invitation_link", body)
        return
    link = call(owner, "create_invitation_link", body).response
    assert link.employee_type is role("User")
    assert link.url.startswith(f"{address.root}/s/")
    assert is_aware(link.expiration.utc_time)
    method = "get_invitation_link_by_employee_type"
    assert call(owner, method, role("User")).response == link
    change = sdk.InvitationLinkUpdateRequestDto(id=link.id, maxUseCount=5)
    changed = call(owner, "update_invitation_link", change).response
    assert (changed.id, changed.max_use_count) == (link.id, 5)
    gone = sdk.InvitationLinkDeleteRequestDto(id=link.id)
    call(owner, "delete_invitation_link", gone)


def is_aware(date: datetime) -> bool:
    return date.utcoffset() is not None


@each_address
@pytest.mark.parametrize("session", [False, True])
def test_signing_in(address: Address, session: bool) -> None:
    body = sdk.AuthRequestsDto(
        userName=OWNER.email, password=OWNER.password, session=session
    )
    token = call(address.client(), "authenticate_me", body).response
    # a real portal gives no date for a session, and that without a zone
    assert is_aware(token.expires) is not (IS_SERVER and session)
    signed_in = address.client(cookie=f"asc_auth_key={token.token}")
    assert call(signed_in, "get_is_authentificated").response is True
    assert call(signed_in, "get_portal_users_count").response == 6
    call(signed_in, "logout")
    assert call(signed_in, "get_is_authentificated").response is False


# older versions have one type for both steps
WithCode = getattr(sdk, "AuthWithCodeRequestsDto", sdk.AuthRequestsDto)


@each_address
def test_second_factor(address: Address) -> None:
    path = f"{address.root}/__mock/users/{WINFIELD.id}"
    tfa = {"type": "sms", "code": "123456"}
    login = sdk.AuthRequestsDto(
        userName=WINFIELD.email, password=WINFIELD.password
    )
    api_client = address.client()
    with urllib3.PoolManager(ca_certs=address.certificate) as pool:
        pool.request("PATCH", path, json={"tfa": tfa})
        first = call(api_client, "authenticate_me", login).response
        assert first.sms is True
        login = WithCode(**login.to_dict(), code=tfa["code"])
        method = "authenticate_me_from_body_with_code"
        second = call(api_client, method, tfa["code"], login).response
        pool.request("PATCH", path, json={"tfa": None})
    signed_in = address.client(cookie=f"asc_auth_key={second.token}")
    assert call(signed_in, "get_is_authentificated").response is True


HAS_NAMES_OF_THEMES = issubclass(sdk.DarkThemeSettingsType, str)


@each_address
def test_people(address: Address) -> None:
    if not HAS_NAMES_OF_THEMES:
        # these versions can read no profile of a portal since 3.6
        with pytest.raises(ValidationError, match="theme"):
            call(address.owner, "get_self_profile")
        return
    me = call(address.owner, "get_self_profile").response
    assert (str(me.id), me.email) == (OWNER.id, OWNER.email)
    body = sdk.MemberRequestDto(
        email="ada@example.com",
        type=role("User"),
        firstName="Ada",
        lastName="Lovelace",
    )
    added = call(address.owner, "add_member", body).response
    assert added.first_name == "Ada"
    with urllib3.PoolManager(ca_certs=address.certificate) as pool:
        path = f"{address.root}/__mock/users/{added.id}"
        assert pool.request("DELETE", path).status == 204


@each_address
def test_api_keys(address: Address) -> None:
    owner = address.owner
    body = sdk.CreateApiKeyRequestDto(
        name="mine", permissions=["*:read"], expiresInDays=1
    )
    key = call(owner, "create_api_key", body).response
    assert str(key.create_by.id) == OWNER.id
    reader = address.client(access_token=key.key)
    assert call(reader, "get_api_key").response.id == key.id
    keys = call(owner, "get_api_keys").response
    assert str(key.id) in [str(listed.id) for listed in keys]
    assert "*:read" in call(owner, "get_all_permissions").response
    change = sdk.UpdateApiKeyRequest(name="yours")
    call(owner, "update_api_key", str(key.id), change)
    assert call(reader, "get_api_key").response.name == "yours"
    assert call(owner, "delete_api_key", str(key.id)).response is True


@each_address
def test_settings(address: Address) -> None:
    settings = call(address.owner, "get_portal_settings", True).response
    assert settings.tenant_alias == address.alias
    assert settings.password_hash.size == 256
    capabilities = call(address.client(), "get_portal_capabilities").response
    assert capabilities.identity_server_enabled is True


@each_address
def test_oauth2_clients(address: Address) -> None:
    signature = call(address.owner, "generate_jwt_token").response
    # as a default header, which both profiles read
    owner = address.client(header=("x-signature", signature))
    # the SDK's types have no lists here
    scopes = call_directly(owner, "GET", "/api/2.0/scopes")
    assert "accounts:read" in [scope["name"] for scope in scopes]
    body = sdk.CreateClientRequest(
        name="Reports",
        logo="data:image/png;base64,iVBORw0KGgo=",
        scopes=["accounts:read"],
        website_url="https://example.com",
        terms_url="https://example.com/terms",
        policy_url="https://example.com/policy",
        redirect_uris=["https://example.com/callback"],
        allowed_origins=["https://example.com"],
        logout_redirect_uri="https://example.com/logout",
    )
    made = call(owner, "create_client", body)
    assert is_aware(made.created_on)
    assert made.tenant == address.tenant_id
    assert call(owner, "get_client", made.client_id).name == "Reports"
    new = call(owner, "regenerate_secret", made.client_id)
    assert new.client_secret != made.client_secret
    change = sdk.UpdateClientRequest(
        name="Other reports", logo=body.logo, allowed_origins=["https://a.b"]
    )
    call(owner, "update_client", made.client_id, change)
    off = sdk.ChangeClientActivationRequest(status=False)
    call(owner, "change_activation", made.client_id, off)
    changed = call(owner, "get_client", made.client_id)
    assert (changed.name, changed.enabled) == ("Other reports", False)
    query = [("limit", "50")]
    listed = call_directly(owner, "GET", "/api/2.0/clients", query)
    assert made.client_id in [entry["client_id"] for entry in listed["data"]]
    call(owner, "delete_client", made.client_id)


WITH_TLS = [address for address in ADDRESSES if address["certificate"]]


@pytest.mark.parametrize("entry", WITH_TLS, ids=["TLS"])
def test_certificate_is_trusted_by_the_environment(
    entry: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = OWNER.api_key
    doubting = client(host=entry["url"], access_token=key, retries=0)
    with pytest.raises(MaxRetryError) as failed:
        call(doubting, "get_portal_users_count")
    assert isinstance(failed.value.reason, SSLError)
    monkeypatch.setenv("SSL_CERT_FILE", entry["certificate"])
    trusting = client(host=entry["url"], access_token=key)
    assert call(trusting, "get_portal_users_count").response == 6
