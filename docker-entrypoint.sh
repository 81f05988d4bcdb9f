#!/bin/sh
# Runs ecsidecar as the user 1000 with the group of Docker's socket, where that is enough; else as the user that it was
# started as. The socket is as good as root, but files in mounted folders should not become root's.
set -e

socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
socket=${socket#unix://}
config=${DOCKER_CONFIG:-}
[ -d "$config" ] && config=$config/config.json

if [ "$(id -u)" = 0 ] && [ -S "$socket" ]; then
  as_user="setpriv --reuid=1000 --regid=1000 --groups=$(stat -c %g "$socket") --"
  chown 1000:1000 "$ECSIDECAR_DATA_DIR" 2>/dev/null || true
  # What the user cannot use (a socket of root's alone, credentials of another user) is a reason to stay root.
  if $as_user test -w "$socket" && $as_user test -w "$ECSIDECAR_DATA_DIR" &&
    { [ ! -e "$config" ] || $as_user test -r "$config"; }; then
    chown -R 1000:1000 "$ECSIDECAR_DATA_DIR"
    HOME=$ECSIDECAR_DATA_DIR
    export HOME
    exec $as_user node /opt/ecsidecar/dist/cli/bin.js "$@"
  fi
fi
exec node /opt/ecsidecar/dist/cli/bin.js "$@"
