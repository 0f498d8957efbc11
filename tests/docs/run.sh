#!/usr/bin/env bash
# Runs the commands in the documents: every fenced block of bash or sh, whose preceding line says how to handle it:
#
#   <!-- run -->              run as it is, in a directory where a host with the shipped configuration was started
#   <!-- run: root -->        the same, by root only
#   <!-- run: guest -->       by root in a throw-away guest, where the kernel mounts 9P; each block for itself
#   <!-- not run: REASON -->  nothing
#
# A block without such a line fails. The blocks of one document share a shell, in order. The test has what a reader
# has, except for other ports (2022, 2023, 5640 and 2080 are replaced in the text and in the configuration). Nobody can answer
# questions: the home directory is empty, and there is no SSH key, no agent and no terminal.
#
#   tests/docs/run.sh [quick|full] [DOCUMENT...]
#
# WARREN_DIST  an unpacked distribution (bin/warren)
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
here=$root/tests/docs
: "${WARREN_DIST:?names no unpacked distribution}"
. "$root/tests/lib/items.sh"
. "$root/tests/lib/jdk.sh"
find_jdk || exit 2
if ! why=$(programs python3 sftp ssh-keygen setsid); then
  skip "the commands in the documents" "$why"
  totals
  exit
fi
base=/dev/shm
[ -w "$base" ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d "$base/warren-docs.XXXXXX")
log=$work/log
mkdir -p "$work/home" "$work/bin" "$work/dir" "$work/blocks"
host=

cleanup() {
  grep -o " $work/[^ ]*" /proc/mounts | sort -r | while read -r m; do fusermount -uz "$m" || umount -l "$m"; done
  [ -z "$host" ] || stop "$host"
  if [ $failed -gt 0 ]; then
    keep_logs docs-commands.log "$work"/blocks/*.log
    keep_logs docs-server.log "$work/serve.err"
  fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- a machine like the reader's ------------------------------------------------------------------------------

# Java and ssh take the home directory from the user database, whatever HOME says; existing keys are not the reader's.
export HOME=$work/home WARREN_OPTS="${WARREN_OPTS:-} -Duser.home=$work/home" WARREN_JAVA=$JAVA_HOME
unset SSH_AUTH_SOCK SSH_ASKPASS DISPLAY
printf '#!/bin/sh\nexec "%s/bin/warren" "$@"\n' "$WARREN_DIST" >"$work/bin/warren"
chmod +x "$work/bin/warren"
export PATH=$work/bin:$PATH
cd "$work/dir" || exit 2
ln -s "$work/bin/warren" warren
cp -r "$root/docs" "$root/examples" "$root/README.md" .
rm -rf examples/*/target
sftp=$(free_port) ninep=$(free_port) http=$(free_port) second=$(free_port)
sed "s/:2022\b/:$sftp/; s/:5640\b/:$ninep/; s/:2080\b/:$http/" "$WARREN_DIST/config.yaml" >config.yaml
OPENAI_API_KEY='' "$WARREN_DIST/bin/warren" serve >"$work/serve.out" 2>"$work/serve.err" &
host=$!
for _ in $(seq 900); do
  grep -q 'mount with sshfs' "$work/serve.out" && break
  kill -0 "$host" 2>/dev/null || { cat "$work/serve.err"; exit 1; }
  sleep 0.1
done

# ---- the documents --------------------------------------------------------------------------------------------

documents=("${@:2}")
if [ ${#documents[@]} -eq 0 ]; then
  mapfile -t documents < <(cd "$root" && find README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md docs packaging examples plugins \
    bench tests -not -path "*/node_modules/*" -not -path "*/target/*" -name '*.md' | sort)
fi
lacking=()
being_root >/dev/null || lacking+=(root)
fuse >/dev/null || lacking+=(sshfs "rclone mount")
programs sshfs >/dev/null || lacking+=(sshfs)
# If ordinary users may not create user namespaces, sandboxes cannot run.
bwrap --unshare-all --ro-bind / / true 2>/dev/null || lacking+=(bwrap ./box)
for program in rclone lftp curl diodls; do programs $program >/dev/null || lacking+=("$program"); done

guest_blocks=()
for document in "${documents[@]}"; do
  name=${document%.md}
  name=${name//\//_}
  python3 -B "$here/blocks.py" "$root/$document" "$work/blocks/$name" "2022=$sftp" "2023=$second" "5640=$ninep" "2080=$http" -- "${lacking[@]}" \
    >"$work/list" || exit 2
  run=0
  while read -r kind line rest; do
    case $kind in
      run) run=1 ;;
      root) skip "$document:$line" "it takes root" ;;
      guest) guest_blocks+=("$name-$line") ;;
      lacks) skip "$document:$line" "no $rest here, or not for $(id -un)" ;;
      unmarked) failed=$((failed + 1)) && echo "FAIL  $document:$line: no line says whether to run it" ;;
      not) echo "      $document:$line: not run: $rest" ;;
    esac
  done <"$work/list"
  [ $run -eq 1 ] || continue
  # One shell for the whole document. Each block prints its name when it begins, so the last one that began is the one that
  # failed.
  out=$work/blocks/$name.log
  began=$EPOCHREALTIME
  (cd "$work/dir" && timeout 300 setsid --wait bash "$work/blocks/$name.sh" </dev/null) >"$out" 2>&1
  status=$?
  while read -r line; do
    last=$line
    grep -q "^@@ done $line\$" "$out" && passed=$((passed + 1)) && echo "PASS  $document:$line"
  done < <(sed -n 's/^@@ begin //p' "$out")
  [ $status -eq 0 ] || verdict 1 "$document:$last" "$began" "$out"
done

if [ ${#guest_blocks[@]} -gt 0 ] && ! why=$(guests); then
  for block in "${guest_blocks[@]}"; do skip "${block%-*}:${block##*-} in a guest" "$why"; done
elif [ ${#guest_blocks[@]} -gt 0 ]; then
  share=$work/share
  mkdir "$share"
  for block in "${guest_blocks[@]}"; do cp "$work/blocks/$block.guest" "$share"; done
  cp "$root/tests/journeys/guest/forward.py" "$share"
  cp "$here/guest/blocks.sh" "$root/tests/ninep/guest/systemctl" "$share"
  began=$EPOCHREALTIME
  "$root/tests/tools/v9fs-run" --no-mount --port "$ninep" --rw "$share" --timeout 400 -- \
    "NINEP=$ninep SOCKET=$work/dir/state/9p.sock bash \$V9FS_SHARE/blocks.sh" >"$work/blocks/guest.log" 2>&1
  for block in "${guest_blocks[@]}"; do
    status=1
    [ ! -e "$share/$block.status" ] || status=$(cat "$share/$block.status")
    touch "$share/$block.log"
    verdict "$status" "${block%-*}:${block##*-} in a guest" "$began" "$share/$block.log"
    cat "$share/$block.log" >>"$work/blocks/guest.log"
  done
fi
totals
