# Functions that the journeys share. To be sourced with: U the user, P the SFTP port, NINEP the 9P port, STATE the host's state
# directory, OUT the host's output, TAG a name for the files that this journey creates. Runs under set -e.
ssh_options=(-o IdentityFile="$STATE/client_key" -o IdentitiesOnly=yes -o UserKnownHostsFile="$STATE/known_hosts")
if [ ! -e "$STATE/client_key" ]; then
  ssh_options=(-o UserKnownHostsFile="$STATE/known_hosts")
fi

# The command that the host printed, with a batch of sftp commands as its input.
sftp_printed() { eval "sftp -q -b - ${SFTP_COMMAND#sftp }"; }

same() { diff -r "$1" "$2" && echo "same: $1 $2"; }

# Checks that a listing of / on standard input contains all mounts.
has_all_mounts() {
  local list
  list=$(cat)
  for mount in agents local sys tmp; do
    grep -qw "$mount" <<<"$list" || { echo "no $mount in: $list"; return 1; }
  done
}

is_demo_answer() { grep -q "Warren's demo" "$1" || { echo "no answer in $1:"; cat "$1"; return 1; }; }

# Repeats a command until it succeeds, for up to a minute.
until_done() {
  local end=$((SECONDS + 60))
  until "$@"; do
    [ $SECONDS -lt $end ] || { echo "not within a minute: $*"; return 1; }
    sleep 0.3
  done
}
