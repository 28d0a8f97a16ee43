/**
 * Pseudonyms for what must not be disclosed: addresses, hosts, devices, processes, files. One key maps the same input
 * to the same pseudonym, so a report stays consistent; without the key the mapping cannot be reversed. Apple's names
 * stay.
 */
import { createHmac } from "node:crypto";
import { isIP } from "node:net";
import type { EvidenceRules } from "../knowledge/evidence/evidence-rules.ts";
import { formatIpv4, formatIpv6 } from "../net/addresses.ts";
import { addressBytes, endsInIpv4, preservedBits } from "./address-kinds.ts";
import { PREFIX_KEY_LENGTH, PrefixCipher } from "./prefix-cipher.ts";

/** Bytes of a key for {@link Pseudonyms}. */
export const PSEUDONYM_KEY_LENGTH = PREFIX_KEY_LENGTH;

/** Hexadecimal digits of a pseudonym: 48 bits. Among a million names, the chance that two collide is 1 in 560. */
const DIGITS = 12;

const MAX_CACHED = 65_536;
/** Bit of the first byte of a hardware address: locally administered (IEEE 802, 8.2). */
const LOCAL_BIT = 0x02;

/** Common names of interfaces, which reveal nothing about the owner. */
const COMMON_INTERFACE =
  /^(any|lo|en|eth|wlan|utun|awdl|llw|bridge|pktap|iptap|ppp|tun|tap|ap|anpi|gif|stf|vlan|bond|br)\d*$/;

/** Replaces addresses and names; made by `loadPseudonyms`. The same text always gets the same pseudonym. */
export class Pseudonyms {
  readonly #rules: EvidenceRules;
  readonly #addresses: PrefixCipher;
  readonly #nameKey: Buffer;
  /** Pseudonyms made so far: most flows share theirs with the flow before. */
  readonly #cache = new Map<string, string>();

  /**
   * @param rules what is Apple's: the package's own rules, since a user's may name what must be hidden
   * @param key {@link PSEUDONYM_KEY_LENGTH} bytes, borrowed for the call
   */
  constructor(rules: EvidenceRules, key: Uint8Array) {
    this.#rules = rules;
    this.#addresses = new PrefixCipher(key);
    this.#nameKey = createHmac("sha256", key).update("names").digest();
  }

  /**
   * Maps an address to another one of the same kind, one to one; addresses that share a prefix still share it.
   * Loopback, broadcast and well-known groups stay. Text that is not an address is mapped like a name.
   */
  address(text: string): string {
    return this.#cached(text, () => this.#hideAddress(text));
  }

  /** Maps a network given as its first address and length (`192.168.1.0/24`), consistently with its addresses. */
  network(text: string): string {
    const [address, length] = text.split("/");
    const bytes = addressBytes(this.address(address));
    if (bytes === null || length === undefined) return text;
    const preserved = bytes.map(
      (byte, i) => byte & (0xff00 >> Math.min(Math.max(Number(length) - i * 8, 0), 8)),
    );
    return `${formatBytes(preserved)}/${length}`;
  }

  /**
   * Maps the name of a host or device label by label, so that names in one domain stay in one domain. Apple's names
   * stay, except for labels of unknown shape and customers' devices. An address in place of a name is mapped as an
   * address.
   */
  hostName(name: string): string {
    return this.#cached(name, () => this.#hideName(name));
  }

  /** Maps the id of a device. */
  deviceId(id: string): string {
    return this.#digest("device", id);
  }

  /** Maps a hardware address: its last three bytes, or all but the first of a locally administered one. */
  hardware(address: string): string {
    const bytes = address.split(":");
    const preserved = (Number.parseInt(bytes[0], 16) & LOCAL_BIT) === 0 ? 3 : 1;
    const digits = this.#digest("hardware", address).match(/../g) ?? [];
    return [...bytes.slice(0, preserved), ...digits.slice(preserved, bytes.length)].join(":");
  }

