/** Devices with their share of the traffic: part of `appleflow/summary@2`. */

/** Traffic of one group of flows at a device. Bytes. */
export interface DeviceGroup {
  /** Id of the group. */
  readonly id: string;
  readonly sent: number;
  readonly received: number;
  readonly flows: number;
}

/** Traffic of one end: a device, everything outside, or all devices beyond the limit. */
export interface EndSummary {
  /** By bytes, largest first, then id. */
  readonly groups: readonly DeviceGroup[];
  /** Bytes. */
  readonly sent: number;
  readonly received: number;
}

/** A device of the local network. Its texts are hostile: escape them in output. */
export interface DeviceSummary extends EndSummary {
  /** The same for the same device in every capture, as long as it is known by the same address. */
  readonly id: string;
  /** Name that the device announces for itself, or null. */
  readonly name: string | null;
  readonly maker: string | null;
  readonly model: string | null;
  /** null: unknown. */
  readonly isApple: boolean | null;
  /** Forwards packets for others: a router, an access point, a hotspot. */
  readonly isGateway: boolean;
  /** What indicates the vendor: "model: MacBookPro16,1 (Apple)". */
  readonly signs: readonly string[];
  /** IPv4 first, link-local ones last. */
  readonly addresses: readonly string[];
  readonly macs: readonly string[];
  readonly vlans: readonly number[];
}

/** Traffic of device addresses in one network. */
export interface NetworkSummary extends EndSummary {
  /** "192.168.1.0/24", "VLAN 10", "VLAN 10 and 20" (addresses seen in both), "untagged". */
  readonly network: string;
  /** Devices with addresses in it; a device may be in several networks. */
  readonly devices: number;
}

/** All ends of the flows: their sent bytes add up to each decoded byte once, and so do their received bytes. */
export interface DevicesSummary {
  /** By bytes, largest first, then id. */
  readonly devices: readonly DeviceSummary[];
  /** Ends beyond the local network, and multicast and broadcast groups. */
  readonly outside: EndSummary;
  /** Devices beyond the limit, with their approximate number of addresses; null if there are none. */
  readonly otherDevices: (EndSummary & { readonly addresses: number }) | null;
  /** Traffic of the devices by network, by bytes, then name; null if not requested. */
  readonly networks: readonly NetworkSummary[] | null;
}
