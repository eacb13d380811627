"""Tells run.ts in the end what the SDK was told that it did."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from portal import EFFECTS


@pytest.fixture(scope="session", autouse=True)
def effects() -> Iterator[None]:
    yield
    EFFECTS.write(os.environ["MOCK_EFFECTS"])