  /** Maps a process: the file name of one of Apple's stays, without its folders. */
  process(name: string): string {
    const file = name.slice(name.lastIndexOf("/") + 1);
    const isApple = this.#rules.processes.match(name)?.owner === "apple";
    return isApple ? file : `process-${this.#digest("process", name)}`;
  }

  /** Maps an announced service type; types known to the rules stay. */
  serviceType(type: string): string {
    return this.#rules.bonjour.match(type) === null ? `type-${this.#digest("type", type)}` : type;
  }

  /**
   * Maps a file or interface: a file's name is hashed, its folders are dropped. Standard input stays "-", and
   * interfaces with common names stay.
   */
  sourceName(name: string): string {
    if (name === "-" || COMMON_INTERFACE.test(name)) return name;
    const file =
      name
        .replace(/[/\\]+$/, "")
        .split(/[/\\]/)
        .at(-1) ?? "";
    return `file-${this.#digest("file", file)}`;
  }

  /** Maps an interface; common names stay. */
  interfaceName(name: string): string {
    return COMMON_INTERFACE.test(name) ? name : `interface-${this.#digest("interface", name)}`;
  }

  #hideAddress(text: string): string {
    const bytes = addressBytes(text);
    if (bytes === null) return this.#hideName(text);
    if (bytes.length === 16 && endsInIpv4(bytes)) {
      bytes.set(this.#hide(bytes.subarray(12)), 12);
      return formatBytes(bytes);
    }
    return formatBytes(this.#hide(bytes));
  }

  #hideName(name: string): string {
    const bare = name.replace(/^\[|\]$/g, "");
    if (isIP(bare) !== 0 && addressBytes(bare) !== null) return this.address(bare);
    const lower = name.toLowerCase().replace(/\.$/, "");
    const special = this.#rules.domains.hiding(lower);
    if (special === null && this.#rules.hosts.match(name) !== null) return this.#hideUnknownLabels(lower);
    if (special?.hides !== "below") return this.#hideLabels(lower, "");
    const { domain } = special;
    return lower === domain ? lower : this.#hideLabels(lower.slice(0, -domain.length - 1), domain);
  }

  /** Hides labels of unknown shape in one of Apple's names. */
  #hideUnknownLabels(name: string): string {
    const labels = name.split(".");
    return labels
      .map((label, index) => {
        // A certificate's wildcard reveals nothing.
        if (label === "*" || this.#rules.hosts.isKnownLabel(label)) return label;
        return `n${this.#digest("name", `${labels.slice(index).join(".")}.`)}`;
      })
      .join(".");
  }

  /** @param end the part after the labels, which stays; may be empty */
  #hideLabels(name: string, end: string): string {
    const labels = name.split(".");
    const hidden = labels.map((_, index) => {
      const below = labels.slice(index).join(".");
      return `n${this.#digest("name", `${below}.${end}`)}`;
    });
    return [...hidden, ...(end === "" ? [] : [end])].join(".");
  }

  /** Strangers choose the names, so the cache is bounded. */
  #cached(text: string, create: () => string): string {
    const known = this.#cache.get(text);
    if (known !== undefined) return known;
    const created = create();
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
    this.#cache.set(text, created);
    return created;
  }

  /** @param address 4 or 16 bytes, borrowed; the result is owned by the caller */
  #hide(address: Uint8Array): Uint8Array {
    const preserved = preservedBits(address);
    const flips = this.#addresses.flipsOf(address);
    return address.map((byte, index) => {
      const preservedOfByte = Math.min(Math.max(preserved - index * 8, 0), 8);
      return byte ^ (flips[index] & (0xff >> preservedOfByte));
    });
  }

  #digest(what: string, text: string): string {
    return createHmac("sha256", this.#nameKey).update(`${what} ${text}`).digest("hex").slice(0, DIGITS);
  }
}

function formatBytes(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length === 4) return formatIpv4(view.getUint32(0));
  return formatIpv6(view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12));
}
