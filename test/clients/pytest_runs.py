"""Runs the same tests several times, with other environment variables each.

What they import is imported once: that takes seconds with an SDK.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

import pytest

CANT_IMPORT = 99


def main() -> int:
    try:
        for name in json.loads(os.environ["PYTEST_IMPORTS"]):
            importlib.import_module(name)
    except Exception as error:  # whatever a broken package raises
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return CANT_IMPORT
    codes = [run(i) for i in range(int(os.environ["PYTEST_RUNS"]))]
    return max(codes)


def run(i: int) -> int:
    print(f"run {i}", flush=True)
    child = os.fork()
    if child == 0:
        os.environ.update(json.loads(os.environ[f"PYTEST_RUN_{i}"]))
        code = pytest.main(sys.argv[1:])
        sys.stdout.flush()
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
