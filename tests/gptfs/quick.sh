#!/bin/sh
# What ./check runs.
exec "$(dirname "$(readlink -f "$0")")/run.sh"
