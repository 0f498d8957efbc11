#!/usr/bin/env bash
# Real clients use sqlfs: OpenSSH's sftp, programs on sshfs, and the Linux kernel's 9P client in a throw-away guest; on SQLite, with
# the configuration that docs/sqlfs.md begins with, and on PostgreSQL, where two hosts share one database.
#
#   tests/sqlfs/run.sh [quick|full] [ITEM-PATTERN]
#
# WARREN_DIST  an unpacked distribution (bin/warren)
set -uo pipefail
level=${1:-quick}
only=${2:-}
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
here=$root/tests/sqlfs
: "${WARREN_DIST:?names no unpacked distribution}"
. "$root/tests/lib/items.sh"
case $level in quick) operations=300 limit=600 ;; full) operations=5000 limit=3000 ;; *) echo "usage: $0 [quick|full] [ITEM-PATTERN]" && exit 2 ;; esac
base=/dev/shm
[ -w "$base" ] && [ "$(df -k --output=avail "$base" | tail -n 1)" -gt 1000000 ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d "$base/warren-sqlfs.XXXXXX")
log=$work/log
small=$work/small # where a separate disk is mounted, for the database of the two hosts
server='' guest=''

cleanup() {
  local each
  for each in "$work"/mnt*; do
    mountpoint -q "$each" 2>/dev/null && { fusermount -u "$each" 2>/dev/null || fusermount -uz "$each"; }
  done
  # shellcheck disable=SC2046,SC2086 # they are numbers, or nothing
  stop $guest $(cat "$work"/*/pid "$work"/*/connection.pid 2>/dev/null)
  [ -z "$server" ] || stop_server
  ! mountpoint -q "$small" || umount "$small"
  keep_logs sqlfs-clients.log "$log" "$work/guest.log"
  keep_logs sqlfs-hosts.log "$work"/*/host.log "$work/server.log"
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- PostgreSQL -----------------------------------------------------------------------------------------------

# Debian does not put the programs of PostgreSQL into PATH.
postgresql() {
  programs=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  [ -x "$programs/postgres" ] && [ -x "$programs/initdb" ] || { echo "no PostgreSQL here" && return 1; }
}

# Starts a server with its own data directory, not as root, because PostgreSQL refuses to run as root. If a tmpfs can be mounted, the tmpfs
# contains the hosts' database, but not the write-ahead log: PostgreSQL ends if it cannot write the latter.
start_server() {
  postgresql >/dev/null || return
  local user as=() options=
  mkdir "$work/postgresql"
  (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$work/postgresql/password")
  if [ "$(id -u)" -eq 0 ]; then
    user=$(getent passwd postgres nobody | head -n 1 | cut -d: -f1)
    as=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
    chown -R "$user" "$work/postgresql"
  fi
  server_port=$(free_port)
  cd "$work/postgresql" || return
  "${as[@]}" "$programs/initdb" --pgdata=data --username=warren --pwfile=password --auth=scram-sha-256 --encoding=UTF8 \
    --no-locale --no-sync >"$work/server.log" 2>&1
  serve=("${as[@]}" "$programs/postgres" -D data -p "$server_port" -c listen_addresses=127.0.0.1 -c unix_socket_directories=
    -c shared_buffers=32MB)
  "${serve[@]}" >>"$work/server.log" 2>&1 &
  echo $! >"$work/server.pid"
  server=$!
  export DB_PASSWORD PGPASSWORD
  DB_PASSWORD=$(cat password) PGPASSWORD=$DB_PASSWORD
  cd "$root" || return
  mkdir "$small"
  if mount -t tmpfs -o "size=600m,mode=700,uid=${user:-0}" none "$small" 2>/dev/null; then options="TABLESPACE small"; fi
  for _ in $(seq 300); do
    [ -z "$options" ] || database=postgres sql "CREATE TABLESPACE small LOCATION '$small'" >/dev/null 2>&1
    database=postgres sql "CREATE DATABASE warren $options" >/dev/null 2>&1 && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/server.log"
  echo "FAIL  PostgreSQL does not start"
  exit 1
}

# Stops the server as an administrator does before a restart: all connections are closed at once.
stop_server() {
  local pid
  pid=$(cat "$work/server.pid")
  kill -INT "$pid" 2>/dev/null
  stop "$pid"
}

# sql STATEMENT: prints the result from the database that the hosts share.
sql() { "$programs/psql" -X -q -t -A -h 127.0.0.1 -p "$server_port" -U warren -c "$1" "${database:-warren}"; }

# ---- the hosts ------------------------------------------------------------------------------------------------

# The configurations in docs/sqlfs.md: the first one as a whole, and the line that names a database on a server.
document() { sed -n '/^```yaml$/,/^```$/p' "$root/docs/sqlfs.md" | grep -v '^```'; }
document_server() { sed -n 's/.*`\(config: {database: .*}}\)`.*/\1/p' "$root/docs/sqlfs.md"; }

# host NAME PLUGINS: writes a configuration.
host() {
  mkdir -p "$work/$1"
  free_port >"$work/$1/port"
  free_port >"$work/$1/ninep"
  cat >"$work/$1/config.yaml" <<END
server: {state_dir: $work/$1/state}
sftp: {listen: ["127.0.0.1:$(cat "$work/$1/port")"], users: [{name: user, authorized_keys: $work/id.pub}]}
ninep: {listen: ["127.0.0.1:$(cat "$work/$1/ninep")"]}
$2
END
  cat >>"$work/ssh_config" <<END
Host $1
  HostName 127.0.0.1
  Port $(cat "$work/$1/port")
  User user
  IdentityFile $work/id
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile $work/$1/known_hosts
  LogLevel ERROR
  ControlPath $work/%n.ssh
END
}

start() { # NAME
  (cd "$work/$1" && exec "$WARREN_DIST/bin/warren" serve config.yaml) >>"$work/$1/host.log" 2>&1 &
  echo $! >"$work/$1/pid"
  disown # otherwise bash would report that a host was killed
}

await() { # NAME
  local pid
  pid=$(cat "$work/$1/pid")
  for _ in $(seq 600); do
    (exec 3<>"/dev/tcp/127.0.0.1/$(cat "$work/$1/port")" 4<>"/dev/tcp/127.0.0.1/$(cat "$work/$1/ninep")") 2>/dev/null && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/$1/host.log"
  echo "FAIL  host $1: it does not listen"
  exit 1
}

# Opens one connection to a host, which all sftp commands share, because key exchanges would take most of their time. If this connection is
# lost, each command opens its own.
connect() { # NAME
  ssh -n -N -M -F "$work/ssh_config" "$1" 2>>"$log" &
  echo $! >"$work/$1/connection.pid"
  disown
  until_ test -S "$work/$1.ssh"
}

# ---- helpers --------------------------------------------------------------------------------------------------

# client HOST FUNCTION NAME [PROGRAM...]: runs an item with a directory of its own, here ($d) and on the host ($rd); the programs are those
# that it needs besides OpenSSH's.
client() {
  local name
  case $1 in sqlite) name="SQLite: $3" ;; a) name="PostgreSQL: $3" ;; *) name="two hosts: $3" ;; esac
  [[ $name == *$only* ]] || return
  item "$name" in_directory "$@"
}
other() { [[ $1 != *$only* ]] || item "$@"; }
in_directory() {
  need programs "${@:4}"
  [[ " $* " != *' sshfs '* ]] || need fuse
  [ "$1" = sqlite ] || need postgresql
  host=$1 d=$work/$1-$2 rd=/shared/$2 mnt=$work/mnt-$1-$2
  mkdir -p "$d"
  cd "$d"
  if [ "$host" = both ]; then
    batch a <<<"mkdir $rd"
  else
    batch "$host" <<<"mkdir $rd"
  fi
  set -x
  "$2"
  set +x
  cd /
  rm -rf "$d"
}

