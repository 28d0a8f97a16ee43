/**
 * Other names for what must not be told: addresses, hosts, devices, processes, files. The same for the same with one
 * key, so that a report remains one; without the key nobody gets back. What is Apple's is told.
 */
import { createHmac } from "node:crypto";
import { isIP } from "node:net";
import type { EvidenceRules } from "../knowledge/evidence/evidence-rules.ts";
import { formatIpv4, formatIpv6 } from "../net/addresses.ts";
import { addressBytes, endsInIpv4, keptBits } from "./address-kinds.ts";
import { PREFIX_KEY_LENGTH, PrefixCipher } from "./prefix-cipher.ts";

/** Bytes of a key for {@link Pseudonyms}. */
export const PSEUDONYM_KEY_LENGTH = PREFIX_KEY_LENGTH;

/** Hexadecimal digits of a pseudonym: 48 bits, with which two of a million names become the same in one run of 560. */
const DIGITS = 12;

const MOST_KNOWN = 65_536;
/** Of the first byte of a hardware address: its owner chose it (IEEE 802, 8.2). */
const LOCAL_BIT = 0x02;

/** What systems call their interfaces: says nothing of whose they are. */
const PLAIN_INTERFACE =
  /^(any|lo|en|eth|wlan|utun|awdl|llw|bridge|pktap|iptap|ppp|tun|tap|ap|anpi|gif|stf|vlan|bond|br)\d*$/;

/** What stands in the place of addresses and names; made by `loadPseudonyms`. The same text always gets the same pseudonym. */
export class Pseudonyms {
  readonly #rules: EvidenceRules;
  readonly #addresses: PrefixCipher;
  readonly #nameKey: Buffer;
  /** Pseudonyms made so far: a flow has those of the flow before, as a rule. */
  readonly #known = new Map<string, string>();

  /**
   * @param rules what is Apple's: the package's own, since a user's may name what is to be hidden
   * @param key {@link PSEUDONYM_KEY_LENGTH} bytes, borrowed for the call
   */
  constructor(rules: EvidenceRules, key: Uint8Array) {
    this.#rules = rules;
    this.#addresses = new PrefixCipher(key);
    this.#nameKey = createHmac("sha256", key).update("names").digest();
  }

  /**
   * Another address of the same kind, for every address a different one; addresses that share a prefix share one
   * afterwards. Loopback, broadcast and well-known groups stay. Text that is no address gets the pseudonym of a name.
   */
  address(text: string): string {
    return this.#remember(text, () => this.#hideAddress(text));
  }

  /** A network in the form of its first address and length (`192.168.1.0/24`): that of the addresses' pseudonyms. */
  network(text: string): string {
    const [address, length] = text.split("/");
    const bytes = addressBytes(this.address(address));
    if (bytes === null || length === undefined) return text;
    const kept = bytes.map((byte, i) => byte & (0xff00 >> Math.min(Math.max(Number(length) - i * 8, 0), 8)));
    return `${formatBytes(kept)}/${length}`;
  }

  /**
   * A name of a host or device, label by label, so that names of one domain still are; Apple's stay, but for labels of no
   * known shape and devices of customers. An address in the place of a name is one.
   */
  hostName(name: string): string {
    return this.#remember(name, () => this.#hideName(name));
  }

  /** The id of a device. */
  deviceId(id: string): string {
    return this.#digest("device", id);
  }

  /** A hardware address: its last three bytes are others, and all but the first of one that its owner chose himself. */
  hardware(address: string): string {
    const bytes = address.split(":");
    const kept = (Number.parseInt(bytes[0], 16) & LOCAL_BIT) === 0 ? 3 : 1;
    const digits = this.#digest("hardware", address).match(/../g) ?? [];
    return [...bytes.slice(0, kept), ...digits.slice(kept, bytes.length)].join(":");
  }

  /** A process: the name of the file if it is one of Apple's, without the folders that it is in. */
  process(name: string): string {
    const file = name.slice(name.lastIndexOf("/") + 1);
    const isApples = this.#rules.processes.match(name)?.owner === "apple";
    return isApples ? file : `process-${this.#digest("process", name)}`;
  }

  /** A type of service that is announced: those that the rules know stay. */
  serviceType(type: string): string {
    return this.#rules.bonjour.match(type) === null ? `type-${this.#digest("type", type)}` : type;
  }

  /**
   * A file or an interface: the file's name is hashed, its folders are left out. Standard input stays "-", and interfaces
   * that are called as on any other system stay.
   */
  sourceName(name: string): string {
    if (name === "-" || PLAIN_INTERFACE.test(name)) return name;
    const file =
      name
        .replace(/[/\\]+$/, "")
        .split(/[/\\]/)
        .at(-1) ?? "";
    return `file-${this.#digest("file", file)}`;
  }

  /** An interface; those that are called as on any other system stay. */
  interfaceName(name: string): string {
    return PLAIN_INTERFACE.test(name) ? name : `interface-${this.#digest("interface", name)}`;
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

  /** A name of Apple's: labels of no known shape are hidden, as those of any other name. */
  #hideUnknownLabels(name: string): string {
    const labels = name.split(".");
    return labels
      .map((label, index) => {
        // A certificate's wildcard says nothing of anybody.
        if (label === "*" || this.#rules.hosts.isKnownLabel(label)) return label;
        return `n${this.#digest("name", `${labels.slice(index).join(".")}.`)}`;
      })
      .join(".");
  }

  /** @param end what stands behind the labels and stays; empty: nothing */
  #hideLabels(name: string, end: string): string {
    const labels = name.split(".");
    const hidden = labels.map((_, index) => {
      const below = labels.slice(index).join(".");
      return `n${this.#digest("name", `${below}.${end}`)}`;
    });
    return [...hidden, ...(end === "" ? [] : [end])].join(".");
  }

  /** Strangers choose the names: what is remembered is bounded. */
  #remember(text: string, make: () => string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const made = make();
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(text, made);
    return made;
  }

  /** @param address 4 or 16 bytes, borrowed; the result is owned by the caller */
  #hide(address: Uint8Array): Uint8Array {
    const kept = keptBits(address);
    const flips = this.#addresses.flipsOf(address);
    return address.map((byte, index) => {
      const keptOfByte = Math.min(Math.max(kept - index * 8, 0), 8);
      return byte ^ (flips[index] & (0xff >> keptOfByte));
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
