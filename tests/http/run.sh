#!/usr/bin/env bash
# HTTP against the distribution in WARREN_DIST: health, metrics (checked by promtool), idle connections, and the status page in
# headless Chromium: everything that a person should see is there, in light and dark, on a narrow screen, with a keyboard and a
# screen reader (axe), and nothing is requested from any other host. Screenshots are kept in target/check/ for inspection.
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
here=$root/tests/http
. "$root/tests/lib/items.sh"
. "$root/tests/lib/jdk.sh"
find_jdk || exit 2
export WARREN_JAVA=$JAVA_HOME
dist=${WARREN_DIST:?the directory of a distribution}
pictures=$root/target/check
work=$(mktemp -d)
host=

finish() {
  [ -n "$host" ] && kill "$host" 2>/dev/null && wait "$host"
  rm -rf "$work"
}
trap finish EXIT
ok() { passed=$((passed + 1)) && echo "PASS  $1"; }
fail() { failed=$((failed + 1)) && echo "FAIL  $1"; }
# has NAME TEXT FILE
has() { if grep -qF -- "$2" "$3"; then ok "$1"; else fail "$1: no '$2' in $(head -c 2000 "$3")"; fi; }

if ! why=$(programs curl python3); then
  skip "health, metrics and the status page" "$why"
  totals
  exit
fi
mkdir -p "$pictures"
rm -f "$pictures/status-narrow.png"
# Only promtool is unpacked, because installing the package would start a server.
promtool() {
  local tool
  tool=$(type -P promtool) || {
    tool=$root/target/check/tools/usr/bin/promtool
    if [ ! -x "$tool" ]; then
      mkdir -p "$root/target/check/tools" "$work/deb"
      (cd "$work/deb" && apt-get download prometheus >/dev/null 2>&1) || return 1
      dpkg-deb --fsys-tarfile "$work"/deb/prometheus_*.deb | tar -x -C "$root/target/check/tools" ./usr/bin/promtool || return 1
    fi
  }
  "$tool" "$@"
}
cat >"$work/config.yaml" <<'END'
server: {state_dir: ./state}
http: {listen: 127.0.0.1:0}
plugins:
  memfs: [{path: /tmp}, {name: '<b>bold</b>', path: /markup}]
  sysfs: {path: /sys}
  localfs: {path: /broken, config: {local_dir: /proc/nothing, create: true}}
  gptfs: {path: /agents/gptfs, config: {demo: true, data_dir: ./gptfs}}
END
cd "$work" || exit 1
"$dist/bin/warren" serve config.yaml >serve.out 2>serve.log &
host=$!
until grep -qs 'ready after' serve.log; do
  kill -0 "$host" 2>/dev/null || { cat serve.log; exit 1; }
  sleep 0.2
done
url=$(sed -n 's|.* http on \(http://[^ ]*\).*|\1|p' serve.log | head -n 1)

curl -sS "${url}healthz" >healthz && has "healthz" ok healthz
curl -sS -o readyz -w '%{http_code}' "${url}readyz" >readyz.code
has "readyz says that it is not" 503 readyz.code
has "readyz names what failed" "FAIL /broken localfs failed" readyz
has "readyz names what is up" "ok   /tmp memfs up" readyz
curl -sS "${url}metrics" >metrics
has "metrics of mounts" 'warren_mount_up{mount="/tmp",plugin="memfs"} 1.0' metrics
has "metrics of gptfs" 'gptfs_queue_jobs{mount="/agents/gptfs"}' metrics
has "metrics of the JVM" jvm_memory_used_bytes metrics
if grep '^# HELP ' metrics | grep -qvE '^# HELP [a-z0-9_]+ [^ ]'; then
  fail "metrics without help: $(grep '^# HELP ' metrics | grep -vE '^# HELP [a-z0-9_]+ [^ ]')"
else
  ok "each metric says what it counts"