batch() { sftp -q -b - -F "$work/ssh_config" "$@"; }
random() { head -c "$1" /dev/urandom >"$2"; }
fails() { if "$@"; then echo "should have failed: $*" && return 1; fi; }
tree() { (cd "$1" && find . -printf '%P %y %m %s %T@ %l\n' | sort && find . -type f -print0 | sort -z | xargs -0 -r sha256sum); }
# sshfs_mount HOST DIRECTORY [OPTION...]
sshfs_mount() {
  mkdir -p "$2"
  sshfs -F "$work/ssh_config" -o ControlPath=none "$1:$rd" "$2" "${@:3}"
}
# Without caches, so that each request to the mount becomes a request to the host.
uncached() { sshfs_mount "$1" "$2" -o direct_io,dir_cache=no,attr_timeout=0,entry_timeout=0,negative_timeout=0; }
unmount() { fusermount -u "$1" || { sleep 1; fusermount -u "$1"; }; }

# until_ COMMAND...: waits for a minute at most.
until_() {
  local n=0
  until "$@"; do
    n=$((n + 1))
    [ "$n" -lt 300 ] || { echo "not within a minute: $*" && return 1; }
    sleep 0.2
  done
}

# ---- sftp and sshfs, on both databases ------------------------------------------------------------------------

