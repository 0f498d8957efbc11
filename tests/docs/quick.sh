#!/bin/sh
# What ./check runs: the commands in all documents.
exec "$(dirname "$(readlink -f "$0")")/docs.sh"
