#!/usr/bin/env bash
# Runs the commands in the documents: every fenced block of bash or sh, which says by the line before it what to do with it:
#
#   <!-- run -->              run as it is, in a directory where a host with the shipped configuration was started
#   <!-- run: root -->        the same, by root only
#   <!-- run: guest -->       by root in a throw-away guest, where the kernel mounts 9P; each block for itself
#   <!-- not run: REASON -->  nothing
#
# A block without such a line fails. The blocks of one document share a shell, in their order. Ports are other ones (2022, 5640
# and 2080 in the text are replaced by those of the host), `host` in a client's arguments is this machine, and users that the
# documents name (anna, me) log in with the key in ~/.ssh.
#
#   tests/docs/docs.sh [DOCUMENT...]
#
# WARREN_DIST   an unpacked distribution (bin/warren)
# WARREN_TOOLS  directory of v9fs-run (default: ../shared/tools beside this checkout)
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
here=$root/tests/docs
tools=${WARREN_TOOLS:-$root/../shared/tools}
: "${WARREN_DIST:?names no unpacked distribution}"
. "$root/tests/lib/jdk.sh"
find_jdk || exit 2
base=/dev/shm
[ -w "$base" ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d "$base/warren-docs.XXXXXX")
export HOME=$work/home
mkdir -p "$HOME/.ssh" "$work/bin" "$work/dir" "$work/blocks"
chmod 700 "$HOME/.ssh"
passed=0 failed=0 skipped=0 host=

