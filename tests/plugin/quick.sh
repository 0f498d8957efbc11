#!/bin/sh
# What ./check runs: plugins of third parties, from their sources to a running host.
exec "$(dirname "$(readlink -f "$0")")/run.sh"
