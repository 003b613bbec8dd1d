"""Requirements are pinned, used and named; the tree names no machine and no package host."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata

from packaging.specifiers import SpecifierSet

from tests.architecture.sources import APPS, ROOT, imported_modules, modules, name_of, tracked_files

LISTS = ["requirements.txt", "requirements-dev.txt", "requirements-semantic.txt"]
# Imported where it is installed, and pinned by hash.
OPTIONAL = "requirements-semantic.txt"
# Used without being imported by name.
SILENT = {"gunicorn", "psycopg", "sudachidict-core", "tzdata"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _requirements(file: str, *, direct_only: bool = False) -> dict[str, str]:
    """Names and versions in a list of requirements; the direct ones stand first."""
    text = (ROOT / file).read_text("utf-8")
    if direct_only:
        text = text.split("# Needed by those above.")[0]
    lines = [line.split("#")[0].strip(" \\") for line in text.splitlines()]
    lines = [line for line in lines if not line.startswith("--hash=")]
    pairs = [line.partition("==") for line in lines if line and not line.startswith("-r ")]
    return {_normal(name): version for name, _, version in pairs}


def test_every_requirement_is_pinned() -> None:
    loose = [
        f"{file}: {name}"
        for file in LISTS
        for name, version in _requirements(file).items()
        if not re.fullmatch(r"[0-9][0-9a-z.]*", version)
    ]
    assert not loose, loose


def test_everything_needed_is_pinned() -> None:
    """Also what a requirement needs in its turn, so that an install is the same everywhere."""
    pinned: dict[str, str] = {}
    for file in LISTS:
        pinned |= _requirements(file)
    missing = set()
    for name in filter(_is_installed, pinned):
        for needed in metadata.requires(name) or []:
            if "extra ==" in needed or "extra==" in needed:
                continue
            other = _normal(re.split(r"[\s;<>=!~\[(]", needed)[0])
            if other not in pinned and _is_installed(other):
                missing.add(f"{other} (needed by {name})")
    assert not missing, missing


def test_debian_s_python_can_install_everything() -> None:
    """Debian 12 has Python 3.11.2, which the README promises."""
    wrong = [
        f"{name}: {wanted}"
        for file in LISTS
        for name in _requirements(file)
        if _is_installed(name)
        and (wanted := metadata.metadata(name).get("Requires-Python"))
        and not SpecifierSet(wanted).contains("3.11.2")
    ]
    assert not wrong, wrong


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def test_direct_requirements_are_what_the_code_uses() -> None:
    providers = metadata.packages_distributions()
    used = {
        _normal(provider)
        for path in modules(*APPS)
        for _, name in imported_modules(path)
        if (top := name.split(".")[0]) not in sys.stdlib_module_names
        for provider in providers.get(top, [])
    }
    direct = set(_requirements("requirements.txt", direct_only=True))
    optional = set(_requirements(OPTIONAL))
    installed_apps = (ROOT / "nanif/settings/base.py").read_text("utf-8")
    used |= {
        _normal(provider)
        for top, names in providers.items()
        for provider in names
        if f'"{top}' in installed_apps and _normal(provider) in direct
    }
    hidden = sorted(used - direct - optional)
    unused = sorted(direct - used - SILENT)
    assert not hidden, f"used, but not named as direct requirements: {hidden}"
    assert not unused, f"named as direct requirements, but not used: {unused}"


def test_the_tree_names_no_machine_and_no_package_host() -> None:
    hosts = {
        match
        for text in [_pip_settings()]
        for match in re.findall(r"https?://(?:[^@/\s]*@)?([^/:\s'\"]+)", text)
    }
    hosts |= {".".join(["pypi", "org"]), ".".join(["files", "pythonhosted", "org"])}
    hosts |= {".".join(["registry", "npmjs", "org"]), ".".join(["deb", "debian", "org"])}
    folders = ["/" + "/".join(parts) for parts in [("tmp", "venv"), ("work", "main"), ("root", "")]]
    found = [
        f"{name_of(path)} names {word}"
        for path in tracked_files()
        if (text := _text(path.read_bytes()))
        for word in [*hosts, *folders, "--index-url", "--extra-index-url"]
        if word in text and path.name != "test_requirements.py"
    ]
    assert not found, "\n".join(found)


def _pip_settings() -> str:
    return subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return ""