cleanup() {
  grep -o " $work/[^ ]*" /proc/mounts | sort -r | while read -r m; do fusermount -uz "$m" || umount -l "$m"; done
  if [ -n "$host" ]; then
    kill "$host" 2>/dev/null
    for _ in $(seq 100); do
      kill -0 "$host" 2>/dev/null || break
      sleep 0.1
    done
    kill -9 "$host" 2>/dev/null
  fi
  if [ $failed -gt 0 ]; then
    mkdir -p "$root/target/check"
    cat "$work"/blocks/*.log >"$root/target/check/docs-commands.log"
    cp "$work/serve.err" "$root/target/check/docs-server.log"
    echo "logs: target/check/docs-commands.log and docs-server.log"
  fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
sftp=$(free_port) ninep=$(free_port) http=$(free_port)

# ---- a machine like the reader's ------------------------------------------------------------------------------

ssh-keygen -q -t ed25519 -N '' -f "$HOME/.ssh/id_ed25519"
cat >"$work/ssh_config" <<END
Host *
  HostName 127.0.0.1
  IdentityFile $HOME/.ssh/id_ed25519
  IdentitiesOnly yes
  UserKnownHostsFile $work/dir/state/known_hosts
END
for program in ssh scp sftp; do
  printf '#!/bin/sh\nexec /usr/bin/%s -F %s "$@"\n' $program "$work/ssh_config" >"$work/bin/$program"
done
# scp and sftp start ssh by its full path and hand it -F themselves; sudo is for those who are not root.
printf '#!/bin/sh\nexec "$@"\n' >"$work/bin/sudo"
printf '#!/bin/sh\nexec "%s/bin/warren" "$@"\n' "$WARREN_DIST" >"$work/bin/warren"
chmod +x "$work"/bin/*
export PATH=$work/bin:$PATH WARREN_JAVA=$JAVA_HOME

cd "$work/dir" || exit 2
ln -s "$work/bin/warren" warren
cp -r "$root/docs" "$root/examples" "$root/README.md" .
rm -rf examples/*/target
me=$(id -un)
sed "s/:2022\b/:$sftp/; s/:5640\b/:$ninep/; s/:2080\b/:$http/" "$WARREN_DIST/config.yaml" >config.yaml
# The documents' users beside the owner.
python3 - "$me" <<'END'
import sys
text = open("config.yaml").read()
users = "".join(f"    - {{name: {n}, authorized_keys: ~/.ssh/id_ed25519.pub}}\n" for n in dict.fromkeys([sys.argv[1], "me", "anna"]))
head, tail = text.split("\nsftp:", 1)
first, rest = tail.split("\n\n", 1)
open("config.yaml", "w").write(head + "\nsftp:" + first + "\n  users:\n" + users.replace("~", __import__("os").environ["HOME"]) + "\n" + rest)
END
OPENAI_API_KEY='' "$WARREN_DIST/bin/warren" serve >"$work/serve.out" 2>"$work/serve.err" &
host=$!
for _ in $(seq 900); do
  grep -q 'mount with sshfs' "$work/serve.out" && break
  kill -0 "$host" 2>/dev/null || { cat "$work/serve.err"; exit 1; }
  sleep 0.1
done

# ---- the documents --------------------------------------------------------------------------------------------

documents=("$@")
if [ ${#documents[@]} -eq 0 ]; then
  mapfile -t documents < <(cd "$root" && find README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md docs packaging examples plugins bench tests -not -path "*/node_modules/*" -not -path "*/target/*" -name '*.md' | sort)
fi

verdict() { # STATUS WHAT LOG
  if [ "$1" -eq 0 ]; then
    passed=$((passed + 1))
    echo "PASS  $2"
  else
    failed=$((failed + 1))
    echo "FAIL  $2"
    [ -z "${3:-}" ] || tail -n 12 "$3" | cut -c -300 | sed 's/^/      /'
  fi
}

guest_blocks=()
for document in "${documents[@]}"; do
  name=${document%.md}
  name=${name//\//_}
  python3 "$here/blocks.py" "$root/$document" "$work/blocks/$name" "2022=$sftp" "5640=$ninep" "2080=$http" >"$work/list" || exit 2
  run=0
  while read -r kind line rest; do
    case $kind in
      run) run=1 ;;
      root) if [ "$(id -u)" -eq 0 ]; then run=1; else skipped=$((skipped + 1)); fi ;;
      guest) guest_blocks+=("$name-$line") ;;
      unmarked) verdict 1 "$document:$line: no line says whether to run it" ;;
      not) echo "      $document:$line: not run: $rest" ;;
    esac
  done <"$work/list"
  [ $run -eq 1 ] || continue
  # One shell for the document. Each block says that it begins; what began last is what failed.
  log=$work/blocks/$name.log
  (cd "$work/dir" && timeout 300 bash "$work/blocks/$name.sh" </dev/null) >"$log" 2>&1
  status=$?
  while read -r line; do
    last=$line
    grep -q "^@@ done $line\$" "$log" && verdict 0 "$document:$line"
  done < <(sed -n 's/^@@ begin //p' "$log")
  [ $status -eq 0 ] || verdict 1 "$document:$last: status $status" "$log"
done

if [ ${#guest_blocks[@]} -gt 0 ]; then
  share=$work/share
  mkdir "$share"
  for block in "${guest_blocks[@]}"; do cp "$work/blocks/$block.guest" "$share"; done
  cp "$root/tests/journeys/guest/forward.py" "$share"
  cp "$here/guest/blocks.sh" "$root/tests/ninep/guest/systemctl" "$share"
  "$tools/v9fs-run" --no-mount --port "$ninep" --rw "$share" --timeout 400 -- \
    "NINEP=$ninep SOCKET=$work/dir/state/9p.sock bash \$V9FS_SHARE/blocks.sh" >"$work/blocks/guest.log" 2>&1
  for block in "${guest_blocks[@]}"; do
    status=1
    [ ! -e "$share/$block.status" ] || status=$(cat "$share/$block.status")
    verdict "$status" "${block%-*}:${block##*-} in a guest" "$share/$block.log"
    cat "$share/$block.log" >>"$work/blocks/guest.log" 2>/dev/null
  done
fi
line="$passed passed, $failed failed"
[ $skipped -eq 0 ] || line="$line, $skipped skipped"
echo "$line"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
