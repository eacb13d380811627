"""Checks of schemathesis that know what OpenAPI 3.0 can't say: that an answer may have no body."""

import schemathesis
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

# as the document says, or empty: a target with NUL in it, too small a scope, a path with something else than a GUID
EMPTY_OR_DOCUMENTED = {400, 403, 404}


@schemathesis.check
def body_conformance(context, response, case):
    """The body is of a documented type and fits its schema, unless there is none."""
    if response.status_code in EMPTY_OR_DOCUMENTED and response.content == b"":
        assert "content-type" not in response.headers, "an answer without a body has a type"
        return None
    content_type_conformance(context, response, case)
    return response_schema_conformance(context, response, case)
