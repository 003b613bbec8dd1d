"""The one place where the process environment is read.

Every variable is declared here with its meaning and default; settings only name what they need.
A wrong value never raises while settings load: it is kept in `problems`, and the system check in
`nanif.checks` reports it with the variable's name and the cure.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Variable:
    """One environment variable: what it is for, its default, and whether production needs it."""

    name: str
    meaning: str
    default: str = ""
    required_in_production: bool = False


VARIABLES = {
    variable.name: variable
    for variable in [
        Variable(
            "SECRET_KEY",
            "Key that signs sessions and links; 50 random characters or more.",
            required_in_production=True,
        ),
        Variable(
            "SECRET_KEY_FALLBACKS",
            "Former keys, separated by commas: what they signed stays valid.",
        ),
        Variable(
            "ALLOWED_HOSTS",
            "Host names the site answers to, separated by commas.",
            required_in_production=True,
        ),
        Variable(
            "SITE_URL",
            "Public address of the site without a closing slash, for feeds, mails and sitemaps.",
            default="http://127.0.0.1:8000",
            required_in_production=True,
        ),
        Variable(
            "DATABASE_URL",
            "Database, as postgres://user:password@host:5432/name or sqlite:///path/to/file.",
            default="",
        ),
        Variable(
            "SEARCH_URL",
            "Search engine, as http(s)://user:password@host:9200/prefix, several hosts with "
            "commas. Empty: the embedded engine on this machine's disk.",
            default="",
        ),
        Variable(
            "SEARCH_SEMANTIC",
            "on: also find by meaning, where the packages for it are installed. off: never.",
            default="on",
        ),
        Variable(
            "TASK_WORKER",
            "on: a worker (manage.py db_worker) does what follows an edit, such as bringing it "
            "into the search index. off: the web process does it at once.",
            default="off",
        ),
        Variable("DATA_DIR", "Folder for the database, uploads and the search index.", default=""),
        Variable(
            "UPLOADS_INTERNAL_URL",
            "Internal address below which nginx reads DATA_DIR/uploads (X-Accel-Redirect), such as "
            "/internal-uploads. Empty: the site sends uploads itself.",
            default="",
        ),
        Variable(
            "SECURE_SSL_REDIRECT",
            "on: send plain http requests to https (production). off: a proxy does it.",
            default="on",
        ),
        Variable(
            "TRUSTED_PROXIES",
            "How many proxies in front add to X-Forwarded-For, each known to you: 1 for nginx, 2 "
            "for a CDN and nginx. 0: none, and their headers count for nothing.",
            default="0",
        ),
        Variable("TRUSTED_PROXY", "Former name: on is TRUSTED_PROXIES=1.", default="off"),
        Variable(
            "HSTS_SUBDOMAINS",
            "on: browsers use https for all hosts below this one, for a year.",
            default="off",
        ),
        Variable(
            "HSTS_PRELOAD",
            "on: browsers may be shipped with that rule; needs HSTS_SUBDOMAINS=on.",
            default="off",
        ),
        Variable(
            "PAGE_CACHE",
            "on: whole public pages are kept in memory and renewed when something changes.",
            default="on",
        ),
        Variable(
            "CACHE_URL",
            "Redis or Valkey that all processes and machines share, as redis://host:6379/0 "
            "(rediss:// with TLS, unix:///path). Empty: limits are counted in DATA_DIR/cache, and "
            "each process keeps its own pages.",
        ),
        Variable(
            "API_RATE",
            "How often one client may ask the API, as 120/minute (minute, hour, day), or off.",
            default="120/minute",
        ),
        Variable(
            "EXPORT_RATE",
            "How often one client may take a result list away as a file or feed.",
            default="60/hour",
        ),
        Variable("ALERT_RATE", "How often one client may ask for a mail alert.", default="10/hour"),
        Variable(
            "PROPOSAL_RATE",
            "How often one client may send the form that proposes a case, mistakes included.",
            default="30/hour",
        ),
        Variable(
            "EMAIL_URL",
            "Mail server, as smtp+tls://user:password@host:587, smtps://… or smtp://…; console: or "
            "file:///folder to try out. Empty: no mail, so no mail alerts.",
            default="",
        ),
        Variable(
            "DEFAULT_FROM_EMAIL",
            "Sender of mails, as NANIF <alerts@example.org>.",
            default="NANIF <alerts@localhost>",
        ),
        Variable(
            "SECOND_FACTOR_REQUIRED",
            "on: administrators must set up a second factor before they can work in the admin.",
            default="off",
        ),
        Variable("BACKUP_DIR", "Folder for backups (manage.py backup), on another disk."),
        Variable(
            "BACKUP_RECIPIENT",
            "Public key of age (age1…) for which backups are encrypted. Empty: they are not.",
        ),
        Variable("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR.", default="INFO"),
        Variable("LOG_FORMAT", "plain, or json: one object for each line.", default="plain"),
        Variable(
            "METRICS_TOKEN",
            "Word of 20 signs or more with which Prometheus may read /metrics. Empty: nobody may.",
        ),
        Variable(
            "PROMETHEUS_MULTIPROC_DIR",
            "Folder in which the processes of this machine count for /metrics. "
            "deploy/gunicorn.conf.py makes one.",
        ),
        Variable(
            "ERROR_REPORTS_URL",
            "Address of a Sentry-like server (DSN) that gets errors without personal data. Empty: "
            "none are sent.",
        ),
    ]
}


_MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True)
class Mail:
    """Where mail goes: Django's backend, and what it needs."""

    backend: str
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starts_tls: bool = False
    is_tls: bool = False
    folder: str = ""


