"""The task worker mends what nobody else would notice."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from nanif.management.commands.worker import LostIndex
from search.engines import current_engine


def test_index_that_is_gone_is_rebuilt_once(
    db: None, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    lost = LostIndex()
    assert lost.rebuild_if_gone()
    assert "The search index is gone: it is rebuilt now." in caplog.text
    assert current_engine().health().is_ready
    assert not lost.rebuild_if_gone()
    shutil.rmtree(tmp_path / "search")
    assert lost.rebuild_if_gone()


def test_worker_without_tasks_says_what_to_set() -> None:
    with pytest.raises(CommandError, match="TASK_WORKER is off"):
        call_command("worker")
