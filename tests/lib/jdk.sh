# Sets JAVA_HOME to a JDK of at least 25, or explains what is missing and returns 1. To be sourced.
find_jdk() {
  local home
  for home in "${WARREN_JAVA_HOME:-}" "${JAVA_HOME:-}" \
    "$(dirname "$(dirname "$(readlink -f "$(command -v javac)" 2>/dev/null)")" 2>/dev/null)" \
    /usr/lib/jvm/*; do
    [ -x "$home/bin/javac" ] || continue
    case $("$home/bin/javac" -version 2>&1) in
      "javac "2[5-9]* | "javac "[3-9][0-9]*)
        JAVA_HOME=$home
        export JAVA_HOME
        return 0
        ;;
    esac
  done
  echo "No JDK 25 or newer found in JAVA_HOME, PATH or /usr/lib/jvm." >&2
  echo "Install one, for example: apt-get install temurin-25-jdk (from Adoptium) or openjdk-25-jdk-headless" >&2
  return 1
}
