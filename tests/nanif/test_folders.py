"""Files in DATA_DIR that somebody else owns are named, with the cure."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from nanif.folders import check_owners

SERVICE = 65534

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    """A folder of the service with an index and counters of limits."""
    settings.DATA_DIR = tmp_path
    for name in ("search", "cache"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    for path in [tmp_path, *tmp_path.rglob("*")]:
        os.chown(path, SERVICE, SERVICE)
    return tmp_path


def test_folders_of_the_service_are_fine(data: Path) -> None:
    assert check_owners(None) == []


def test_index_that_root_wrote_is_named_with_the_cure(data: Path) -> None:
    os.chown(data / "search" / "file", 0, 0)
    (problem,) = check_owners(None)
    assert problem.id == "nanif.E020"
    assert f"{data}/search/file belong to root" in problem.msg
    assert problem.hint
    assert problem.hint.startswith("Run as root: chown -R ")
    assert problem.hint.endswith(f": {data}/search")


def test_file_that_the_group_may_write_is_fine(data: Path) -> None:
    os.chown(data / "cache" / "file", 0, SERVICE)
    (data / "cache" / "file").chmod(0o660)
    assert check_owners(None) == []


def test_release_as_another_user_is_refused(data: Path) -> None:
    with pytest.raises(CommandError, match=r"runs as root, but DATA_DIR .* Run it as that user"):
        call_command("release")
    assert sorted(path.name for path in data.iterdir()) == ["cache", "search"]
