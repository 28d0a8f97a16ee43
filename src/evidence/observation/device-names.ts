/**
 * What the devices of a local network call themselves: the name that people gave it, in the instances of its services
 * (RFC 6763, 4.1.1); its host name in multicast DNS (RFC 6762); the host name that it told a DHCP server.
 */
import { type AddressKey, addressText } from "../../net/address-key.ts";
import { type DhcpMessage, readDhcpMessage } from "../payload/dhcp-names.ts";
import type { LocalServices } from "./local-services.ts";
import { RecentMap } from "./recent-map.ts";

/** Addresses with a name by DHCP, and requests whose answer may still come. */
const MAX_ADDRESSES = 8192;
const MAX_EXCHANGES = 1024;

/**
 * Types of which a device announces one instance, with its own name; the first one that a device has counts. Others
 * are named by numbers, or after what they offer.
 */
const NAMING_TYPES = [
  "_airplay._tcp",
  "_raop._tcp",
  "_companion-link._tcp",
  "_smb._tcp",
  "_afpovertcp._tcp",
  "_rfb._tcp",
  "_ssh._tcp",
  "_sftp-ssh._tcp",
  "_ipps._tcp",
  "_ipp._tcp",
];
/** AirTunes puts the hardware address before the name: `70CD60A1B2C3@Living Room`. */
const HARDWARE_ADDRESS = /^[0-9a-f]{12}@/i;
/** A printer that another computer shares: `Laser @ Office Mac`. */
const SHARED_PRINTER = " @ ";
/** Browsers hide addresses behind random names of this form, which say nothing of the device (mDNS candidates of ICE). */
const RANDOM_HOST = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\./;

/** Bounded in memory: the address that was named longest ago makes room, and is counted. */
export class DeviceNames {
  readonly #services: LocalServices;
  /** Names by address. */
  readonly #dhcpNames: RecentMap<string>;
  /** Names by exchange. */
  readonly #asking = new RecentMap<string>(MAX_EXCHANGES);

  /** `services` is what multicast DNS tells, now and later. */
  constructor(services: LocalServices, maxAddresses = MAX_ADDRESSES) {
    this.#services = services;
    this.#dhcpNames = new RecentMap(maxAddresses);
  }

  /** Addresses whose name was forgotten because there were too many. */
  get dropped(): number {
    return this.#dhcpNames.dropped;
  }

  /** Learns from a DHCP message between ports 67 and 68, and gives it; null for none. Never throws. `bytes` is borrowed. */
  addDhcp(bytes: Uint8Array, offset: number, end: number): DhcpMessage | null {
    const message = readDhcpMessage(bytes, offset, end);
    if (message === null) return null;
    const isAcknowledged = message.kind === "acknowledged";
    // Servers repeat the name that they were told, or give one of their own: the host's own goes first.
    const name = (isAcknowledged ? this.#asking.get(message.exchange) : null) ?? message.name;
    if (name === null) return message;
    if (!isAcknowledged) this.#asking.set(message.exchange, name);
    if (message.address !== null) this.#dhcpNames.set(addressText(message.address), name);
    return message;
  }

  /** The name for people of the device at an address, as far as the capture has shown it. Hostile text. */
  deviceNameOf(address: AddressKey): string | null {
    const hosts = this.#services.hostsAt(address);
    for (const host of hosts) {
      const name = this.#instanceNameOf(host);
      if (name !== null) return name;
    }
    const host = hosts.find((name) => !RANDOM_HOST.test(name));
    return host ?? this.#dhcpNames.get(addressText(address)) ?? null;
  }

  #instanceNameOf(host: string): string | null {
    const services = this.#services.servicesOf(host);
    for (const type of NAMING_TYPES) {
      const service = services.findLast((one) => one.type === type && !one.instance.includes(SHARED_PRINTER));
      const name = service?.instance.replace(HARDWARE_ADDRESS, "");
      if (name) return name;
    }
    return null;
  }
}