sftp_put_get() {
  local n
  for n in 0 1 65535 65536 65537 3000001; do random "$n" "s$n"; done
  chmod 640 s1
  touch -d '2021-03-04 05:06:07' s1
  batch "$host" <<END
mkdir $rd/d
put -p s* $rd/d
get -p $rd/d/* $d
mkdir $rd/back
put s3000001 $rd/short
put s1 $rd/short
put -r -p $d $rd/back
END
  mkdir back
  batch "$host" <<<"get -r -p $rd/d back"
  diff <(tree "$d" | grep -E ' s[0-9]') <(tree back/d | grep -E ' s[0-9]')
  batch "$host" <<<"get $rd/short short"
  cmp s1 short # a shorter file in place of a longer one
  head -c 1234567 s3000001 >part
  batch "$host" <<END
put part $rd/part
reput s3000001 $rd/part
get $rd/part part2
END
  cmp s3000001 part2
}

sftp_names() {
  local long newline=$'new\nline'
  long=$(printf '%0255d' 7)
  mkdir t
  (cd t && for n in a_b axb a%b 'a\b' 'a\\b' 'two  spaces ' ünï '*?[x]' "quo'te\"" -r .hidden $'\xff\xfe' "$long" "$newline"; do
    echo "this is $n" >"./$n"
  done)
  ln -s a%b t/link
  find t -exec touch -h -d '2020-01-01' {} +
  batch "$host" <<END
put -r -p t $rd
get -r -p $rd/t back
END
  diff <(tree t | grep -vE ' l |link$|^ d') <(tree back | grep -vE ' l |link$|^ d') # releases of OpenSSH treat links differently
  batch "$host" <<END >list
ls -1a $rd/t
END
  # OpenSSH prints unprintable characters as octal numbers.
  [ "$(grep -vc '^sftp>' list)" = 17 ]
  grep -qx "$rd/t/$long" list
  batch "$host" <<END
rm $rd/t/a_b
rename $rd/t/axb "$rd/t/ b"
rename -l "$rd/t/ b" $rd/t/a__b
ln -s no%where_ $rd/t/dangling
ln -s ../t/a%b $rd/t/relative
ln $rd/t/a%b $rd/t/hard
get $rd/t/relative relative
mkdir $rd/t/dir
symlink dir $rd/t/dirlink
put relative $rd/t/dirlink/in
get $rd/t/dir/in in
END
  cmp relative t/a%b
  cmp in t/a%b
  fails batch "$host" <<<"rename -l $rd/t/hard $rd/t/a%b"
  fails batch "$host" <<<"get $rd/t/dangling"
  fails batch "$host" <<<"rmdir $rd/t/dir"
  batch "$host" <<<"put relative $rd/t/${long:1}"
  fails batch "$host" <<<"put relative $rd/t/x$long"
  batch "$host" <<<"ls -la $rd/t" >list
  grep -E '^lrwxrwxrwx .* dangling( -> no%where_)?$' list || grep -E '^lrwxrwxrwx .*dangling' list
  grep -E '^-rw.* 2 .*/hard$' list || grep -E 'hard$' list
  fails grep -E '/a_b$' list
  grep -E '/a__b$' list
  [ "$(echo "ls -1a $rd/t" | batch "$host" | grep -vc '^sftp>')" = 22 ]
}

# A client that is killed closes no file. A file that it was replacing keeps its old content; a file that it was creating keeps what has
# arrived, so that the upload can be resumed.
sftp_killed() {
  random 200000 old
  random 40000000 new
  batch "$host" <<<"put old $rd/kept"
  local each uploads=()
  for each in kept made; do
    sftp -q -l 24000 -b <(echo "put new $rd/$each") -F "$work/ssh_config" -o ControlPath=none "$host" &
    uploads+=($!)
  done
  until_ grown kept
  until_ grown made
  for each in "${uploads[@]}"; do
    pkill -9 -P "$each" || true
    kill -9 "$each" || true
  done
  until_ as_before
  until_ settled
  batch "$host" <<END
get $rd/made made
reput new $rd/made
get $rd/made whole
END
  [ -s made ]
  cmp -n "$(stat -c %s made)" made new
  cmp whole new
}
size() { echo "ls -l $rd/$1" | batch "$host" | awk '!/^sftp>/ { print $5 }'; } # NAME
grown() { [ "$(size "$1")" -gt 1000000 ]; }
as_before() { batch "$host" <<<"get $rd/kept kept" && cmp -s old kept; }
settled() {
  local before
  before=$(size made)
  sleep 0.2
  [ "$(size made)" = "$before" ]
}

