"""Checks of schemathesis that know what the document can't say."""

import re
from hashlib import sha256
from urllib.parse import unquote, urlsplit
from uuid import UUID

import schemathesis
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

# as the document says, or empty: no credential or invitation, too small a scope, a path with something else than a GUID
EMPTY_OR_DOCUMENTED = {401, 403, 404}

# what DocSpace reads as a role, besides the names that the document lists: its enum is one of flags
INVITATION = re.compile(r"/users/invite/([^/]*)/?$")
ROLE = re.compile(r"\s*([+-]?\d+|All|RoomAdmin|Guest|DocSpaceAdmin|User)\s*", re.IGNORECASE)


def key_id(key):
    """The id of an API key: half of its hash, in the form of a random GUID."""
    digits = list(sha256(key.encode()).hexdigest()[:32])
    digits[12] = "4"
    digits[16] = "89ab"[ord(digits[16]) % 4]
    return str(UUID("".join(digits)))


# the ids of the shipped API keys, and one that no key has
SHIPPED = {key_id(f"sk-{digit * 64}") for digit in "0123456789abcdef"}
NO_KEY = "00000000-0000-4000-8000-000000000001"

# the shipped OAuth2 clients
CLIENTS = {"1c9c5b1e-7f0a-4a3d-9b52-6d1f0e8a2c31", "2d0e6c2f-801b-4b4e-8c63-7e2a1f9b3d42"}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Whoever finds a shipped key or client in a list is kept from changing it: callers would lock themselves out."""
    parameters = case.path_parameters or {}
    if str(parameters.get("keyId", "")).lower() in SHIPPED:
        parameters["keyId"] = NO_KEY
    if case.method.upper() != "GET" and str(parameters.get("clientId", "")).lower() in CLIENTS:
        parameters["clientId"] = NO_KEY


@schemathesis.check
def body_conformance(context, response, case):
    """The body is of a documented type and fits its schema, unless there is none."""
    if response.status_code in EMPTY_OR_DOCUMENTED and response.content == b"":
        assert "content-type" not in response.headers, "an answer without a body has a type"
        return None
    content_type_conformance(context, response, case)
    return response_schema_conformance(context, response, case)


@schemathesis.check
def role_conformance(context, response, case):
    """Whoever was answered with an invitation has asked for one to a role."""
    invitation = INVITATION.search(urlsplit(response.request.url).path)
    if response.status_code == 200 and invitation is not None:
        roles = unquote(invitation[1]).split(",")
        assert all(ROLE.fullmatch(role) for role in roles), f"{roles} are no roles, and were answered"
