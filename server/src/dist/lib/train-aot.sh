#!/bin/sh
# Creates lib/warren.aot: the classes that a serving host needs, loaded and linked, for faster starts.
# Starts a host once on free loopback ports with a directory of its own, and ends it. Reasons and
# gains: docs/decisions/0004-jvm-options.md. Without the file everything works, but starts more slowly.
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
work=$(mktemp -d)
host=
finish() {
  [ -z "$host" ] || kill -9 "$host" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

cat >"$work/config.yaml" <<END
server: {state_dir: '$work/state'}
ninep: {listen: ['unix:$work/9p.sock', '127.0.0.1:0']}
sftp: {listen: '127.0.0.1:0'}
http: {listen: '127.0.0.1:0'}
plugins:
  localfs: {path: /local, config: {local_dir: '$work/data', create: true}}
  memfs: {path: /tmp}
  sysfs: {path: /sys}
  gptfs: {path: /agents/gptfs, config: {demo: true, data_dir: '$work/gptfs'}}
END
rm -f "$home/lib/warren.aot"
WARREN_OPTS="${WARREN_OPTS:-} -XX:AOTCacheOutput=$work/warren.aot" \
  "$home/bin/warren" serve "$work/config.yaml" >"$work/log" 2>&1 &
host=$!
tries=0
until grep -q 'ready after' "$work/log"; do
  tries=$((tries + 1))
  kill -0 "$host" 2>/dev/null && [ $tries -lt 600 ] || {
    cat "$work/log" >&2
    exit 1
  }
  sleep 0.2
done
kill -TERM "$host"
wait "$host" || true
host=
# Replaced atomically, because a host may be starting.
cp "$work/warren.aot" "$home/lib/warren.aot.new"
mv "$home/lib/warren.aot.new" "$home/lib/warren.aot"
