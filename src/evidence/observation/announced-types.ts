/**
 * Service types that a multicast DNS message announces (RFC 6762, 6 and RFC 6763, 4): a response announces them for its
 * sender, a query and its known answers do not.
 */
import { type DnsMessage, DnsType } from "../payload/dns-message.ts";
import { serviceTypeIn, serviceTypeOf } from "./local-services.ts";

/** Maximum number of flows with a remembered type. */
const MAX_FLOWS = 8192;

/** Whether only Apple software announces a type ("_companion-link._tcp"). The type is hostile text. */
export type IsAppleOnlyType = (type: string) => boolean;

/** By flow entry: an announced type that only Apple software announces. Bounded. */
export class AnnouncedTypes {
  readonly #types = new Map<number, string>();
  readonly #isAppleOnly: IsAppleOnlyType;
  #dropped = 0;

  constructor(isAppleOnly: IsAppleOnlyType) {
    this.#isAppleOnly = isAppleOnly;
  }

  /** Flows beyond the limit. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Reads a message of the flow in an entry. */
  add(entry: number, message: DnsMessage): void {
    if (!message.isResponse || this.#types.has(entry)) return;
    for (const { type, name } of message.records) {
      const announced = announcedBy(type, name);
      if (announced === null || !this.#isAppleOnly(announced)) continue;
      if (this.#types.size < MAX_FLOWS) this.#types.set(entry, announced);
      else this.#dropped++;
      return;
    }
  }

  /** The first such type that the flow in an entry announced, or null. */
  of(entry: number): string | null {
    return this.#types.get(entry) ?? null;
  }

  /** The flow in an entry has ended; the entry may be reused. */
  forget(entry: number): void {
    this.#types.delete(entry);
  }
}

/** The service type that a record announces, or null. */
function announcedBy(type: number, name: string): string | null {
  if (type === DnsType.PTR) return serviceTypeIn(name);
  return type === DnsType.SRV ? serviceTypeOf(name) : null;
}
