#!/usr/bin/env bash
# The shell scripts around Warren (./warren, bin/warren and lib/find-java.sh) on machines where something is missing or wrong.
#
#   tests/launcher/run.sh
#
# WARREN_DIST  an unpacked distribution (bin/warren)
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
: "${WARREN_DIST:?names no unpacked distribution}"
. "$root/tests/lib/items.sh"
. "$root/tests/lib/jdk.sh"
find_jdk || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/warren-launcher.XXXXXX")
log=$work/log
cleanup() {
  keep_logs launcher.log "$log"
  chmod -R u+w "$work"
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Creates as much of a Java of a version as the launcher examines.
java_of() { # DIR VERSION
  mkdir -p "$1/bin"
  printf 'IMPLEMENTOR="Nobody"\nJAVA_VERSION="%s"\n' "$2" >"$1/release"
  printf '#!/bin/sh\nexit 1\n' >"$1/bin/java"
  chmod +x "$1/bin/java"
}

# Prints the launcher's output on a machine that has only the Javas below $work/jvm.
finds() {
  sed "s|/usr/lib/jvm/|$work/jvm/|" "$root/server/src/dist/lib/find-java.sh" >find-java.sh
  # shellcheck disable=SC2016 # the other shell's
  env -i PATH=/nonexistent "$@" /bin/sh -eu -c '. ./find-java.sh; find_java && echo "$java_home"' 2>&1
}

without_home() {
  env -u HOME WARREN_JAVA="$JAVA_HOME" "$WARREN_DIST/bin/warren" version
  env -u HOME -u WARREN_JAVA JAVA_HOME="$JAVA_HOME" "$WARREN_DIST/bin/warren" version
}

old_java() {
  mkdir -p jvm
  if finds >none; then return 1; fi
  grep -q 'needs Java 25 or newer, and there is none' none
  java_of jvm/eleven 11.0.2
  java_of jvm/seventeen 17.0.1
  java_of jvm/eight 1.8.0
  if finds >old; then return 1; fi
  cat old
  grep -q "the newest here is Java 17 in $work/jvm/seventeen" old
  grep -q 'Debian 12.*temurin-25-jdk' old
  if finds WARREN_JAVA="$work/jvm/eleven" >named; then return 1; fi
  grep -q 'is Java 11, and no Java 25' named
  if finds WARREN_JAVA=/no/such >named; then return 1; fi
  grep -q 'is no Java 25' named
  java_of jvm/new 25
  [ "$(finds HOME="$work")" = "$work/jvm/new" ]
}

# Otherwise Java would fail while loading its classes, with a stack trace.
few_files() {
  if (ulimit -n 64 && WARREN_JAVA="$JAVA_HOME" "$WARREN_DIST/bin/warren" serve) >few 2>&1; then return 1; fi
  cat few
  [ "$(wc -l <few)" -eq 1 ]
  grep -q 'may have only 64 files open.*LimitNOFILE=' few
  (ulimit -n 128 && WARREN_JAVA="$JAVA_HOME" "$WARREN_DIST/bin/warren" version)
  (ulimit -S -n 64 && WARREN_JAVA="$JAVA_HOME" "$WARREN_DIST/bin/warren" version)
}

# Started in a directory that is not writable, as root's checkout is for other users.
read_only() {
  local as=()
  if [ "$(id -u)" -eq 0 ]; then as=(setpriv --reuid=65534 --regid=65534 --clear-groups); fi
  mkdir readonly
  cp "$WARREN_DIST/config.yaml" readonly
  cp -r "$WARREN_DIST" dist
  chmod 755 . dist
  chmod 555 readonly
  cd readonly
  if "${as[@]}" env WARREN_JAVA="$JAVA_HOME" ../dist/bin/warren serve >../out 2>&1; then return 1; fi
  cat ../out
  grep -q 'server.state_dir' ../out
}

# A checkout to build, with a Maven that waits until the test has seen it running.
checkout() {
  mkdir -p "$1/server/src/dist/lib" "$1/bin"
  cp "$root/warren" "$root/pom.xml" "$1"
  cp "$root/server/src/dist/lib/find-java.sh" "$1/server/src/dist/lib"
  cat >"$1/bin/mvn"
  chmod +x "$1/bin/mvn"
}

build_shows_progress() {
  checkout slow <<'END'
#!/bin/sh
echo '[INFO] Building Warren 0.1.0-SNAPSHOT                                      [1/12]'
echo '[INFO] Downloaded from central: https://repo.example/a (1 kB at 2 kB/s)'
echo '[INFO] Building memfs 0.1.0-SNAPSHOT                                      [5/12]'
until [ -e seen ]; do sleep 0.1; done
version=$(sed -n 's|^  <version>\(.*\)</version>|\1|p' pom.xml | head -n 1)
mkdir -p server/target/warren-$version/bin server/target/warren-$version/lib
printf '#!/bin/sh\necho "started $*"\n' >server/target/warren-$version/bin/warren
chmod +x server/target/warren-$version/bin/warren
touch server/target/warren-$version.tar.gz
END
  PATH=$work/slow/bin:$PATH WARREN_JAVA=$JAVA_HOME slow/warren serve >out 2>err &
  until grep -qs 'part 5 of 12, memfs; 1 files fetched' err; do
    kill -0 $! || { cat err && return 1; }
    sleep 0.2
  done
  touch slow/seen
  wait $!
  [ "$(cat out)" = 'started serve' ]
}

failed_build_says_why() {
  checkout broken <<'END'
#!/bin/sh
echo '[INFO] Building memfs 0.1.0-SNAPSHOT [5/12]'
echo '[ERROR] A.java:[1,2] cannot find symbol'
exit 1
END
  if PATH=$work/broken/bin:$PATH WARREN_JAVA=$JAVA_HOME broken/warren serve >out 2>&1; then return 1; fi
  cat out
  grep -q 'cannot find symbol' out
  grep -q "all it said is in .*/broken/target/build.log" out
}

cd "$work" || exit 2
item "without HOME it starts" without_home
item "a Java that is too old is named, and where to get another" old_java
item "with too few files it says what to raise" few_files
item "in a directory that cannot be written it says how to set state_dir" read_only
item "the first build shows its progress" build_shows_progress
item "a build that fails says why" failed_build_says_why
totals
