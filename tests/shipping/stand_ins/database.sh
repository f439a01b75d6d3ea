#!/bin/sh
# What the image of PostgreSQL does at its start: make a database for POSTGRES_USER, who has POSTGRES_PASSWORD, and serve it.
set -eu
data=/var/lib/postgresql/data
install -d -o postgres -m 700 "$data"
as() { runuser -u postgres -- "$@"; }
if [ ! -s "$data/PG_VERSION" ]; then
  install -o postgres -m 600 /dev/null /tmp/password
  echo "$POSTGRES_PASSWORD" >/tmp/password
  as initdb --pgdata "$data" --username "$POSTGRES_USER" --pwfile /tmp/password --auth scram-sha-256 --encoding UTF8 \
    --locale C.UTF-8
  rm /tmp/password
  echo "host all all all scram-sha-256" >>"$data/pg_hba.conf"
  echo "CREATE DATABASE $POSTGRES_USER" | as postgres --single -D "$data" postgres
fi
exec runuser -u postgres -- postgres -D "$data" -c "listen_addresses=*" -c unix_socket_directories=/tmp
