/** Addresses in the parameters of SVCB and HTTPS records (RFC 9460, 7.3): parameters of key 2, length 2, value. */
import { type AddressKey, readIpv4Key, readIpv6Key } from "../../net/address-key.ts";
import { readUint16 } from "../../net/byte-reads.ts";

const IPV4_LENGTH = 4;
const IPV6_LENGTH = 16;
const PARAMETER_FIXED_LENGTH = 4;
const IPV4_HINT = 4;
const IPV6_HINT = 6;
/** Per record; real ones have a few. */
const MAX_HINTS = 64;

/**
 * Returns the addresses in the parameters from `parameter` to `dataEnd`; null if these are malformed. `bytes` is borrowed.
 */
export function readHints(bytes: Uint8Array, parameter: number, dataEnd: number): AddressKey[] | null {
  const addresses: AddressKey[] = [];
  while (dataEnd - parameter >= PARAMETER_FIXED_LENGTH) {
    const value = parameter + PARAMETER_FIXED_LENGTH;
    const valueEnd = value + readUint16(bytes, parameter + 2);
    if (valueEnd > dataEnd) return null;
    const key = readUint16(bytes, parameter);
    if (key === IPV4_HINT) {
      for (let i = value; i + IPV4_LENGTH <= valueEnd && addresses.length < MAX_HINTS; i += IPV4_LENGTH) {
        addresses.push(readIpv4Key(bytes, i));
      }
    } else if (key === IPV6_HINT) {
      for (let i = value; i + IPV6_LENGTH <= valueEnd && addresses.length < MAX_HINTS; i += IPV6_LENGTH) {
        addresses.push(readIpv6Key(bytes, i));
      }
    }
    parameter = valueEnd;
  }
  return addresses;
}
