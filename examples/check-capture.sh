#!/bin/sh
# A CI step: does a capture of a test run still show what it should?
#   ./check-capture.sh run.pcap expected.json     the first run writes the file: read it, and commit it
# GitHub shows differences beside the lines of the file; other services read --format junit or tap.
set -u
[ $# -eq 2 ] || { echo "usage: $0 CAPTURE EXPECTED.json" >&2; exit 1; }

if [ ! -e "$2" ]; then
  appleflow check "$1" "$2" --update || exit
  echo "$2 is new: nothing was checked"
  exit 0
fi
# Bytes and packets vary a little between runs, products and verdicts do not.
appleflow check "$1" "$2" --format github --tolerance 10%
status=$?
case $status in
  0) echo "as expected" ;;
  5) echo "something differs; if it should: appleflow check '$1' '$2' --update" ;;
  *) echo "could not be checked: status $status" ;;
esac
exit $status
