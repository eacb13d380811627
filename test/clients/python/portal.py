"""The portal under test: what run.ts and the fixture say about it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

URL = os.environ["MOCK_URL"]
PROFILE = os.environ["MOCK_PROFILE"]
IS_SERVER = PROFILE == "server"

# what else there is to call: Address in test_addresses.py
ADDRESSES: list[dict[str, Any]] = json.loads(os.environ["MOCK_ADDRESSES"])

CREDENTIALS: dict[str, Any] = json.loads(os.environ["MOCK_CREDENTIALS"])
SESSIONS: dict[str, str] = CREDENTIALS["sessions"]
ACCESS_TOKENS: dict[str, str] = CREDENTIALS["accessTokens"]
CONFIRMATION_KEYS: dict[str, str] = CREDENTIALS["confirmationKeys"]
NOBODY: str = CREDENTIALS["nobody"]

FIXTURE: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "fixtures" / "localhost.json").read_text(
        "utf-8"
    )
)

# when people were created where the fixture doesn't say
CREATED = "2026-01-15T09:00:00Z"

STATUSES = {"active": 1, "terminated": 2, "pending": 4}
NOT_ACTIVATED_BUT_INVITED = 2

MOMENTS = {
    "birthDate",
    "terminatedDate",
    "workFromDate",
    "lastModified",
    "createDate",
}


@dataclass(frozen=True)
class Person:
    """Somebody of the fixture."""

    name: str
    entry: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.entry["id"])

    @property
    def email(self) -> str:
        return str(self.entry["email"])

    @property
    def password(self) -> str:
        return str(self.entry["password"])

    @property
    def api_key(self) -> str:
        return str(self.entry["apiKeys"][0]["key"])

    @property
    def role(self) -> str:
        is_owner = self.id == FIXTURE["owner"]
        return "Owner" if is_owner else str(self.entry["type"])


PEOPLE = {
    entry["email"].split("@")[0]: Person(entry["email"].split("@")[0], entry)
    for entry in FIXTURE["users"]
}

OWNER = PEOPLE["owner"]
ADMIN = PEOPLE["admin"]
ROOM_ADMIN = PEOPLE["room-admin"]
WINFIELD = PEOPLE["winfield.wyman"]
GUEST = PEOPLE["guest"]
OTHER_GUEST = PEOPLE["other-guest"]

OWNERS_KEYS = {key["name"]: key["key"] for key in OWNER.entry["apiKeys"]}


@dataclass
class Effects:
    """What the SDK was told that it did. run.ts asks the store."""

    gifts_read: set[str] = field(default_factory=set)
    congratulated: list[str] = field(default_factory=list)

    def write(self, path: str) -> None:
        data = {
            "giftsRead": sorted(self.gifts_read),
            "congratulated": self.congratulated,
        }
        Path(path).write_text(json.dumps(data), "utf-8")


EFFECTS = Effects()


def expected_user(person: Person) -> dict[str, Any]:
    """The 31 members that somebody's entry in the fixture leads to."""
    entry = person.entry
    is_pending = entry.get("status") == "pending"
    created = entry.get("createDate", CREATED)
    contacts = entry.get("contacts")
    user: dict[str, Any] = {
        "id": entry["id"],
        "firstName": entry.get("firstName", ""),
        "lastName": entry.get("lastName", ""),
        "userName": entry.get("userName", person.name),
        "birthDate": entry.get("birthDate"),
        "sex": entry.get("sex"),
        "status": STATUSES[entry.get("status", "active")],
        "activationStatus": NOT_ACTIVATED_BUT_INVITED if is_pending else 1,
        "terminatedDate": entry.get("terminatedDate"),
        "title": entry.get("title"),
        "workFromDate": None
        if is_pending
        else entry.get("workFromDate", created),
        "email": entry["email"],
        "contacts": contacts,
        "contactsList": contacts
        and [part for part in contacts.split("|") if part],
        "location": entry.get("location"),
        "notes": entry.get("notes"),
        "removed": False,
        "lastModified": entry.get("lastModified", created),
        "tenantId": FIXTURE["tenantId"],
        "isActive": not is_pending,
        "cultureName": entry.get("cultureName"),
        "mobilePhone": entry.get("mobilePhone"),
        "mobilePhoneActivationStatus": 0,
        "sid": entry.get("sid"),
        "ldapQouta": 0,
        "ssoNameId": entry.get("ssoNameId"),
        "ssoSessionId": entry.get("ssoSessionId"),
        "createDate": created,
        "createdBy": None
        if person is OWNER
        else entry.get("createdBy", entry.get("invitedBy", OWNER.id)),
        "spam": entry.get("spam"),
        "checkActivation": is_pending,
    }
    return {
        name: moment(value) if name in MOMENTS else value
        for name, value in user.items()
    }


def moment(text: str | None) -> datetime | None:
    """A date of the fixture as the profile shows it."""
    if text is None:
        return None
    date = TypeAdapter(datetime).validate_python(text)
    return date.replace(microsecond=0, tzinfo=None) if IS_SERVER else date
