#!/bin/sh
# For compose.yaml: what systemd's timers start on a server. A command that fails is in the log, and
# the others go on.
set -u
run() {
    .venv/bin/python manage.py "$@" || echo "manage.py $* failed"
}
last=""
while :; do
    run publish_scheduled
    today=$(date +%F)
    if [ "$today" != "$last" ] && [ "$(date +%H)" -ge 3 ]; then
        last="$today"
        run backup
        run search_check --fix
        run proposals_forget
        run contact_forget
        run prune_db_task_results
        run alerts_send --no-progress
        run confirmations_send --no-progress
        [ "$(date +%d)" -le 7 ] && run newsletter_send --no-progress
        [ "$(date +%u)" = 7 ] && run links_check --no-progress
    fi
    sleep 300
done