sshfs_git() {
  sshfs_mount "$host" "$mnt"
  git init -q source
  git config --global --add safe.directory '*'
  cp -r "$root/plugins/memfs/src" source
  git -C source add -A
  git -C source commit -qm one
  git clone -q source "$mnt/clone"
  cd "$mnt/clone"
  git fsck --full
  [ -z "$(git status --short)" ]
  echo second >second
  git add second
  git commit -qm two
  [ "$level" = quick ] || git gc -q
  git fsck --full
  [ -z "$(git status --short)" ]
  [ "$(git log --oneline | wc -l)" = 2 ]
  cd "$d"
  diff -r -x .git -x second source "$mnt/clone"
  unmount "$mnt"
  git clone -q --bare source bare
  uncached "$host" "$mnt"
  git -C bare fetch -q "$mnt/clone" # everything, from the files on the host
  unmount "$mnt"
}

sshfs_sqlite() {
  sshfs_mount "$host" "$mnt"
  sqlite3 "$mnt/t.db" "PRAGMA journal_mode = delete; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
    INSERT INTO t SELECT i, hex(randomblob(50)) FROM n;
    BEGIN; DELETE FROM t; ROLLBACK; DELETE FROM t WHERE a % 3 = 0; VACUUM;"
  [ "$(sqlite3 "$mnt/t.db" 'PRAGMA integrity_check; SELECT count(*) FROM t')" = $'ok\n1334' ]
  unmount "$mnt"
  batch "$host" <<<"get $rd/t.db t.db"
  [ "$(sqlite3 t.db 'PRAGMA integrity_check; SELECT count(*) FROM t')" = $'ok\n1334' ]
}

# Without the times of links (-J): sshfs sets the times of their targets, which may not exist yet.
sshfs_rsync() {
  sshfs_mount "$host" "$mnt"
  mkdir t
  cp -r "$root/plugins/memfs/src" t/
  ln -s src/main t/link
  chmod 700 t/src
  random 400000 t/r
  touch -d '2019-01-01 00:00:00.5' t/r
  rsync -aJ t/ "$mnt/t/"
  [ -z "$(rsync -aJin t/ "$mnt/t/")" ] # including times: nothing remains to be transferred
  [ -z "$(rsync -aJic t/ "$mnt/t/")" ]
  echo changed >>t/r
  rsync -aJ --inplace --no-whole-file t/ "$mnt/t/"
  unmount "$mnt"
  sshfs_mount "$host" "$mnt"
  rsync -aJ "$mnt/t/" back/
  [ -z "$(rsync -aJinc t/ back/)" ]
  unmount "$mnt"
}

# Installs the packages that the lock file of another suite pins.
sshfs_npm() {
  sshfs_mount "$host" "$mnt"
  cp "$root"/tests/sftp/package.json "$root"/tests/sftp/package-lock.json "$mnt"
  cd "$mnt"
  npm ci --omit=optional --ignore-scripts --no-audit --no-fund --cache="$work/npm"
  node -e 'console.log(require("ssh2").Client.name)' | grep -q Client
  rm -r node_modules
  [ "$(find . | wc -l)" = 3 ]
  cd "$d"
  unmount "$mnt"
}

# The tests that guests run, for machines without guests: as far as SFTP can express them, and without the caches of sshfs.
sshfs_system_calls() {
  uncached "$host" "$mnt"
  mkdir "$mnt/posix" "$mnt/stress"
  python3 -B "$here/guest/posix.py" "$mnt/posix" sftp | tee posix
  python3 -B "$here/guest/stress.py" "$operations" "$mnt/stress" sftp | tee stress
  unmount "$mnt"
  grep '^PASS' posix
  grep '^PASS' stress
}

# ---- two hosts, one database ----------------------------------------------------------------------------------

