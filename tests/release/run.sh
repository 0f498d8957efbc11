#!/usr/bin/env bash
# Tests the release command, in a clone, and the contents of a release.
#
#   tests/release/run.sh [quick|full]
#
# WARREN_DIST  an unpacked distribution (bin/warren), of this checkout
set -uo pipefail
level=${1:-quick}
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
: "${WARREN_DIST:?names no unpacked distribution}"
. "$root/tests/lib/items.sh"
work=$(mktemp -d)
log=$work/log
trap 'keep_logs release.log "$log"; rm -rf "$work"' EXIT

version() { sed -n 's|^  <version>\(.*\)</version>|\1|p' "$root/pom.xml"; }
current=$(version)
version=${current%-SNAPSHOT} next=9.9.9

# A clone with the files of this checkout, committed or not: `git ls-files` lists both.
cloned() {
  need programs git
  git clone -q "$root" "$work/clone"
  (cd "$root" && git ls-files -co --exclude-standard -z | xargs -0 cp --parents -t "$work/clone" 2>/dev/null) || true
  cd "$work/clone"
  git config user.name Tester && git config user.email tester@example.org
  git add -A
  git diff --quiet --cached || git commit -qm 'What is not committed yet'
}
poms() { git ls-tree -r --name-only "$1" | grep 'pom\.xml$'; } # COMMIT
versions() { # COMMIT
  local each
  poms "$1" | while read -r each; do git show "$1:$each" | grep -oE "<(version|warren\.version)>($version|$next)[^<]*" | cut -d '>' -f 2; done | sort -u
}

refuses() {
  cloned
  fails build/release --no-build "$next" 9.9.10
  fails build/release --no-build "$version" next
  touch new
  fails build/release --no-build "$version" "$next"
  rm new
  git tag "v$version"
  fails build/release --no-build "$version" "$next"
  git tag -d "v$version"
  [ -z "$(git status --porcelain)" ]
  [ "$(version)" = "$current" ]
}
fails() { if "$@"; then echo "should have failed: $*" && return 1; fi; }

releases() {
  cd "$work/clone"
  build/release ${1:+"$1"} "$version" "$next"
  [ "$(versions "v$version")" = "$version" ]
  [ "$(versions HEAD)" = "$next-SNAPSHOT" ]
  git show "v$version:CHANGELOG.md" | grep -x "## $version ($(date -u +%F))"
  git show "v$version:docs/plugin-author.md" | grep -F "<version>$version</version>"
  git show "HEAD:CHANGELOG.md" | sed -n 3p | grep -x "## $next (unreleased)"
  # The two commits change only versions and dates.
  git diff --stat HEAD~2 | tail -n 1
  [ "$(git diff HEAD~2 -- '*pom.xml' '*.md' | grep '^[-+] ' | grep -cvE "$version-SNAPSHOT|$next-SNAPSHOT|outputTimestamp")" = 0 ]
}

# The list contains all jars of the distribution, identified by their contents, and no others.
list_of_libraries() {
  need programs python3
  python3 - "$WARREN_DIST" "$root/packaging/sbom/target/warren-$current.cdx.json" <<'END'
import hashlib, json, pathlib, sys
distribution, libraries = sys.argv[1:]
listed = {}
for component in json.load(open(libraries, encoding="utf-8"))["components"]:
    listed[next(h["content"] for h in component["hashes"] if h["alg"] == "SHA-256")] = component["purl"]
    assert component["purl"].startswith("pkg:maven/dev.warren/") or component.get("licenses"), component["purl"]
shipped = {hashlib.sha256(jar.read_bytes()).hexdigest(): jar for jar in pathlib.Path(distribution).rglob("*.jar")}
assert len(shipped) > 40
print("not listed:", [str(shipped[h]) for h in shipped.keys() - listed.keys()])
print("not shipped:", [listed[h] for h in listed.keys() - shipped.keys()])
sys.exit(shipped.keys() != listed.keys())
END
}

builds_twice() {
  cd "$work/clone"
  git tag -d "v$version"
  git reset -q --hard HEAD~2
  releases ''
  (cd target/release && sha256sum -c SHA256SUMS && ls "warren-$version.tar.gz" "warren_${version}_all.deb" "warren-$version.cdx.json")
  tar -tzf "target/release/warren-$version.tar.gz" | grep -x "warren-$version/bin/warren"
}

item "the list of libraries contains what is shipped" list_of_libraries
item "the release command refuses a checkout that is not ready" refuses
item "the release command sets versions, date and tag" releases --no-build
[ "$level" = quick ] || item "two builds of a release are the same, byte for byte" builds_twice
totals
