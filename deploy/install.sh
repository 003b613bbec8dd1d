#!/bin/sh
# Install the site on Debian 12 or 13, beside PostgreSQL, Elasticsearch and nginx on this machine:
#
#     sudo deploy/install.sh www.example.org
#
# Run it from the code, in /srv/nanif or elsewhere. It can be run again at any time: what is there stays,
# /etc/nanif.env above all. It does what docs/howto/deploy.md describes, in the same order. Without systemd
# (in a container) it starts nothing, and says so.
set -eu

host="${1:-}"
code="$(cd "$(dirname "$0")/.." && pwd)"
data=/var/lib/nanif
environment=/etc/nanif.env

say() { echo "== $*"; }
stop() { echo "$*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || stop "Run this as root: sudo $0 HOST"
[ -f "$environment" ] || [ -n "$host" ] || stop "Say the host of the site: sudo $0 www.example.org"
cd "$code"

say "Packages of Debian"
missing=""
for package in python3-venv nginx postgresql postgresql-client; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
done
if [ -n "$missing" ]; then
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
fi

say "User and folders"
id nanif >/dev/null 2>&1 || useradd --system --user-group --home-dir "$data" --shell /usr/sbin/nologin nanif
install -d -o nanif -g nanif -m 750 "$data"
install -d -o nanif -g nanif -m 700 /var/backups/nanif

say "Packages of Python"
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
.venv/bin/python manage.py messages_compile

if [ ! -f "$environment" ]; then
    say "$environment and the database"
    key="$(python3 -c 'import secrets; print(secrets.token_urlsafe(50))')"
    password="$(python3 -c 'import secrets; print(secrets.token_hex(20))')"
    runuser -u postgres -- psql --quiet --set ON_ERROR_STOP=1 <<SQL
DO \$\$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nanif') THEN CREATE ROLE nanif LOGIN; END IF;
END \$\$;
ALTER ROLE nanif PASSWORD '$password';
SQL
    runuser -u postgres -- psql --tuples-only --command "SELECT 1 FROM pg_database WHERE datname = 'nanif'" | grep -q 1 \
        || runuser -u postgres -- createdb --owner nanif --encoding UTF8 --template template0 nanif
    umask 077
    sed -e "s|^SECRET_KEY=.*|SECRET_KEY=$key|" \
        -e "s|www.example.org|$host|" \
        -e "s|^DATABASE_URL=.*|DATABASE_URL=postgres://nanif:$password@127.0.0.1:5432/nanif|" \
        -e "s|^EMAIL_URL=.*|EMAIL_URL=|" \
        deploy/nanif.env.example > "$environment.new"
    mv "$environment.new" "$environment"
    umask 022
fi

say "Search engine"
search="$(sed -n 's/^SEARCH_URL=//p' "$environment" | tail -1)"
if [ -n "$search" ]; then
    python3 - "$search" <<'PYTHON' || stop "Elasticsearch does not answer at SEARCH_URL. Install it (docs/howto/deploy.md), or empty SEARCH_URL in $environment for the embedded engine."
import sys
from socket import create_connection
from urllib.parse import urlsplit

first = sys.argv[1].partition("://")
place = urlsplit("//" + first[2].split("/")[0].rpartition("@")[2].split(",")[0])
create_connection((place.hostname, place.port or (443 if first[0] == "https" else 9200)), 5).close()
PYTHON
fi

say "Release"
sh deploy/manage release

say "Services"
for file in deploy/*.service.example deploy/*.timer.example deploy/*.socket.example; do
    name="$(basename "$file" .example)"
    sed "s|/srv/nanif|$code|g" "$file" > "/etc/systemd/system/$name"
done
if [ ! -f /etc/nginx/sites-available/nanif ]; then
    name="$(sed -n 's/^ALLOWED_HOSTS=//p' "$environment" | tr ',' ' ')"
    sed "s|www.example.org|$name|" deploy/nginx.conf.example > /etc/nginx/sites-available/nanif
fi
usermod --append --groups nanif www-data
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl enable nanif.socket nanif nanif-worker
    systemctl start nanif.socket
    systemctl restart nanif-worker nanif
    for timer in deploy/*.timer.example; do
        case "$timer" in *alerts*|*confirmations*) continue ;; esac
        systemctl enable --now "$(basename "$timer" .example)"
    done
else
    echo "There is no systemd here: services are in /etc/systemd/system and not started."
fi

say "Done. Left for you: the certificate and nginx (/etc/nginx/sites-available/nanif, then ln -s to sites-enabled),"
echo "EMAIL_URL in $environment with the timers nanif-alerts and nanif-confirmations, BACKUP_RECIPIENT, and"
echo "an administrator: sudo $code/deploy/manage createsuperuser"