closed_and_opened() {
  local i here_ there
  batch b <<<"ls $rd" # host b now caches the directory
  for i in $(seq 8); do
    if [ $((i % 2)) = 0 ]; then here_=a there=b; else here_=b there=a; fi
    random $((i % 3 * 700001 + i)) new
    batch "$here_" <<END
put new $rd/file
put new $rd/file-$i
rename $rd/file-$i $rd/renamed
END
    batch "$there" <<END
get $rd/file got
get $rd/renamed got2
END
    cmp new got
    cmp new got2
  done
}

# A read that begins more than a second after a change has ended sees the change, even on a slow machine.
seen_within_a_second() {
  uncached a "$mnt.a"
  uncached b "$mnt.b"
  python3 -B "$here/within_a_second.py" "$mnt.a" "$mnt.b"
  [ "$level" = quick ] || python3 -B "$here/within_a_second.py" "$mnt.b" "$mnt.a"
  unmount "$mnt.a"
  unmount "$mnt.b"
}

contents() { python3 -c 'import os
while data := os.read(0, 1 << 20): os.write(1, data)'; }

removed_while_open() {
  random 3000000 f
  uncached a "$mnt.a"
  uncached b "$mnt.b"
  cp f "$mnt.a/f"
  cp f "$mnt.a/g"
  sync -f "$mnt.a"
  until_ cmp -s f "$mnt.b/f"
  until_ cmp -s f "$mnt.b/g"
  exec 5<"$mnt.b/f" 6<"$mnt.b/g"
  rm "$mnt.a/f"
  mv "$mnt.a/g" "$mnt.a/f"
  echo other >"$mnt.a/g"
  rm "$mnt.a/f"
  sleep 1.1 # longer than any cache entry lives
  contents <&5 >f5 # so that sshfs reads only contents, not attributes
  contents <&6 >f6
  cmp f f5
  cmp f f6
  exec 5<&- 6<&-
  unmount "$mnt.a"
  unmount "$mnt.b"
}

tree_removed_on_the_other() {
  mkdir t
  cp -r "$root/plugins/memfs/src" t
  sshfs_mount a "$mnt.a"
  sshfs_mount b "$mnt.b"
  rsync -aJ t/ "$mnt.a/t/"
  [ -z "$(rsync -aJinc t/ "$mnt.b/t/")" ]
  rm -r "$mnt.b/t"
  unmount "$mnt.a"
  unmount "$mnt.b"
  fails batch a <<<"ls $rd/t"
  [ "$(echo "ls -1 $rd" | batch a | grep -vc '^sftp>')" = 0 ]
}

is_stored() { # COUNT: whether the database contains a part of each of this number of uploads
  [ "$(sql 'SELECT count(DISTINCT content) FROM sqlfs_loose JOIN sqlfs_chunk USING (content) WHERE session <> 0')" = "$1" ]
}
# expire HOST: makes the host's lease expire, as if the other hosts' leases had been valid for a long time.
expire() { sql "UPDATE sqlfs_session SET since = 0; UPDATE sqlfs_session SET expires = 0 WHERE host LIKE '%$(cat "$work/$1/pid")'"; }
none_of() { [ -z "$(sql "$1")" ]; } # STATEMENT

# When the stopped host continues, its remaining writes are refused; what the other host has written meanwhile is kept.
stopped_longer_than_its_lease() {
  local upload
  random 40000000 new
  echo old >old
  echo "the other's" >other
  batch a <<<"put old $rd/f"
  batch -l 24000 b <<<"put new $rd/f" &
  upload=$!
  until_ is_stored 1
  kill -STOP "$(cat "$work/b/pid")"
  expire b
  batch a <<END
get $rd/f got
put other $rd/f
END
  kill -CONT "$(cat "$work/b/pid")"
  cmp old got
  fails wait "$upload"
  printf 'get %s/f got\nput old %s/g\n' "$rd" "$rd" | batch b
  cmp other got
  batch a <<<"get $rd/g got"
  cmp old got
}

# Stored files are kept. A write that cannot be stored fails with the reason. Once there is space again, writes succeed.
disk_is_full() {
  need python_module paramiko
  mountpoint -q "$small" || lacks "$(id -un) cannot mount a tmpfs"
  random 3000000 f
  batch a <<<"put f $rd/f"
  cat /dev/zero >"$small/ballast" || true # fills the disk
  /usr/bin/python3 -B "$here/until_full.py" "$(cat "$work/a/port")" "$work/id" "$rd/large" | grep -F 'No space left on device'
  batch b <<<"get $rd/f got"
  cmp f got
  rm "$small/ballast"
  # If not even the name could be stored, there is nothing to remove.
  batch b <<END
put f $rd/g
-rm $rd/large
END
  batch a <<<"get $rd/g got"
  cmp f got
}

# Only at level full, because it takes a while until both hosts reconnect.
database_restarted() {
  echo text >f
  batch a <<<"put f $rd/f"
  stop_server || return # without set -e
  fails batch a <<<"put f $rd/g"
  (cd "$work/postgresql" && exec "${serve[@]}") >>"$work/server.log" 2>&1 &
  echo $! >"$work/server.pid"
  until_ eval 'batch a <<<"put f $rd/g"'
  until_ eval 'batch b <<<"get $rd/g g"'
  cmp f g
}

# The database contains a part of both uploads when the host is killed.
killed_in_mid_upload() {
  local uploads=() each
  random 3000000 old
  random 40000000 new
  batch a <<<"put old $rd/kept"
  for each in kept made; do
    echo "put new $rd/$each" | batch -l 24000 b &
    uploads+=($!)
  done
  until_ is_stored 2
  batch a <<<"get $rd/kept kept"
  cmp old kept
  kill -9 "$(cat "$work/b/pid")"
  for each in "${uploads[@]}"; do fails wait "$each"; done
  # The other host continues without a delay.
  batch a <<END
get $rd/kept kept
get $rd/made made
put old $rd/afterwards
get $rd/afterwards afterwards
END
  cmp old kept
  [ ! -s made ]
  cmp old afterwards
  # The other host may even write these files.
  head -c 100000 new >shorter
  batch a <<END
put shorter $rd/kept
put shorter $rd/made
get $rd/kept kept
get $rd/made made
END
  cmp shorter kept
  cmp shorter made
  # When the lease of the dead host has expired, its uploads are removed. At level full, the lease expires by itself.
  [ "$level" = full ] || expire b
  until_ none_of 'SELECT content FROM sqlfs_loose'
  [ "$(sql 'SELECT count(*) FROM sqlfs_session')" = 1 ]
}

starts_again() {
  start b
  await b
  echo back >back
  batch b <<END
ls -l /shared
put back $rd/back
get /shared/killed_in_mid_upload/afterwards afterwards
END
  batch a <<<"get $rd/back got"
  cmp back got
  [ -s afterwards ]
}

both_renewed() { [ "$(sql "SELECT count(*) FROM sqlfs_session WHERE expires > $1")" = 2 ]; } # AFTER

# Leases and times are those of the database's clock. The items after this one run with the wrong clock as well.
clock_an_hour_ahead() {
  local upload last library
  stop "$(cat "$work/b/pid")" || return # without set -e
  library=$(ls /usr/lib/*/faketime/libfaketime.so.1)
  # libfaketime's own fix for timed waits would end all timed waits of a JVM at once.
  FAKETIME=+1h FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0 LD_PRELOAD=$library start b
  await b
  # Not every line of the log begins with a time: the start-up message does not.
  last=$(grep -aoE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ]+' "$work/b/host.log" | tail -n 1)
  [ "$(($(date -d "$last" +%s) - $(date +%s)))" -gt 1800 ]
  random 30000000 new
  batch -l 24000 b <<<"put new $rd/f" &
  upload=$!
  until_ is_stored 1
  # From now on, each host removes the other if it finds that the other's lease has ended.
  sql "UPDATE sqlfs_session SET since = 0"
  last=$(sql "SELECT max(expires) FROM sqlfs_session")
  until_ both_renewed "$last"
  wait "$upload"
  batch a <<<"get -p $rd/f got"
  cmp new got
  [ "$(($(date +%s) - $(stat -c %Y got)))" -lt 1800 ]
  [ "$(($(stat -c %Y got) - $(date +%s)))" -lt 1800 ]
}

# ---- the kernel's 9P client -----------------------------------------------------------------------------------

# Items of tests/ninep, the cases of pjdfstest, and the random operations of fsstress and fsx.
in_both="append_8_writers unlink_while_open names_and_times"
[ "$level" = quick ] || in_both+=" links git npm_pack rsync fio_verify remove_tree large_directory fifo_and_socket tail_f"
with_locks="sqlite_rollback"
[ "$level" = quick ] || with_locks+=" dbench locks_two_processes locks_getlk"

# run_guest CACHE: prints PASS and FAIL lines itself.
run_guest() {
  local ports=(--port "$(cat "$work/sqlite/ninep")")
  [ -z "$server" ] || ports+=(--fwd "$(cat "$work/a/ninep")" --fwd "$(cat "$work/b/ninep")")
  "$root/tests/tools/v9fs-run" "${ports[@]}" --no-mount --rootdir "$root/tests" --timeout "$limit" -- "
    export CACHE=$1 CALLERS= CLIENTS= STUCK= KERNEL=\$(uname -r)
    at() { # NAME PORT
      mkdir -p /tmp/\$1
      mount -t 9p -o trans=tcp,version=9p2000.L,msize=262144,cache=$1,aname=/shared,port=\$2 \$V9FS_HOST /tmp/\$1
    }
    hard_link() (
      set -e
      cd \$MNT
      echo one >one
      ln one two
      echo two >>two
      if [ \"\$(stat -c '%i %h %s' one)\" = \"\$(stat -c '%i 2 8' two)\" ] && rm one && [ \"\$(stat -c %h two)\" = 1 ] && cp two three &&
        [ \"\$(cat two)\" = \"\$(printf 'one\\ntwo')\" ] && ! ln two three 2>/tmp/said; then echo PASS hard links
      else echo FAIL hard links; fi
    )
    # A program that ends before it has printed its results has failed.
    program() { python3 -B \"\$V9FS_EXTRA/\$@\" || echo \"FAIL \$1: status \$?\"; }
    checks() { # NAME ITEM...
      name=\$1
      shift
      export MNT=/tmp/\$name/guest-$1 UNDER=/tmp/\$name/guest-$1
      mkdir \$MNT \$MNT/posix \$MNT/stress
      { hard_link
        program ninep/guest/checks.py quick \"\$@\"
        program sqlfs/guest/posix.py \$MNT/posix
        program sqlfs/guest/stress.py $operations \$MNT/stress
        program sqlfs/guest/fsx.py $operations \$MNT/fsx; } | sed \"s/^\(PASS\|FAIL\) /\1 \$name: /\"
    }
    at SQLite $(cat "$work/sqlite/ninep") && checks SQLite $in_both $with_locks
    [ -n '$server' ] || exit 0
    at PostgreSQL $(cat "$work/a/ninep") && checks PostgreSQL $in_both
    if [ $1 = none ]; then # with a cache, the kernel would not see the changes of another host
      at other $(cat "$work/b/ninep")
      program sqlfs/guest/fsx.py $operations /tmp/PostgreSQL/fsx,/tmp/other/fsx
      echo old >/tmp/PostgreSQL/f
      exec 5>/tmp/PostgreSQL/f
      echo new >&5
      before=\$(cat /tmp/other/f)
      exec 5>&-
      if [ \"\$before, \$(cat /tmp/other/f)\" = 'old, new' ]; then echo PASS two hosts: a file is replaced
      else echo FAIL two hosts: a file is replaced: \$before, \$(cat /tmp/other/f); fi
    fi
    program sqlfs/guest/refused_locks.py /tmp/PostgreSQL/lock"
}

# Counts and prints the items of a guest that has ended.
count_guest() { # CACHE STATUS
  local name="a guest with cache=$1"
  sed -n "s|^PASS |PASS  $name, |p; s|^FAIL |FAIL  $name, |p" "$work/guest.log"
  passed=$((passed + $(grep -c '^PASS' "$work/guest.log")))
  failed=$((failed + $(grep -c '^FAIL' "$work/guest.log")))
  if [ "$2" -ne 0 ] || grep -q 'kernel complained' "$work/guest.log"; then
    failed=$((failed + 1))
    echo "FAIL  $name: it ended with status $2"
  fi
  if [ "$2" -ne 0 ] || grep -qE '^FAIL|kernel complained' "$work/guest.log"; then
    grep -v '^PASS' "$work/guest.log" | tail -n 40 | sed 's/^/      /'
  fi
}

# ---- at the end -----------------------------------------------------------------------------------------------

maintain() { "$WARREN_DIST/bin/warren" plugin --config "$work/$1/config.yaml" sqlfs "$2" "/shared"; } # HOST COMMAND

# Runs sqlfs's check of its tables while the hosts run.
tables() {
  maintain sqlite check
  [ -z "$server" ] && return
  # Removed files are deleted when both hosts have reported that they do not have them open, which they do every ten seconds.
  until_ none_of 'SELECT inode FROM sqlfs_orphan UNION SELECT content FROM sqlfs_loose'
  maintain a check
}

# A directory loses its name while the hosts run. After gc, they find it where gc has put it.
repaired() {
  local number
  echo text >f
  batch a <<END
mkdir $rd/lost
put f $rd/lost/f
END
  number=$(sql "DELETE FROM sqlfs_entry WHERE name = 'lost' RETURNING inode")
  fails maintain a check
  maintain a gc | tee said
  grep "file $number cannot be reached: it has no name: repaired" said
  [ "$(maintain b check)" = '' ]
  batch b <<<"get /shared/lost+found/$number/f got"
  cmp f got
  batch a <<END
rm /shared/lost+found/$number/f
rmdir /shared/lost+found/$number
END
}

host_logs() {
  # It is expected that a client disappears during a request.
  cat "$work"/*/host.log | grep -vE 'org.apache.sshd|o\.a\.s\.|ServerSessionImpl|ServerConnectionService|SftpChannelSession' |
    grep -vE "Signals: .* is ignored|was not heard of for longer than its lease|No space left on device" | grep -nE 'Exception|ERROR|WARN|^\s+at ' >"$work/unexpected" || true
  cat "$work/unexpected"
  [ ! -s "$work/unexpected" ]
}

main() {
  local why each cache status
  . "$root/tests/lib/jdk.sh"
  find_jdk || exit 1
  export WARREN_JAVA=$JAVA_HOME HOME=$work/home
  export GIT_AUTHOR_NAME=n GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=n GIT_COMMITTER_EMAIL=a@b
  mkdir "$HOME"
  chmod 711 "$work"
  : >"$log"
  if ! why=$(programs sftp ssh ssh-keygen python3); then
    skip "sqlfs's clients" "$why"
    totals
    return
  fi
  ssh-keygen -q -t ed25519 -N '' -f "$work/id"
  host sqlite "$(document)"
  start sqlite
  if postgresql >"$log"; then
    start_server
    each=$(document_server | sed "s|//db\.example[^/]*/|//127.0.0.1:$server_port/|")
    for host in a b; do
      host $host "plugins: {sqlfs: {path: /shared, $each}}"
      start $host
    done
    for host in a b; do await $host && connect $host; done
  fi
  await sqlite && connect sqlite

  caches=(none)
  [ "$level" = quick ] || caches+=(mmap)
  if ! why=$(guests); then
    caches=()
    [[ "a guest" != *$only* ]] || skip "a guest" "$why"
  elif [ -n "$only" ] && [[ "a guest" != *$only* ]]; then
    caches=()
  else
    run_guest none >"$work/guest.log" 2>&1 & # meanwhile: the guest uses only one processor
    guest=$!
  fi

  for host in sqlite a; do
    client $host sftp_put_get "sftp: put, get, reput"
    client $host sftp_names "sftp: strange names, rename, ln, ls"
    client $host sftp_killed "sftp: killed in mid-upload" pkill
    client $host sshfs_git "sshfs: git clone, commit, fsck, fetch" sshfs git
    client $host sshfs_sqlite "sshfs: sqlite3 with a rollback journal" sshfs sqlite3
    client $host sshfs_rsync "sshfs: rsync -a, and again" sshfs rsync
    [ "$level" = quick ] || client $host sshfs_npm "sshfs: npm" sshfs npm node
    if [ "$level" = full ] || [ ${#caches[@]} -eq 0 ]; then client $host sshfs_system_calls "sshfs: system calls, and random ones" sshfs; fi
  done
  client both closed_and_opened "what is closed on one is opened on the other"
  client both seen_within_a_second "changes are seen within a second" sshfs
  client both removed_while_open "a file is removed that the other one has open" sshfs
  client both tree_removed_on_the_other "rm -r of a tree that the other one has made" sshfs rsync
  for cache in "${caches[@]}"; do
    [ -n "$guest" ] || { run_guest "$cache" >"$work/guest.log" 2>&1 & guest=$!; }
    wait "$guest"
    status=$?
    guest=
    count_guest "$cache" $status
  done
  client both disk_is_full "the database's disk is full for a moment"
  client both stopped_longer_than_its_lease "one is stopped for longer than its lease"
  client both killed_in_mid_upload "one is killed in mid-upload"
  client both starts_again "and starts again"
  client both clock_an_hour_ahead "the clock of one is an hour ahead" faketime
  other "the tables are sound" tables
  client both repaired "damage is repaired while they run"
  other "nothing unexpected in the hosts' logs" host_logs
  # This causes log messages, so it comes after the check of the logs.
  [ "$level" = quick ] || client both database_restarted "the database is restarted"

  totals
}

main; exit # on one line, because bash then reads no more of this file, which may have changed
