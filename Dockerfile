# The site as an image, for compose.yaml. Data lies in the volume /var/lib/nanif, nothing beside the code.
FROM python:3.12.8-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --user-group --home-dir /var/lib/nanif --uid 990 nanif \
 && install -d -o nanif -g nanif -m 750 /var/lib/nanif \
 && install -d -o nanif -g nanif -m 700 /var/backups/nanif

WORKDIR /srv/nanif
COPY requirements.txt .
RUN python -m venv .venv && .venv/bin/python -m pip install --no-cache-dir -r requirements.txt
COPY . .
RUN SECRET_KEY=while-building .venv/bin/python manage.py messages_compile

USER nanif
ENV DJANGO_SETTINGS_MODULE=nanif.settings.production PYTHONUNBUFFERED=1
CMD [".venv/bin/gunicorn", "--config", "deploy/gunicorn.conf.py", "nanif.wsgi"]
