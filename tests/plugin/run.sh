#!/usr/bin/env bash
# External plugins and front ends: examples/plugin and examples/frontend are built with the commands that docs/plugin-author.md
# and docs/front-end-author.md give, with a local repository that does not contain Warren at first; so is a plugin with an
# old version of Jackson. They are added to a plugin directory of a running host, and appear after a reload.
#
#   tests/plugin/run.sh
#
# WARREN_DIST  an unpacked distribution (bin/warren)
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
: "${WARREN_DIST:?names no unpacked distribution}"
. "$root/tests/lib/jdk.sh"
find_jdk || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/warren-plugin.XXXXXX")
log=$work/log
. "$root/tests/lib/items.sh"
host=

cleanup() {
  [ -z "$host" ] || stop "$host"
  keep_logs plugin-commands.log "$log" "$work/serve.err"
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# An author's machine: third-party artifacts may have been downloaded before, but Warren's contract comes only from the guide's
# commands, into a repository of this test's own.
authors_machine() {
  local fetched=~/.m2/repository
  mkdir "$work/repository" "$work/bin"
  [ ! -d $fetched ] || cp -rs "$(readlink -f $fetched)/." "$work/repository"
  rm -rf "$work/repository/dev/warren"
  command -v mvn >/dev/null || ln -s "$root/mvnw" "$work/bin/mvn"
  export PATH=$work/bin:$PATH MAVEN_OPTS="${MAVEN_OPTS:-} -Dmaven.repo.local=$work/repository"
}

# Prints a block of a language in a guide: the first one, or the one with this number.
guide() { # LANGUAGE [WHICH [GUIDE]]
  awk -v begin="^\`\`\`$1\$" -v which="${2:-1}" '$0 ~ begin { on = ++n == which; next } /^```$/ { on = 0 } on' \
    "$root/docs/${3:-plugin-author.md}"
}

# In a copy, so that other builds in this checkout are not disturbed.
commands_of_the_guide() {
  mkdir "$work/checkout"
  cd "$root"
  git ls-files -co --exclude-standard 'pom.xml' '*/pom.xml' .mvn build plugin-api database-testkit database plugin-testkit \
    frontend-api frontend-testkit namespace plugins/memfs examples |
    tar cf - -T - | tar xf - -C "$work/checkout"
  cd "$work/checkout"
  guide bash >commands
  grep -q 'mvn' commands
  bash -e commands
  [ -f examples/plugin/target/plugin/clockfs-1.0.jar ]
  # The contract tests ran, not just the author's own two.
  grep -oE '<testsuite [^>]*' examples/plugin/target/surefire-reports/TEST-org.example.clockfs.ClockPluginTest.xml |
    grep -qE ' tests="[1-9][0-9]"'
  # The server's ExamplePluginTest compares the plugin with the guide; this runs the plugin's own test.
  guide java 2 >shown
  grep -q 'extends PluginContract' shown
  if grep -vxF -f examples/plugin/src/test/java/org/example/clockfs/ClockPluginTest.java shown; then return 1; fi
}

# In the same copy.
commands_of_the_front_end_guide() {
  cd "$work/checkout"
  guide bash 1 front-end-author.md >front-end-commands
  grep -q 'mvn' front-end-commands
  bash -e front-end-commands
  [ -f examples/frontend/target/plugin/listing-1.0.jar ]
  # Only the contract was available to compile against, and the contract tests ran.
  (cd examples/frontend && mvn -q -o dependency:build-classpath -DincludeScope=compile -Dmdep.outputFile=classpath)
  tr ':' '\n' <examples/frontend/classpath | sed 's|.*/||' | sort >compiled-against
  if grep -vE '^(warren-frontend-api|warren-plugin-api|jspecify)-' compiled-against; then return 1; fi
  for test in ListingFrontEndTest ListingOverHttpTest; do
    grep -oE '<testsuite [^>]*' examples/frontend/target/surefire-reports/TEST-org.example.listing.$test.xml |
      grep -qE ' tests="[1-9][0-9]"'
  done
}

no_build_without_tests() {
  mkdir -p "$work/build"
  cp -r "$work/checkout/examples/plugin" "$work/build/untested"
  cd "$work/build/untested"
  rm -r target src/test
  if mvn -q -B package >out 2>&1; then return 1; fi
  grep -q 'No tests' out
}

build() { # SOURCES NAME
  mkdir -p "$work/build"
  cp -r "$1" "$work/build/$2"
  rm -rf "$work/build/$2/target"
  cd "$work/build/$2"
  mvn -q -B -ntp package
  ls target/plugin
}

config() { # FURTHER-INSTANCES [SECTIONS]
  cat >"$work/config.yaml" <<END
server: {state_dir: $work/state, plugin_dirs: [$work/plugins]}
sftp: {listen: ["127.0.0.1:$port"], users: [{name: $(id -un), authorized_keys: $work/id.pub}]}
plugins:
  sysfs: {path: /sys}
$1
${2:-}
END
}

client() {
  sftp -q -b - -P "$port" -i "$work/id" -o IdentitiesOnly=yes -o UserKnownHostsFile="$work/state/known_hosts" 127.0.0.1
}

start() {
  for _ in $(seq 900); do
    grep -q 'Warren .* serves' "$work/serve.out" && return 0
    kill -0 "$host"
    sleep 0.1
  done
  return 1
}

dropped_in_and_reloaded() {
  cd "$work"
  cp -r checkout/examples/plugin/target/plugin plugins/clockfs
  config "  clockfs: {path: /clock, config: {zone: Europe/Berlin}}"
  echo reload >order
  echo Asia/Tokyo >zone
  client <<<'put order /sys/ctl'
  client <<'END'
get /clock/now berlin
put zone /clock/zone
get /clock/now tokyo
get /sys/plugins/clockfs/readme
END
  grep -q 'Europe/Berlin' berlin
  grep -q 'Asia/Tokyo' tokyo
  grep -q 'The time as a file' readme
}

old_jackson() {
  cd "$work"
  cp -r build/jsonfs/target/plugin plugins/jsonfs
  config "  clockfs: {path: /clock}
  jsonfs: {path: /json}
  gptfs: {path: /agents/gptfs, config: {demo: true, data_dir: $work/gptfs}}"
  kill -HUP "$host"
  # The mounts appear one after the other.
  for _ in $(seq 300); do
    printf 'get /json/jackson.json\nls /agents/gptfs/inbox\n' | client && break
    sleep 0.2
  done
  cat jackson.json
  grep -q '{"jackson":"2.17.2"}' jackson.json
  # gptfs, with its newer Jackson, still works at the same time.
  echo hello >prompt.txt
  client <<'END'
put prompt.txt /agents/gptfs/inbox/q.txt
get /agents/gptfs/wait/q answer
get /agents/gptfs/outbox/q_status.json
END
  grep -q completed q_status.json
}

front_end_dropped_in() {
  local listing shown
  cd "$work"
  listing=$(free_port)
  cp -r checkout/examples/frontend/target/plugin plugins/listing
  "$WARREN_DIST/bin/warren" plugins --plugin-dir plugins listing | grep 'listen'
  config "  clockfs: {path: /clock}" "listing: {listen: 127.0.0.1:$listing}"
  client <<<'put order /sys/ctl'
  # The guide's own command.
  shown=$(guide sh 1 front-end-author.md)
  echo "${shown//2081/$listing}" >fetch
  grep -q "curl http://127.0.0.1:$listing/" fetch
  bash -e fetch | tee page
  grep -q "<a href='clock/'>clock/</a>" page
  curl -fsS "http://127.0.0.1:$listing/clock/zone" | grep -q UTC
  [ "$(curl -s -o /dev/null -w '%{http_code}' -X DELETE "http://127.0.0.1:$listing/clock/zone")" = 405 ]
  # When its section is removed, it ends.
  config "  clockfs: {path: /clock}"
  client <<<'put order /sys/ctl'
  for _ in $(seq 100); do
    curl -s "http://127.0.0.1:$listing/" >/dev/null || return 0
    sleep 0.1
  done
  return 1
}

mistakes_are_told() {
  cd "$work"
  config "  clockfs: {path: /clock, config: {zome: UTC}}"
  if client <<<'put order /sys/ctl'; then return 1; fi
  rm -f ctl.error
  client <<<'get /sys/ctl.error'
  grep -q "unknown key 'zome', did you mean 'zone'" ctl.error
  client <<<'get /clock/now still'
  [ -s still ]
}

: >"$log"
if ! why=$(programs sftp ssh-keygen git python3 curl); then
  skip "external plugins" "$why"
  totals
  exit
fi
port=$(free_port)
authors_machine
item "the guide's commands install the contract and the test kit, and build and test its example" commands_of_the_guide
item "the front ends' guide's commands do so for front ends, and its example needs nothing else" commands_of_the_front_end_guide
item "without its tests the example is not built" no_build_without_tests
item "a plugin with an old Jackson is built" build "$root/tests/plugin/jackson" jsonfs
mkdir "$work/plugins"
ssh-keygen -q -t ed25519 -N '' -f "$work/id"
config ""
# The parent process may ignore SIGHUP (nohup does), and a JVM that inherits this never receives it.
(cd "$work" && exec env --default-signal=HUP WARREN_JAVA="$JAVA_HOME" "$WARREN_DIST/bin/warren" serve config.yaml) >"$work/serve.out" 2>"$work/serve.err" &
host=$!
item "a host without them starts" start
item "dropped in, it appears after 'reload' in /sys/ctl" dropped_in_and_reloaded
item "a front end that is dropped in serves a listing where it has a section" front_end_dropped_in
item "after SIGHUP the old Jackson works beside gptfs's new one" old_jackson
item "a mistake in its configuration is told in /sys/ctl.error and changes nothing" mistakes_are_told
totals
