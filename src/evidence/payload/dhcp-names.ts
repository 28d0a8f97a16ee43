/**
 * Hosts in DHCP for IPv4 (RFC 2131): the name that a host sends when it requests an address, the address that it receives,
 * and the signs of its system in the request.
 *
 *    0    1       2        3      4     8          12        16        20        28        44   108   236
 *   | op | htype | hlen 1 | hops | xid | secs, .. | ciaddr | yiaddr | siaddr .. | chaddr | ... | ... | magic | options |
 *
 *   option: code 1 | length 1 | value       code 0: padding, code 255: the end
 */
import { type AddressKey, readIpv4Key } from "../../net/address-key.ts";
import { readUint16, readUint32 } from "../../net/byte-reads.ts";
import { readHardware } from "../../net/hardware-address.ts";
import { DnsNameReader, readLabel } from "./dns-name.ts";

/** What a message says about a host. Owned. */
export interface DhcpMessage {
  /** The same in a request and its answer: transaction id and hardware address of the host. */
  readonly exchange: string;
  /** The server confirms that the host has the address, the host says so, or the host requests it. */
  readonly kind: "acknowledged" | "claimed" | "asked";
  /** The address, null if none is named. */
  readonly address: AddressKey | null;
  /** The host's full name (option 81), else its host name (option 12), as sent; null if absent. */
  readonly name: string | null;
  /** The host's hardware address (`net/hardware-address.ts`); null if it is not of Ethernet type. */
  readonly hardware: number | null;
  /** From a host: the option codes that it requests, in order (option 55): "1,121,3"; null if absent. */
  readonly optionCodes: string | null;
  /** From a host: its vendor class (option 60), as sent; null if absent. */
  readonly vendorClass: string | null;
  /** In an acknowledgement: the routers of the host's network (option 3). */
  readonly routers: readonly AddressKey[];
}

const OPERATION_OFFSET = 0;
const HARDWARE_TYPE_OFFSET = 1;
/** Hardware type and address length of Ethernet and Wi-Fi (RFC 1700). */
const ETHERNET_TYPE = 0x0106;
const REPLY = 2;
const TRANSACTION_OFFSET = 4;
const OWN_ADDRESS_OFFSET = 12;
const GIVEN_ADDRESS_OFFSET = 16;
const HARDWARE_ADDRESS_OFFSET = 28;
const HARDWARE_ADDRESS_LENGTH = 16;
const MAGIC_OFFSET = 236;
/** RFC 2131, 3. */
const MAGIC = 0x63825363;
const OPTIONS_OFFSET = 240;

/** Options (RFC 2132; 81: RFC 4702). */
const PADDING = 0;
const ROUTERS = 3;
const HOST_NAME = 12;
const REQUESTED_ADDRESS = 50;
const MESSAGE_TYPE = 53;
const SERVER_IDENTIFIER = 54;
const OPTION_CODES = 55;
const VENDOR_CLASS = 60;
const FULL_NAME = 81;
const END = 255;

/** Values of the message type (RFC 2132, 9.6). */
const REQUEST = 3;
const ACK = 5;

/** Data of option 81: flags, two obsolete response codes, the name. */
const FULL_NAME_OFFSET = 3;
/** The name is encoded as in DNS messages, without pointers (RFC 4702, 2.1). */
const FLAG_ENCODED = 0x04;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Parses the message in `bytes` from `offset` to `end`; null if it is not DHCP or says nothing about names: an offer, a
 * refusal. Options are read as far as they are valid. `bytes` is borrowed for the call; nothing is read outside.
 */
export function readDhcpMessage(bytes: Uint8Array, offset: number, end: number): DhcpMessage | null {
  if (end - offset < OPTIONS_OFFSET || readUint32(bytes, offset + MAGIC_OFFSET) !== MAGIC) return null;
  const options = readOptions(bytes, offset + OPTIONS_OFFSET, end);
  const exchange = exchangeOf(bytes, offset);
  const { name, optionCodes, vendorClass, routers } = options;
  const isEthernet = readUint16(bytes, offset + HARDWARE_TYPE_OFFSET) === ETHERNET_TYPE;
  const hardware = isEthernet ? readHardware(bytes, offset + HARDWARE_ADDRESS_OFFSET) : null;
  const known = { exchange, name, hardware };
  const own = addressAt(bytes, offset + OWN_ADDRESS_OFFSET);
  if (bytes[offset + OPERATION_OFFSET] === REPLY) {
    if (options.type !== ACK) return null;
    // An answer to INFORM assigns no address, as the host already has one (RFC 2131, 3.4).
    const address = addressAt(bytes, offset + GIVEN_ADDRESS_OFFSET) ?? own;
    return { ...known, kind: "acknowledged", address, optionCodes: null, vendorClass: null, routers };
  }
  const asked = { ...known, optionCodes, vendorClass, routers: [] };
  if (own !== null) return { ...asked, kind: "claimed", address: own };
  // With a server identifier, the address was just offered; without one, it may belong to another network.
  const isOffered = options.type === REQUEST && options.hasServer;
  return { ...asked, kind: "asked", address: isOffered ? options.requested : null };
}

