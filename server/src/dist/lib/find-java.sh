# To be sourced by sh. Sets java_home to a JDK (or Java runtime) of at least version 25, looked for in
# WARREN_JAVA, JAVA_HOME, PATH, the usual directories; or says what is missing and returns 1.

# Whether there is a Java of at least 25 at $1. Its file "release" tells, without the cost of starting it.
java_suits() {
  # an empty one, an unset JAVA_HOME, would be /bin/java, which has no such file beside it
  [ -n "$1" ] && [ -x "$1/bin/java" ] || return 1
  java_version=
  if [ -r "$1/release" ]; then
    while IFS='="' read -r java_key _ java_value || [ -n "$java_key" ]; do
      [ "$java_key" != JAVA_VERSION ] || java_version=${java_value%%[!0-9]*}
    done <"$1/release"
  else
    java_version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  fi
  [ "${java_version:-0}" -ge 25 ]
}

# The home of the Java whose command is $1, through symbolic links.
java_home_of() {
  java_command=$(command -v "$1" 2>/dev/null) || return 1
  java_command=$(readlink -f "$java_command" 2>/dev/null || echo "$java_command")
  java_command=${java_command%/*}
  echo "${java_command%/*}"
}

find_java() {
  if [ -n "${WARREN_JAVA:-}" ]; then
    # named on purpose: another one would be a surprise
    java_home=$WARREN_JAVA
    [ -d "$java_home" ] || java_home=$(java_home_of "$WARREN_JAVA")
    java_suits "$java_home" && return 0
    echo "WARREN_JAVA ($WARREN_JAVA) is no Java 25 or newer: name a JDK's directory or its bin/java." >&2
    return 1
  fi
  for java_home in "${JAVA_HOME:-}" "$(java_home_of java)" /usr/lib/jvm/* \
    "$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    java_suits "$java_home" && return 0
  done
  echo "Warren needs Java 25 or newer, and there is none in JAVA_HOME, PATH or /usr/lib/jvm." >&2
  echo "Install one, for example: apt-get install openjdk-25-jdk-headless, or temurin-25-jdk from https://adoptium.net" >&2
  return 1
}
