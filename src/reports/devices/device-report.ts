/** Devices with their part of the traffic: in `appleflow/summary@2`. */

/** What one group of flows has moved at a device. Bytes. */
export interface DeviceGroup {
  /** The group's. */
  readonly id: string;
  readonly sent: number;
  readonly received: number;
  readonly flows: number;
}

/** Traffic of one end: of a device, of all that are outside, of those that there was no room for. */
export interface EndSummary {
  /** By bytes, then id. */
  readonly groups: readonly DeviceGroup[];
  /** Bytes. */
  readonly sent: number;
  readonly received: number;
}

/** A device of the local network. Texts in it are hostile: escape where they are shown. */
export interface DeviceSummary extends EndSummary {
  /** The same for the same device in every capture, as far as it is known by the same address. */
  readonly id: string;
  /** What it calls itself, or null. */
  readonly name: string | null;
  readonly maker: string | null;
  readonly model: string | null;
  /** null: nobody knows. */
  readonly isApple: boolean | null;
  /** It passes packets on for others: a router, an access point, a hotspot. */
  readonly isGateway: boolean;
  /** What shows whose make it is: "model: MacBookPro16,1 (Apple)". */
  readonly signs: readonly string[];
  /** IPv4 first, those of the link last. */
  readonly addresses: readonly string[];
  readonly macs: readonly string[];
  readonly vlans: readonly number[];
}

/** Addresses of devices that are in one network. */
export interface NetworkSummary extends EndSummary {
  /** "192.168.1.0/24", "VLAN 10", "VLAN 10 and 20" (of addresses that were met in both), "untagged". */
  readonly network: string;
  /** Devices that have such addresses: a device may be in several networks. */
  readonly devices: number;
}

/** All ends of the flows: what they sent is each decoded byte once, and so is what they received. */
export interface DevicesSummary {
  /** By bytes, then id. */
  readonly devices: readonly DeviceSummary[];
  /** Ends beyond the local network, and groups. */
  readonly outside: EndSummary;
  /** Devices beyond the limit, and about how many addresses they have; null: there are none. */
  readonly otherDevices: (EndSummary & { readonly addresses: number }) | null;
  /** What the devices moved by network, by bytes, then name; null where that was not asked for. */
  readonly networks: readonly NetworkSummary[] | null;
}
