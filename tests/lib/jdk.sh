# Sets JAVA_HOME to a JDK of at least version 25, or prints what is missing and returns 1. To be sourced by bash.
find_jdk() {
  . "$(dirname "${BASH_SOURCE[0]}")/../../server/src/dist/lib/find-java.sh"
  find_java || return 1
  JAVA_HOME=$java_home
  export JAVA_HOME
}
