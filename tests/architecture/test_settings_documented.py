"""Every environment variable is documented, and read in one place."""

from __future__ import annotations

import ast
import re

from nanif.environment import VARIABLES
from tests.architecture.sources import APPS, ROOT, modules, name_of, tree

READS_THE_ENVIRONMENT = {"nanif/environment.py", "nanif/wsgi.py"}


def test_every_variable_is_documented() -> None:
    text = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    missing = [
        variable.name
        for variable in VARIABLES.values()
        if f"`{variable.name}`" not in text or (variable.default and variable.default not in text)
    ]
    assert not missing, missing


def test_documented_variables_exist() -> None:
    text = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    # Names of limits, in a table of their own, are written in small letters.
    rows = re.findall(r"^\| `([A-Z_]+)`", text, re.MULTILINE)
    assert rows == list(VARIABLES)


def test_environment_is_read_in_one_place() -> None:
    readers = {
        name_of(path)
        for path in modules(*APPS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    }
    assert readers <= READS_THE_ENVIRONMENT
