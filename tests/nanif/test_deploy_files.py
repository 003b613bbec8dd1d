"""The files for servers are what their programs can read, and name what there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from nanif.environment import VARIABLES
from tests.architecture.sources import ROOT

DEPLOY = ROOT / "deploy"


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return loaded


def test_images_are_pinned_and_servers_watched() -> None:
    for name, service in compose()["services"].items():
        image = service["image"]
        assert image == "nanif:local" or re.search(r":\d+\.\d+(\.\d+)?(-\w+)?$", image), name
        assert service["restart"] in {"unless-stopped", "on-failure"}
        if name not in {"release", "worker", "timers"}:
            assert service["healthcheck"]["test"][0] == "CMD", name
    (base,) = re.findall(r"^FROM (.+)$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", base)


def test_services_of_compose_fit_together() -> None:
    found = compose()
    volumes = set()
    for name, service in found["services"].items():
        for wanted, how in service.get("depends_on", {}).items():
            other = found["services"][wanted]
            is_told = how["condition"] == "service_completed_successfully"
            assert is_told or "healthcheck" in other, f"{name} waits for {wanted}"
        volumes |= {entry.split(":")[0] for entry in service.get("volumes", [])}
        unknown = set(service.get("environment", {})) - set(VARIABLES) if "build" in service else {}
        # Read by gunicorn's settings, and by the version with a shared cache.
        assert not set(unknown) - {"WEB_BIND", "CACHE_URL"}, unknown
    assert {volume for volume in volumes if not volume.startswith("./")} == set(found["volumes"])
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text("utf-8")))
    example = (DEPLOY / "compose.env.example").read_text("utf-8")
    assert asked == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


@pytest.mark.parametrize("name", ["manage", "install.sh", "timers.sh"])
def test_script_can_be_read_by_the_shell(name: str) -> None:
    done = subprocess.run(["sh", "-n", DEPLOY / name], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["nginx.conf.example", "nginx.compose.conf"])
def test_nginx_can_read_its_settings(name: str, tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if not nginx:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop("nginx is not installed: run make test once, which installs it.")
    text = (DEPLOY / name).read_text("utf-8")
    # Certificates, other machines and the folder for logs are those of a server.
    text = text.replace("listen 443 ssl;", "listen 8443;").replace(
        "http://web:", "http://127.0.0.1:"
    )
    text = text.replace("/var/log/nginx/", f"{tmp_path}/")
    main = f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{ {text} }}"
    (tmp_path / "nginx.conf").write_text(main)
    done = subprocess.run(
        [nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "alias /var/lib/nanif/uploads/" in text
    assert "private" not in text


def test_every_command_of_the_guide_names_its_user() -> None:
    """Commands of manage.py run as the service (deploy/manage); root alone may do the rest."""
    wrong = []
    for name in ("deploy", "back-up-and-return"):
        guide = (ROOT / f"docs/howto/{name}.md").read_text("utf-8")
        for line in re.findall(
            r"^ *(?!#)(.*manage\.py.*)$", "\n".join(blocks(guide)), re.MULTILINE
        ):
            if "messages_compile" not in line:
                wrong.append(line)
    assert not wrong, wrong


def blocks(text: str) -> list[str]:
    return re.findall(r"^ *```\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
