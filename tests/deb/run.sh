#!/usr/bin/env bash
# Installs the Debian package, inspects it, starts it by hand as its unit would, uses, upgrades, removes and purges it, and checks that
# nothing of it is left. Needs root and a machine where Warren is not installed.
#
#   tests/deb/run.sh
#
# The package is server/target/warren_*_all.deb: mvn -Pdeb package
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
. "$root/tests/lib/jdk.sh"
find_jdk || exit 2
. "$root/tests/lib/items.sh"
deb=$(find "$root/server/target" -maxdepth 1 -name 'warren_*_all.deb' | head -n 1)
work=$(mktemp -d "${TMPDIR:-/tmp}/warren-deb.XXXXXX")
log=$work/log
server='' notified=''

skip_all() {
  skip "the Debian package" "$1"
  totals
  rm -rf "$work"
  exit
}
why=$(being_root) || skip_all "only root installs packages"
why=$(programs dpkg systemd-analyze sftp setpriv) || skip_all "$why"
if dpkg-query -W -f='${Status}' warren 2>/dev/null | grep -q installed; then skip_all "warren is installed here and in use"; fi
[ -n "$deb" ] || { echo "FAIL  no package in server/target: mvn -Pdeb package" && failed=1 && totals; exit 1; }

cleanup() {
  for pid in $server $notified; do kill -9 "$pid" 2>/dev/null; done
  if dpkg-query -W warren >/dev/null 2>&1; then dpkg --force-depends -P warren >>"$log" 2>&1; fi
  keep_logs deb-commands.log "$log" "$work/server.log"
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

unit=/usr/lib/systemd/system/warren.service
of_unit() { sed -n "s/^$1=//p" $unit; }

# All files called warren in the system, and the users. dpkg's own records of the package do not count.
traces() {
  find /etc /usr /var /opt /run -xdev -path '*warren*' -not -path '/var/lib/dpkg/*' -not -path '/var/log/*' \
    -not -path '/usr/src/*' 2>/dev/null | sort
  sed -n '/warren/s/:.*//p' /etc/passwd /etc/group /etc/shadow /etc/gshadow
}

installs() {
  dpkg --force-depends -i "$deb"
  dpkg -s warren | grep -q '^Status: install ok'
}

has_right_files() {
  [ "$(id -un warren)" = warren ]
  # A snapshot's version contains its time, so that later ones are newer, and ~, so that the release is newer than all of them.
  dpkg-query -W -f='${Version}' warren | grep -E '^[0-9.]+(~[0-9]{14})?$'
  [ "$(stat -c '%U %a' /var/lib/warren)" = 'warren 700' ]
  [ "$(stat -c '%U:%G %a' /etc/warren/environment)" = 'root:warren 640' ]
  dpkg-query -W -f='${Conffiles}' warren | grep -q ' /etc/warren/config.yaml '
  # The service can modify no file, and every file belongs to root.
  [ -z "$(find /usr/share/warren /usr/share/doc/warren ! -user root -o -perm /022 ! -type l)" ]
  warren version
  warren plugins | grep -q gptfs
  [ -s /usr/share/doc/warren/copyright ] && [ -s /usr/share/doc/warren/docs/operations.md ]
}

# A snapshot is older than its release, and newer than the previous release.
version_sorts() {
  local version
  version=$(dpkg-deb -f "$deb" Version)
  echo "$version"
  [[ $version != *[A-Z]* ]]
  if [[ $version == *~* ]]; then
    dpkg --compare-versions "$version" lt "${version%%~*}"
    dpkg --compare-versions "$version" gt "${version%%~*}~20200101000000"
    dpkg --compare-versions "$version" lt "${version%%~*}~29991231235959"
  fi
}

# Only errors count: lintian has thousands of warnings about Java's classes.
has_no_lintian_errors() {
  need programs lintian
  lintian --allow-root --fail-on error "$deb"
  dpkg-deb --fsys-tarfile "$deb" | tar -xO ./usr/share/man/man1/warren.1.gz | zcat >warren.1
  LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z warren.1 2>&1 >man.out | tee man.warnings
  [ ! -s man.warnings ] && [ -s man.out ]
  # The manual page describes exactly the existing commands.
  warren --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p' | sort >commands
  sed -n '/^\.SH COMMANDS/,/^\.PP/{s/\\//g;s/^\.BR\? \([a-z][a-z-]*\).*/\1/p}' warren.1 | grep -v '^warren$' | sort >described
  [ -s commands ] && diff commands described
}

# systemd-analyze works without a running systemd.
is_hardened() {
  systemd-analyze verify --man=no $unit
  systemd-analyze security --offline=yes --threshold=30 --no-pager $unit
}

# Another Warren may be using the usual ports.
configuration_is_right() {
  sed -i "s/:2022\b/:$sftp/; s/:5640\b/:$ninep/; s/:2080\b/:$http/" /etc/warren/config.yaml
  warren check-config /etc/warren/config.yaml | tee config.out
  grep -q 'no errors' config.out
  if grep warning config.out; then return 1; fi
}

# Receives the service's notifications to systemd: one line per message.
notified() {
  python3 -c '
import socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
    s.bind(sys.argv[1])
    while True:
        print(s.recv(4096).decode().replace("\n", " "), flush=True)' "$work/notify" >"$work/notified"
}

start() {
  # Starts the service as systemd would from the unit: user, directory, umask, command.
  cd "$(of_unit WorkingDirectory)"
  umask "$(of_unit UMask)"
  # shellcheck disable=SC2046 # the command's words
  exec setpriv --reuid="$(of_unit User)" --regid="$(of_unit Group)" --init-groups --no-new-privs --bounding-set=-all \
    env -i PATH="$PATH" NOTIFY_SOCKET="$work/notify" WARREN_JAVA="$JAVA_HOME" $(of_unit ExecStart) >"$work/server.log" 2>&1
}

serves() {
  for _ in $(seq 900); do
    grep -q 'mount with sshfs' "$work/server.log" && break
    kill -0 "$server"
    sleep 0.1
  done
  until [ -s notified ]; do
    kill -0 "$server" || return 1
    sleep 0.1
  done
  [ "$(cat notified)" = READY=1 ]
  # Root logs in as the service's user, with the key that only these two can read.
  cd "$work"
  echo 'What are you?' >prompt.txt
  sed -n '/^  # look around/{n;s/^  sudo sftp/sftp -q -b -/p;q}' server.log >./command
  sh ./command <<END
ls -1 /
put prompt.txt /local/copy
get /local/copy
put prompt.txt /agents/gptfs/inbox/q.txt
get /agents/gptfs/wait/q answer
get /sys/version
END
  cmp prompt.txt copy
  # The command that the package printed after its installation.
  sed -n 's/^To log in.* sudo sftp/sftp -q -b -/p' "$log" | tail -n 1 >./command
  echo pwd | sh ./command
  grep -q "Warren's demo" answer
  [ "$(stat -c %U /var/lib/warren/data/copy)" = warren ]
}

ends() {
  kill "$server"
  for _ in $(seq 300); do
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  if kill -0 "$server" 2>/dev/null; then return 1; fi
  grep -q 'ServeLoop: ended' "$work/server.log"
  # The timeouts are longer than the drain time.
  grep -q '^STOPPING=1 EXTEND_TIMEOUT_USEC=[1-9][0-9]\{7,\}$' "$work/notified"
  [ "$(of_unit Type)" = notify ] && [ "$(of_unit TimeoutStopSec)" -gt 70 ]
}

upgrade_keeps() {
  dpkg --force-depends --force-confold -i "$deb"
  grep -q ":$sftp" /etc/warren/config.yaml
  [ -s /var/lib/warren/data/copy ]
}

removal_keeps_data() {
  dpkg --force-depends -r warren
  [ ! -e /usr/share/warren ] && [ ! -e /usr/bin/warren ] && [ ! -e $unit ]
  [ -s /var/lib/warren/data/copy ] && [ -s /etc/warren/config.yaml ]
}

purge_leaves_nothing() {
  dpkg --force-depends -P warren
  traces >"$work/after"
  diff "$work/before" "$work/after"
}

cd "$work" || exit 2
: >"$log"
traces >"$work/before"
sftp=$(free_port) ninep=$(free_port) http=$(free_port)
export WARREN_JAVA=$JAVA_HOME
item "its version sorts" version_sorts
item "installs" installs
item "files, owners and modes" has_right_files
item "lintian finds no errors, and the manual page has every command" has_no_lintian_errors
item "the configuration is right" configuration_is_right
item "the unit is right and its exposure at most 3.0" is_hardened
notified &
notified=$!
until [ -S notify ]; do sleep 0.1; done
chmod 711 .
chmod 777 notify
(set -e; start) &
server=$!
item "started as its unit says: SFTP, a prompt, /sys" serves
item "ends in order" ends
server='' notified=''
item "an upgrade keeps the configuration and the data" upgrade_keeps
item "removed: configuration and data stay" removal_keeps_data
item "purged: nothing is left" purge_leaves_nothing
totals
