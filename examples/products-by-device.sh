#!/bin/sh
# Bytes per device and Apple product, from the JSON of `summarize`, by jq: tab-separated, most bytes first.
#   ./products-by-device.sh fixtures/phone-morning.pcapng
set -eu
[ $# -gt 0 ] || { echo "usage: $0 CAPTURE..." >&2; exit 1; }

json=$(mktemp)
trap 'rm -f "$json"' EXIT
# Status 2: there are results, but a capture is damaged or truncated; standard error says where.
appleflow summarize "$@" --format json --output "$json" || [ $? -eq 2 ]

# A device has bytes per group; a group has the products that evidence names, or none.
# @tsv escapes tabs and line ends; device names are chosen by their owners.
jq --raw-output '
  (.groups | INDEX(.id)) as $groups
  | [ .devices[] as $device
      | $device.groups[]
      | $groups[.id] as $group
      | select($group.class == "identified")
      | { device: ($device.name // $device.addresses[0] // $device.id),
          products: ($group.products | join(" or ")),
          bytes: (.sent + .received) } ]
  | group_by([.device, .products])
  | map({ device: .[0].device, products: .[0].products, bytes: (map(.bytes) | add) })
  | sort_by(-.bytes)[]
  | [.device, .products, .bytes] | @tsv' "$json"