@dataclass
class Environment:
    """Reads declared variables from a mapping and collects what is wrong with them."""

    values: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    problems: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The variable's text, or its declared default. Undeclared names raise KeyError."""
        variable = VARIABLES[name]
        return self.values.get(name, "").strip() or variable.default

    def is_set(self, name: str) -> bool:
        """Whether the variable has a value of its own."""
        return bool(self.values.get(VARIABLES[name].name, "").strip())

    def flag(self, name: str) -> bool:
        """An on/off switch. Anything else is a problem and counts as the default."""
        text = self.text(name).lower()
        if text in {"on", "true", "yes", "1"}:
            return True
        if text in {"off", "false", "no", "0"}:
            return False
        self.problems.append(f"{name}={text!r} is neither on nor off. Set it to on or off.")
        return VARIABLES[name].default == "on"

    def number(self, name: str, most: int) -> int:
        """A whole number from 0 to `most`, else a problem and the default."""
        text = self.text(name)
        if re.fullmatch(r"[0-9]{1,9}", text) and int(text) <= most:
            return int(text)
        self.problems.append(f"{name}={text!r} is not a whole number from 0 to {most}.")
        return int(VARIABLES[name].default)

    def trusted_proxies(self) -> int:
        """How many proxies in front are trusted, by TRUSTED_PROXIES or the former TRUSTED_PROXY."""
        former = self.flag("TRUSTED_PROXY")
        if self.is_set("TRUSTED_PROXIES"):
            return self.number("TRUSTED_PROXIES", most=9)
        return 1 if former else 0

    def names(self) -> list[str]:
        """Names of the declared variables that have a value of their own."""
        return [name for name in VARIABLES if self.is_set(name)]

    def secret(self, name: str) -> str:
        """A word that opens something: empty, or of 20 signs or more; else a problem and empty."""
        text = self.text(name)
        if text and not re.fullmatch(r"[!-~]{20,}", text):
            self.problems.append(
                f"{name} is too short or has signs that a header cannot have. Write 20 letters and "
                "digits or more, or unset it."
            )
            return ""
        return text

    def web_address(self, name: str) -> str:
        """An address with http or https and a host; empty where it is unset, or a problem."""
        text = self.text(name)
        try:
            url = urlsplit(text)
            is_well = not text or (url.scheme in {"http", "https"} and bool(url.hostname))
        except ValueError:
            is_well = False
        if not is_well:
            # Without the text itself, which may hold a key.
            self.problems.append(f"{name} is not an address. Write https://…, or unset it.")
            return ""
        return text

    def items(self, name: str) -> list[str]:
        """A list written with commas."""
        return [item.strip() for item in self.text(name).split(",") if item.strip()]

    def one_of(self, name: str, allowed: set[str]) -> str:
        """One of the allowed words, else a problem and the default."""
        text = self.text(name)
        if text in allowed:
            return text
        self.problems.append(
            f"{name}={text!r} is unknown. Use one of {', '.join(sorted(allowed))}."
        )
        return VARIABLES[name].default

    def rate(self, name: str) -> str:
        """A rate as `60/minute`, `5/hour` or `9/day`, or `off`; else a problem and the default."""
        text = self.text(name).lower()
        if text == "off" or re.fullmatch(r"[1-9][0-9]{0,8}/(minute|hour|day)", text):
            return text
        self.problems.append(
            f"{name}={text!r} is not a rate. Write it as {VARIABLES[name].default}, or off."
        )
        return VARIABLES[name].default

    def mail(self, name: str) -> Mail:
        """Where mail goes, from a URL; what is wrong with it is a problem, and no mail is sent."""
        text = self.text(name)
        if not text:
            return Mail("dummy")
        try:
            url = urlsplit(text)
            port = url.port
        except ValueError:
            url, port = urlsplit(""), None
        if url.scheme == "console":
            return Mail("console")
        if url.scheme == "file" and url.path.strip("/"):
            return Mail("filebased", folder=unquote(url.path))
        if url.scheme in _MAIL_PORTS and url.hostname:
            if not self.is_set("DEFAULT_FROM_EMAIL"):
                self.problems.append(
                    f"{name} is set, but DEFAULT_FROM_EMAIL is not. "
                    f"{VARIABLES['DEFAULT_FROM_EMAIL'].meaning}"
                )
            return Mail(
                "smtp",
                host=url.hostname,
                port=port or _MAIL_PORTS[url.scheme],
                user=unquote(url.username or ""),
                password=unquote(url.password or ""),
                starts_tls=url.scheme == "smtp+tls",
                is_tls=url.scheme == "smtps",
            )
        self.problems.append(
            f"{name} is not a mail server. Write smtp+tls://user:password@host:587, smtps://…, "
            "smtp://…, file:///folder or console:."
        )
        return Mail("dummy")

    def database(self, name: str, default: dict[str, object]) -> dict[str, object]:
        """Django's database settings from a URL; the default where it is unset or wrong."""
        text = self.text(name)
        if not text:
            return default
        try:
            url = urlsplit(text)
            port = url.port
        except ValueError:
            url, port = urlsplit(""), None
        if url.scheme == "sqlite" and url.path.strip("/"):
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(url.path[1:])}
        if url.scheme in {"postgres", "postgresql"} and url.hostname and url.path.strip("/"):
            return {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": unquote(url.path[1:]),
                "USER": unquote(url.username or ""),
                "PASSWORD": unquote(url.password or ""),
                "HOST": url.hostname,
                "PORT": str(port or 5432),
                "CONN_MAX_AGE": 60,
                "CONN_HEALTH_CHECKS": True,
                # A server that is away is said so at once.
                "OPTIONS": {"connect_timeout": 3},
            }
        self.problems.append(
            f"{name} is not a database address. Write postgres://user:password@host:5432/name "
            "or sqlite:///path/to/file."
        )
        return default

    def cache(self, name: str) -> str:
        """Address of a Redis or Valkey server; empty where it is unset, or a problem."""
        text = self.text(name)
        try:
            url = urlsplit(text)
            is_well = not text or (
                bool(url.path)
                if url.scheme == "unix"
                else url.scheme in {"redis", "rediss"}
                and bool(url.hostname)
                and (url.port is None or url.port > 0)
                and re.fullmatch(r"/?[0-9]*", url.path)
            )
        except ValueError:
            is_well = False
        if not is_well:
            # Without the text itself, which may hold a password.
            self.problems.append(
                f"{name} is not the address of a Redis or Valkey server. Write "
                "redis://user:password@host:6379/0, rediss://… or unix:///path, or unset it."
            )
            return ""
        return text

    def search_engine(self, name: str) -> dict[str, object]:
        """Hosts, prefix and access of an Elasticsearch cluster from a URL.

        Empty where it is unset: the embedded engine. A wrong one is a problem, and empty as well.
        """
        text = self.text(name)
        if not text:
            return {}
        scheme, _, rest = text.partition("://")
        rest, _, query = rest.partition("?")
        place, _, path = rest.partition("/")
        access, _, hosts = place.rpartition("@")
        user, _, password = access.partition(":")
        # A plus sign in a key is a plus sign.
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        options = {option: unquote(value) for option, _, value in pairs}
        prefix = path.strip("/") or "nanif"
        problem = ""
        # What is wrong is told without the text itself, which may hold a password.
        if scheme not in {"http", "https"} or not hosts:
            problem = "is not an address of Elasticsearch"
        elif not all(_is_host(host) for host in hosts.split(",")):
            problem = "has a host that cannot be read (signs in a password are written as %40)"
        elif not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", prefix):
            problem = "has a prefix of other signs than small letters, digits, - and _"
        elif options.keys() - {"api_key", "ca"}:
            problem = "has something else than api_key= and ca= after the question mark"
        elif options.get("ca") and not Path(options["ca"]).is_file():
            problem = f"names the file {options['ca']!r}, which is not there"
        elif options.get("ca") and scheme == "http":
            problem = "names a file for certificates, which http has none of"
        elif user and "api_key" in options:
            problem = "has both a user and an api_key; give one of them"
        if problem:
            self.problems.append(
                f"{name} {problem}. Write http(s)://user:password@host:9200/prefix, several hosts "
                "with commas, or unset it for the embedded engine."
            )
            return {}
        port = 443 if scheme == "https" else 9200
        return {
            "hosts": [
                f"{scheme}://{host}" if _has_port(host) else f"{scheme}://{host}:{port}"
                for host in hosts.split(",")
            ],
            "prefix": prefix,
            "user": unquote(user),
            "password": unquote(password),
            "api_key": options.get("api_key", ""),
            "ca": options.get("ca", ""),
        }

    def require_for_production(self) -> None:
        """Record every variable that production needs and that has no value."""
        for variable in VARIABLES.values():
            if variable.required_in_production and not self.is_set(variable.name):
                self.problems.append(f"{variable.name} is not set. {variable.meaning}")


def _is_host(text: str) -> bool:
    try:
        url = urlsplit(f"//{text}")
        return bool(url.hostname) and url.port != 0 and not re.search(r"[\s\\]", text)
    except ValueError:
        return False


def _has_port(host: str) -> bool:
    return urlsplit(f"//{host}").port is not None
