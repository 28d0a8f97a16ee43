/**
 * Service types that a multicast DNS message announces (RFC 6762, 6 and RFC 6763, 4): a response says that they are here, a
 * query and the answers that it knows do not.
 */
import { type DnsMessage, DnsType } from "../payload/dns-message.ts";
import { serviceTypeIn, serviceTypeOf } from "./local-services.ts";

/** Flows of which a type is remembered at most. */
const MAX_FLOWS = 8192;

/** Whether only Apple's software announces a type ("_companion-link._tcp"). The type is hostile text. */
export type IsAppleOnlyType = (type: string) => boolean;

/** By the record of a flow: a type that only Apple's software announces, of those that its messages announced. Bounded. */
export class AnnouncedTypes {
  readonly #types = new Map<number, string>();
  readonly #isAppleOnly: IsAppleOnlyType;
  #dropped = 0;

  constructor(isAppleOnly: IsAppleOnlyType) {
    this.#isAppleOnly = isAppleOnly;
  }

  /** Flows that there was no room for. */
  get dropped(): number {
    return this.#dropped;
  }

  /** A message of the flow in a record. */
  add(record: number, message: DnsMessage): void {
    if (!message.isResponse || this.#types.has(record)) return;
    for (const { type, name } of message.records) {
      const announced = announcedBy(type, name);
      if (announced === null || !this.#isAppleOnly(announced)) continue;
      if (this.#types.size < MAX_FLOWS) this.#types.set(record, announced);
      else this.#dropped++;
      return;
    }
  }

  /** The first such type that the flow in a record announced, or null. */
  of(record: number): string | null {
    return this.#types.get(record) ?? null;
  }

  /** The flow in a record has ended: another one may begin there. */
  forget(record: number): void {
    this.#types.delete(record);
  }
}

/** The service type that a record says is here, or null. */
function announcedBy(type: number, name: string): string | null {
  if (type === DnsType.PTR) return serviceTypeIn(name);
  return type === DnsType.SRV ? serviceTypeOf(name) : null;
}
