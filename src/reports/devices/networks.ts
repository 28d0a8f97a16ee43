/** Networks of devices, by address: the traffic sent from and received in each. */
import type { DeviceAddress } from "../../evidence/devices/join-devices.ts";
import { type AddressKey, formatAddressKey } from "../../net/address-key.ts";
import { ipv4Mask } from "../../net/address-text.ts";

/** How addresses are grouped: by VLAN, or by prefix length (IPv4: 0 to 32; IPv6: 0 to 128). */
export type NetworkChoice =
  | { readonly by: "vlan" }
  | { readonly by: "subnet"; readonly ipv4: number; readonly ipv6: number };

const GROUP_BITS = 16;
const UNTAGGED = "untagged";

/** Name of the network of an address: "192.168.1.0/24", "VLAN 10", "VLAN 10 and 20", "untagged". */
export function networkOf({ address, vlans }: DeviceAddress, choice: NetworkChoice): string {
  if (choice.by === "vlan") return vlans.length === 0 ? UNTAGGED : `VLAN ${vlans.join(" and ")}`;
  const length = typeof address === "number" ? choice.ipv4 : choice.ipv6;
  return `${formatAddressKey(prefixOf(address, length))}/${length}`;
}

function prefixOf(address: AddressKey, length: number): AddressKey {
  if (typeof address === "number") return (address & ipv4Mask(length)) >>> 0;
  const groups = Array.from(address, (group, i) => {
    const dropped = GROUP_BITS - Math.min(Math.max(length - i * GROUP_BITS, 0), GROUP_BITS);
    return (group.charCodeAt(0) >>> dropped) << dropped;
  });
  return String.fromCharCode(...groups);
}