fi
if ! promtool --version >promtool.out 2>&1; then
  skip "the metrics as promtool wants them" "no promtool here, nor a right to download Debian's"
elif promtool check metrics <"$PWD/metrics" >promtool.out 2>&1 && [ ! -s promtool.out ]; then
  ok "promtool finds nothing in the metrics"
else
  fail "promtool: $(head -n 5 promtool.out)"
fi
curl -sS -o rebound -w '%{http_code}' -H 'Host: evil.example' "${url}status.json" >rebound.code
has "another site's name gets nothing" 421 rebound.code

# The idle connections are open while the pages are requested, and never send anything more.
cat >crowd.py <<'END'
import socket, subprocess, sys, urllib.parse
to = urllib.parse.urlsplit(sys.argv[1])
crowd = [socket.create_connection((to.hostname, to.port)) for _ in range(300)]
for slow in crowd[::2]:
    try:
        slow.sendall(b"GET /readyz HTTP/1.1\r\nX-Slow: ")
    except OSError:
        pass   # the host closed this one
for path in ("healthz", "readyz", "metrics", ""):
    subprocess.run(["curl", "-sS", "--max-time", "10", "-o", "crowd.out", sys.argv[1] + path], check=True)
END
if python3 crowd.py "$url" >crowd.log 2>&1; then ok "300 idle connections keep nobody out"; else fail "300 idle connections: $(tail -n 3 crowd.log)"; fi

# browse OPTION...: as root Chromium cannot use its own sandbox; it loads only pages of ours
browse() {
  timeout 120 chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
    --disable-background-networking --disable-component-update --host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1' \
    --user-data-dir="$work/chrome" --virtual-time-budget=8000 --window-size=1180,1100 --hide-scrollbars "$@" 2>>"$work/chromium.log"
}
page() {
  browse --dump-dom "$url" >page
  has "the page has been drawn" 'data-shown="yes"' page
  has "the state" '1 of 5 mounts down' page
  has "the reason" 'cannot be opened: /proc/nothing' page
  has "a name is text and no markup" 'memfs (&lt;b&gt;bold&lt;/b&gt;)' page
  has "jobs of gptfs" 'demo: no language model' page
  has "the picture of throughput" '<line class="grid"' page
  for theme in light:1 dark:0; do
    picture=$pictures/status-${theme%:*}.png
    rm -f "$picture"
    browse --blink-settings=preferredColorScheme=${theme#*:} --screenshot="$picture" "$url"
    if [ -s "$picture" ]; then ok "a screenshot, ${theme%:*}"; else fail "no screenshot: $(tail -n 3 chromium.log)"; fi
  done
  # If the page violates its own policy, Chromium says so on the console.
  browse --enable-logging=stderr --dump-dom "$url" >/dev/null
  if grep -q 'Content Security Policy\|Uncaught' chromium.log; then
    fail "the console: $(grep 'Content Security Policy\|Uncaught' chromium.log | head -n 3)"
  else
    ok "the console is silent"
  fi
}

accessible() {
  if (cd "$here" && npm ci --no-audit --no-fund) >npm.log 2>&1; then
    while read -r result name; do
      if [ "$result" = ok ]; then ok "$name"; else fail "$result $name"; fi
    done < <(cd "$here" && CHROMIUM=$(type -P chromium) timeout 300 node page.mjs "$url" "$pictures" 2>&1 | sed 's/^FAIL //')
    [ -s "$pictures/status-narrow.png" ] || fail "the page on a narrow screen was not looked at"
  else
    fail "npm cannot install what package-lock.json pins: $(tail -n 3 npm.log)"
  fi
}

if why=$(programs chromium); then page; else skip "the status page in a browser" "$why"; fi
if why=$(programs chromium node npm); then accessible; else skip "the status page with axe" "$why"; fi

kill -TERM "$host" && wait "$host"
status=$?
host=
if [ $status -eq 0 ]; then ok "it ends in order"; else fail "it ends with status $status"; fi
totals