interface DhcpOptions {
  type: number;
  hasServer: boolean;
  requested: AddressKey | null;
  name: string | null;
  optionCodes: string | null;
  vendorClass: string | null;
  routers: AddressKey[];
}

function readOptions(bytes: Uint8Array, offset: number, end: number): DhcpOptions {
  const options: DhcpOptions = {
    type: 0,
    hasServer: false,
    requested: null,
    name: null,
    optionCodes: null,
    vendorClass: null,
    routers: [],
  };
  let hostName: string | null = null;
  let at = offset;
  while (end - at >= 2 && bytes[at] !== END) {
    if (bytes[at] === PADDING) {
      at++;
      continue;
    }
    const value = at + 2;
    const valueEnd = value + bytes[at + 1];
    if (valueEnd > end) break;
    const length = valueEnd - value;
    switch (bytes[at]) {
      case MESSAGE_TYPE:
        if (length === 1) options.type = bytes[value];
        break;
      case REQUESTED_ADDRESS:
        if (length === 4) options.requested = addressAt(bytes, value);
        break;
      case SERVER_IDENTIFIER:
        options.hasServer = true;
        break;
      case ROUTERS:
        options.routers = addressesAt(bytes, value, valueEnd);
        break;
      case OPTION_CODES:
        options.optionCodes = bytes.subarray(value, valueEnd).join(",");
        break;
      case VENDOR_CLASS:
        options.vendorClass = textAt(bytes, value, valueEnd);
        break;
      case HOST_NAME:
        hostName = textAt(bytes, value, valueEnd);
        break;
      case FULL_NAME:
        options.name = fullNameAt(bytes, value, valueEnd);
        break;
      default:
    }
    at = valueEnd;
  }
  options.name ??= hostName;
  return options;
}

function fullNameAt(bytes: Uint8Array, value: number, end: number): string | null {
  const at = value + FULL_NAME_OFFSET;
  if (at >= end) return null;
  if ((bytes[value] & FLAG_ENCODED) === 0) return textAt(bytes, at, end);
  const reader = new DnsNameReader(bytes, at);
  const name = reader.read(at, end);
  if (name !== null) return name === "" ? null : name;
  // A name that the server should complete has no root label (RFC 4702, 2.3.1): its first label is the host.
  return reader.isCut && bytes[at] < end - at ? readLabel(bytes, at) : null;
}

/** Null for an empty text. Some senders append a NUL, which receivers must expect (RFC 2132, 2). */
function textAt(bytes: Uint8Array, offset: number, end: number): string | null {
  let last = end;
  while (last > offset && bytes[last - 1] === 0) last--;
  return last === offset ? null : utf8.decode(bytes.subarray(offset, last));
}

/** Null for 0.0.0.0, which means none. */
function addressAt(bytes: Uint8Array, offset: number): AddressKey | null {
  const key = readIpv4Key(bytes, offset);
  return key === 0 ? null : key;
}

function addressesAt(bytes: Uint8Array, value: number, end: number): AddressKey[] {
  const addresses: AddressKey[] = [];
  for (let at = value; at + 4 <= end; at += 4) {
    const address = addressAt(bytes, at);
    if (address !== null) addresses.push(address);
  }
  return addresses;
}

function exchangeOf(bytes: Uint8Array, offset: number): string {
  const codes = [...bytes.subarray(offset + TRANSACTION_OFFSET, offset + TRANSACTION_OFFSET + 4)];
  const hardware = offset + HARDWARE_ADDRESS_OFFSET;
  codes.push(...bytes.subarray(hardware, hardware + HARDWARE_ADDRESS_LENGTH));
  return String.fromCharCode(...codes);
}
