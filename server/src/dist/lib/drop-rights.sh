# Sourced by bin/warren. For root, sets $drop to a command that runs its arguments without the
# capabilities that no mount needs; for other users, who have none, to nothing. The JVM cannot drop
# them itself: capset(2) affects one thread, and the JVM has many before it runs a line of Java.
#
# Kept are the capabilities for files of other owners (chown, dac_override, dac_read_search, fowner,
# fsetid, setfcap) and for ports below 1024 (net_bind_service). 'identity: caller' and 'client' also
# need setuid and setgid, and 'devices: true' needs mknod: these are kept if a configuration contains
# such a setting, even in a comment. WARREN_CAPABILITIES names additional ones.
says() { # PATTERN ARGUMENTS
  pattern=$1
  shift
  for file in "$@" "${WARREN_CONFIG:-}" config.yaml; do
    [ -f "$file" ] && grep -Eq "$pattern" "$file" && return 0
  done
  return 1
}

drop_rights() {
  drop=
  [ "$(id -u)" = 0 ] || return 0
  keep=-all,+chown,+dac_override,+dac_read_search,+fowner,+fsetid,+setfcap,+net_bind_service
  if says 'caller|identity:.*client' "$@"; then keep=$keep,+setuid,+setgid; fi
  if says 'devices:.*true' "$@"; then keep=$keep,+mknod; fi
  [ -z "${WARREN_CAPABILITIES:-}" ] || keep=$keep,$WARREN_CAPABILITIES
  command="setpriv --bounding-set=$keep --inh-caps=-all"
  if $command true 2>/dev/null; then
    drop=$command
  else
    echo "Warren runs as root with all of root's capabilities: setpriv (util-linux) cannot drop them." >&2
  fi
}
