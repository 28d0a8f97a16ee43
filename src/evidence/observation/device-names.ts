/**
 * Names of devices in a local network: the friendly name in the instances of a device's services (RFC 6763, 4.1.1), its host
 * name in multicast DNS (RFC 6762), and the host name that it sent to a DHCP server.
 */
import { type AddressKey, addressText } from "../../net/address-key.ts";
import { type DhcpMessage, readDhcpMessage } from "../payload/dhcp-names.ts";
import type { LocalServices } from "./local-services.ts";
import { RecentMap } from "./recent-map.ts";

/** Maximum number of addresses with a DHCP name, and of requests whose answer may still come. */
const MAX_ADDRESSES = 8192;
const MAX_EXCHANGES = 1024;

/**
 * Service types of which a device announces one instance with its own name; the first one that a device has counts. Other
 * instances have numbers, or names of what they offer.
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
/** Browsers hide addresses behind random names of this form, which do not identify the device (mDNS candidates of ICE). */
const RANDOM_HOST = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\./;

/** Bounded in memory: the address that was named least recently is evicted, and counted. */
export class DeviceNames {
  readonly #services: LocalServices;
  /** Names by address. */
  readonly #dhcpNames: RecentMap<string>;
  /** Names by exchange. */
  readonly #asking = new RecentMap<string>(MAX_EXCHANGES);

  /** `services` is what multicast DNS announces, now and later. */
  constructor(services: LocalServices, maxAddresses = MAX_ADDRESSES) {
    this.#services = services;
    this.#dhcpNames = new RecentMap(maxAddresses);
  }

  /** Addresses whose name was dropped because there were too many. */
  get dropped(): number {
    return this.#dhcpNames.dropped;
  }

  /**
   * Reads a DHCP message between ports 67 and 68 and returns it; null if it is not one. Never throws. `bytes` is borrowed.
   */
  addDhcp(bytes: Uint8Array, offset: number, end: number): DhcpMessage | null {
    const message = readDhcpMessage(bytes, offset, end);
    if (message === null) return null;
    const isAcknowledged = message.kind === "acknowledged";
    // Servers repeat the host's name or send one of their own: the host's own takes precedence.
    const name = (isAcknowledged ? this.#asking.get(message.exchange) : null) ?? message.name;
    if (name === null) return message;
    if (!isAcknowledged) this.#asking.set(message.exchange, name);
    if (message.address !== null) this.#dhcpNames.set(addressText(message.address), name);
    return message;
  }

  /** The friendly name of the device at an address, as far as the capture shows it. Hostile text. */
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
