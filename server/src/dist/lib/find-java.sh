# To be sourced by sh. Sets java_home to a JDK (or Java runtime) of at least version 25, searched for in WARREN_JAVA,
# JAVA_HOME, PATH and the usual directories. If there is none, prints what was found and what to do, and returns 1.

# Sets java_version to the version of the Java in $1, or to nothing if there is none. Reading its file "release" avoids the
# cost of starting it.
read_java_version() {
  java_version=
  # an empty $1 (JAVA_HOME is not set) would mean /bin/java, which has no file "release"
  [ -n "$1" ] && [ -x "$1/bin/java" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS='="' read -r java_key _ java_value || [ -n "$java_key" ]; do
      [ "$java_key" != JAVA_VERSION ] || java_version=${java_value%%[!0-9]*}
    done <"$1/release"
  else
    java_version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  fi
}

# Whether there is a Java of at least version 25 in $1; records the newest of the older ones.
java_suits() {
  read_java_version "$1"
  [ "${java_version:-0}" -lt 25 ] || return 0
  if [ "${java_version:-0}" -gt "${old_java_version:-0}" ]; then
    old_java_version=$java_version
    old_java_home=$1
  fi
  return 1
}

# Prints the home directory of the Java whose command is $1, with symbolic links resolved.
java_home_of() {
  java_command=$(command -v "$1" 2>/dev/null) || return 1
  java_command=$(readlink -f "$java_command" 2>/dev/null || echo "$java_command")
  java_command=${java_command%/*}
  echo "${java_command%/*}"
}

find_java() {
  old_java_version=
  if [ -n "${WARREN_JAVA:-}" ]; then
    # the user named this one: using another would be a surprise
    java_home=$WARREN_JAVA
    [ -d "$java_home" ] || java_home=$(java_home_of "$WARREN_JAVA") || java_home=
    java_suits "$java_home" && return 0
    echo "WARREN_JAVA ($WARREN_JAVA) is ${old_java_version:+Java $old_java_version, and }no Java 25 or newer: name a JDK's directory or its bin/java." >&2
    return 1
  fi
  for java_home in "${JAVA_HOME:-}" "$(java_home_of java)" /usr/lib/jvm/* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    java_suits "$java_home" && return 0
  done
  if [ -n "$old_java_version" ]; then
    echo "Warren needs Java 25 or newer, and the newest here is Java $old_java_version in $old_java_home." >&2
  else
    echo "Warren needs Java 25 or newer, and there is none in JAVA_HOME, PATH or /usr/lib/jvm." >&2
  fi
  echo "Get one: apt-get install openjdk-25-jdk-headless; where there is no such package (Debian 12), temurin-25-jdk from" >&2
  echo "https://adoptium.net/installation/linux; or unpack a JDK and set WARREN_JAVA to its directory. See docs/operations.md." >&2
  return 1
}
