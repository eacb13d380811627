"""The SDK under test, and what differs between its versions."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import docspace_api_sdk
import pytest
import urllib3
from docspace_api_sdk import ApiClient, Configuration
from docspace_api_sdk.exceptions import (
    ApiException,
    BadRequestException,
    ForbiddenException,
    NotFoundException,
    ServiceException,
    UnauthorizedException,
)
from docspace_api_sdk.models.employee_type import EmployeeType
from docspace_api_sdk.models.user_info import UserInfo

from portal import (
    CONFIRMATION_KEYS,
    EFFECTS,
    OWNER,
    PEOPLE,
    SESSIONS,
    URL,
    Person,
)

# SDKs of some versions call it by the name that their documentation has
Api: Any = (
    getattr(docspace_api_sdk, "PortalUsersApi", None)
    or docspace_api_sdk.UsersApi
)

# ids are UUIDs in newer versions, and texts in older ones
HAS_UUIDS = UUID in get_args(UserInfo.model_fields["id"].annotation)

MEMBERS = [
    field.alias or name for name, field in UserInfo.model_fields.items()
]

EXCEPTIONS = {
    400: BadRequestException,
    401: UnauthorizedException,
    403: ForbiddenException,
    404: NotFoundException,
    500: ServiceException,
}

ROLE_NUMBERS = {
    "All": 0,
    "RoomAdmin": 1,
    "Guest": 2,
    "DocSpaceAdmin": 3,
    "User": 4,
}


def role(name: str) -> EmployeeType:
    """The role of that name: versions differ in letter case and in value."""
    (member,) = (
        member
        for member in EmployeeType
        if member.name.lower() == name.lower()
    )
    return member


def user_id(value: str) -> str | UUID:
    """An id of the type that answers of this version have."""
    return UUID(value) if HAS_UUIDS else value


def client(
    *,
    host: str = URL,
    header: tuple[str, str] | None = None,
    cookie: str | None = None,
    **configuration: Any,
) -> ApiClient:
    """A client of the mock with credentials as the SDK takes them."""
    name, value = header or (None, None)
    return ApiClient(
        Configuration(host=host, **configuration), name, value, cookie
    )


def session_of(person: Person) -> ApiClient:
    """A client signed in as somebody, in a form that both profiles take."""
    key = f"asc_auth_key={SESSIONS[person.name]}"
    return client(api_key={"asc_auth_key": key})


@dataclass(frozen=True)
class Invitation:
    """What an invitation link leads to."""

    url: str
    page: str

    @property
    def query(self) -> dict[str, str]:
        return {
            name: values[0]
            for name, values in parse_qs(urlsplit(self.url).query).items()
        }


def follow(link: str) -> Invitation:
    """Follows an invitation link to its end, as test harnesses do."""
    with urllib3.PoolManager() as pool:
        answer = pool.request("GET", link)
        assert answer.status == 200
        return Invitation(answer.geturl() or "", answer.data.decode("utf-8"))


def whoami(api: Any, **options: Any) -> Person:
    """Who is calling, which the link of an invitation tells."""
    answer = api.get_invitation_link(role("User"), **options)
    inviter = follow(answer.response).query["uid"]
    (person,) = (p for p in PEOPLE.values() if p.id == inviter)
    return person


def mark_gift(api: Any, person: Person, **options: Any) -> None:
    """Marks the gift message as read for whoever is calling."""
    assert api.mark_gift_message_as_read(**options) is None
    EFFECTS.gifts_read.add(person.id)


def congratulate(api: Any, person: Person, **options: Any) -> None:
    """Congratulates somebody with a key that holds."""
    key = CONFIRMATION_KEYS[person.id]
    assert api.send_congratulations(person.id, key, **options) is None
    EFFECTS.congratulated.append(person.email)


def guarded_calls(api: Any, **options: Any) -> dict[str, Callable[[], object]]:
    """The four operations that want to know who is calling."""
    return {
        "invitation link": lambda: api.get_invitation_link(
            role("User"), **options
        ),
        "count": lambda: api.get_portal_users_count(**options),
        "user": lambda: api.get_user_by_id(OWNER.id, **options),
        "gift": lambda: api.mark_gift_message_as_read(**options),
    }


def refusal(
    status: int, call: Callable[..., object], *arguments: object
) -> ApiException:
    """Makes a call that has to fail with a status.

    Returns the SDK's own exception for it.
    """
    with pytest.raises(ApiException) as caught:
        call(*arguments)
    assert type(caught.value) is EXCEPTIONS[status], caught.value
    assert caught.value.status == status
    return caught.value


def error_of(refused: ApiException) -> dict[str, Any]:
    """The `error` in the body of a refusal, whose envelope is checked."""
    body = json.loads(refused.body or "")
    assert list(body) == ["error", "status", "statusCode"]
    assert (body["status"], body["statusCode"]) == (1, refused.status)
    error: dict[str, Any] = body["error"]
    assert list(error) == ["message", "type", "stack", "hresult"]
    return error


def call_directly(
    api_client: ApiClient,
    method: str,
    path: str,
    query: list[tuple[str, str]] | None = None,
) -> Any:
    """Calls a path with values that the typed methods would not let by."""
    request = api_client.param_serialize(
        method,
        path,
        query_params=query or [],
        auth_settings=["Basic", "ApiKeyBearer", "asc_auth_key", "Bearer"],
    )
    response = api_client.call_api(*request)
    response.read()  # type: ignore[no-untyped-call]
    return api_client.response_deserialize(response, {"200": "object"}).data
