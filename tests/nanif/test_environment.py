"""Wrong or missing environment variables are named, with the cure."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from nanif.environment import VARIABLES, Environment, Mail


def test_unset_variables_have_their_defaults() -> None:
    environment = Environment(values={})
    assert environment.text("SITE_URL") == "http://127.0.0.1:8000"
    assert environment.flag("SECURE_SSL_REDIRECT") is True
    assert environment.problems == []


def test_production_names_every_missing_variable() -> None:
    environment = Environment(values={})
    environment.require_for_production()
    required = [v.name for v in VARIABLES.values() if v.required_in_production]
    assert len(environment.problems) == len(required)
    for name, problem in zip(required, environment.problems, strict=True):
        assert problem.startswith(f"{name} is not set.")


@pytest.mark.parametrize("text", ["maybe", "2", "ｏｎ"])
def test_switch_that_is_neither_on_nor_off_is_a_problem(text: str) -> None:
    environment = Environment(values={"TRUSTED_PROXY": text})
    assert environment.flag("TRUSTED_PROXY") is False
    assert "TRUSTED_PROXY" in environment.problems[0]
    assert "on or off" in environment.problems[0]


@pytest.mark.parametrize(
    "text", ["mysql://x/y", "postgres://", "nonsense", "postgres://u:p@h:notaport/db", "sqlite://"]
)
def test_wrong_database_address_is_a_problem_without_its_password(text: str) -> None:
    environment = Environment(values={"DATABASE_URL": text})
    assert environment.database("DATABASE_URL", {"ENGINE": "default"}) == {"ENGINE": "default"}
    assert environment.problems[0].startswith("DATABASE_URL is not a database address.")
    assert "u:p" not in environment.problems[0]


def test_postgresql_address_is_understood() -> None:
    environment = Environment(values={"DATABASE_URL": "postgres://nanif:p%40ss@db:5433/nanif"})
    database = environment.database("DATABASE_URL", {})
    assert database["NAME"] == "nanif"
    assert database["PASSWORD"] == "p@ss"
    assert database["PORT"] == "5433"


def test_undeclared_variable_cannot_be_read() -> None:
    with pytest.raises(KeyError):
        Environment(values={"X": "1"}).text("X")


def test_production_without_variables_stops_with_their_names() -> None:
    kept = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "nanif.settings.production"}
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL"):
        assert f"{name} is not set" in result.stderr


@pytest.mark.parametrize("url", ["", "sqlite:///srv/db.sqlite3", "postgres://nanif@db/nanif"])
def test_production_keeps_connections_to_the_database(url: str) -> None:
    code = "from nanif.settings.production import DATABASES; print(DATABASES['default'])"
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "tests-only",
            "ALLOWED_HOSTS": "nanif.example",
            "SITE_URL": "https://nanif.example",
            "DATABASE_URL": url,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert "'CONN_MAX_AGE': 60" in result.stdout


def test_cluster_is_understood() -> None:
    address = "https://nanif:p%40ss@one,two:9243/site-2?ca=" + __file__
    environment = Environment(values={"SEARCH_URL": address})
    assert environment.search_engine("SEARCH_URL") == {
        "hosts": ["https://one:443", "https://two:9243"],
        "prefix": "site-2",
        "user": "nanif",
        "password": "p@ss",
        "api_key": "",
        "ca": __file__,
    }
    assert environment.problems == []


def test_cluster_with_a_key_and_usual_names_is_understood() -> None:
    environment = Environment(values={"SEARCH_URL": "http://[::1]?api_key=ab+c/d=="})
    engine = environment.search_engine("SEARCH_URL")
    assert engine["hosts"] == ["http://[::1]:9200"]
    assert (engine["prefix"], engine["api_key"]) == ("nanif", "ab+c/d==")


def test_no_cluster_is_the_embedded_engine() -> None:
    assert Environment(values={"SEARCH_URL": " "}).search_engine("SEARCH_URL") == {}


@pytest.mark.parametrize(
    "text",
    [
        "search.example.org",
        "ftp://u:secret@host/x",
        "https://u:secret@",
        "https://u:secret@host:port",
        "https://u:secret@host,,other",
        "https://u:sec/secret@host:9200/x",
        "https://u:sec?secret@host:9200/x",
        "https://u:secret@host:9200/Site",
        "https://u:secret@host:9200/a/b",
        "https://u:secret@host:9200/*",
        "https://u:secret@host/x?api_key=secret",
        "https://u:secret@host/x?ca=nowhere.pem",
        "https://u:secret@host/x?verify=off",
        f"http://u:secret@host/x?ca={__file__}",
    ],
)
def test_wrong_cluster_is_a_problem_without_its_password(text: str) -> None:
    environment = Environment(values={"SEARCH_URL": text})
    assert environment.search_engine("SEARCH_URL") == {}
    (problem,) = environment.problems
    assert problem.startswith("SEARCH_URL ")
    assert "unset it for the embedded engine" in problem
    assert "secret" not in problem


def test_wrong_cluster_is_named_by_every_command() -> None:
    kept = {"PATH": os.environ["PATH"], "SEARCH_URL": "search.example.org"}
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "SEARCH_URL is not an address of Elasticsearch" in result.stderr


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", Mail("dummy")),
        ("console:", Mail("console")),
        ("file:///var/mails", Mail("filebased", folder="/var/mails")),
        ("smtp://mail.example.org", Mail("smtp", host="mail.example.org", port=25)),
        (
            "smtp+tls://ann%40example.org:p%2Fw@mail.example.org",
            Mail("smtp", "mail.example.org", 587, "ann@example.org", "p/w", starts_tls=True),
        ),
        (
            "smtps://mail.example.org:4465",
            Mail("smtp", host="mail.example.org", port=4465, is_tls=True),
        ),
    ],
)
def test_mail_server_is_read(url: str, expected: Mail) -> None:
    values = {"EMAIL_URL": url, "DEFAULT_FROM_EMAIL": "NANIF <a@example.org>"}
    environment = Environment(values)
    assert environment.mail("EMAIL_URL") == expected
    assert not environment.problems


@pytest.mark.parametrize(
    "url", ["mail.example.org", "smtp://", "http://x", "smtp://h:port", "file:"]
)
def test_wrong_mail_server_is_named_and_sends_nothing(url: str) -> None:
    environment = Environment({"EMAIL_URL": url, "DEFAULT_FROM_EMAIL": "a@example.org"})
    assert environment.mail("EMAIL_URL") == Mail("dummy")
    assert environment.problems[0].startswith("EMAIL_URL is not a mail server. Write smtp+tls://")


def test_mail_server_needs_a_sender() -> None:
    environment = Environment({"EMAIL_URL": "smtp://mail.example.org"})
    environment.mail("EMAIL_URL")
    assert "DEFAULT_FROM_EMAIL is not" in environment.problems[0]


@pytest.mark.parametrize("rate", ["5/minute", "120/HOUR", "1/day", "off"])
def test_rate_is_read(rate: str) -> None:
    environment = Environment({"API_RATE": rate})
    assert environment.rate("API_RATE") == rate.lower()
    assert not environment.problems


@pytest.mark.parametrize("rate", ["5", "0/day", "many", "5/second"])
def test_wrong_rate_is_named_and_the_usual_one_holds(rate: str) -> None:
    environment = Environment({"API_RATE": rate})
    assert environment.rate("API_RATE") == "120/minute"
    assert environment.problems[0].startswith(f"API_RATE='{rate}' is not a rate. Write it as 120/")


@pytest.mark.parametrize(
    "text", ["redis://h:6379/0", "rediss://u:p@h", "unix:///run/redis.sock", ""]
)
def test_address_of_a_shared_cache_is_understood(text: str) -> None:
    environment = Environment(values={"CACHE_URL": text})
    assert environment.cache("CACHE_URL") == text
    assert environment.problems == []


@pytest.mark.parametrize(
    "text",
    [
        "memcached://h",
        "redis://",
        "redis://u:secret@h:port/0",
        "redis://h/name",
        "unix://",
        "h:6379",
    ],
)
def test_wrong_address_of_a_shared_cache_is_a_problem_without_its_password(text: str) -> None:
    environment = Environment(values={"CACHE_URL": text})
    assert environment.cache("CACHE_URL") == ""
    assert environment.problems[0].startswith("CACHE_URL is not the address of a Redis")
    assert "secret" not in environment.problems[0]
