/** Builds DNS messages. */
import { ByteWriter } from "./byte-writer.ts";
import { addressBytes } from "./packet-layer.ts";

/** `www.apple.com`, or a list of labels if one contains a dot; bytes for labels that are not text. */
export type BuiltName = string | readonly (string | readonly number[])[];

/** A DNS question (RFC 1035, 4.1.2). Omitted fields have typical values. */
export interface BuiltQuestion {
  readonly name: BuiltName;
  readonly type: number;
  readonly class?: number;
}

/** A DNS record (RFC 1035, 4.1.3). Omitted fields have typical values. */
export interface BuiltRecord extends BuiltQuestion {
  readonly ttl?: number;
  readonly writeData: (writer: DnsWriter) => void;
}

/** A DNS message (RFC 1035, 4.1). Omitted fields have typical values. */
export interface BuiltMessage {
  readonly id?: number;
  /** The whole flags word; default: a response. */
  readonly flags?: number;
  readonly questions?: readonly BuiltQuestion[];
  readonly answers?: readonly BuiltRecord[];
  readonly authority?: readonly BuiltRecord[];
  readonly additional?: readonly BuiltRecord[];
  /** Whether to compress names with pointers. */
  readonly compress?: boolean;
}

export const QUERY_FLAGS = 0x0100;
export const RESPONSE_FLAGS = 0x8180;
export const TRUNCATED_FLAG = 0x0200;
/** Flags of a multicast DNS response, and the class IN with the cache-flush bit. */
export const MDNS_RESPONSE_FLAGS = 0x8400;
export const CACHE_FLUSH = 0x8001;

const MAX_POINTER = 0x3fff;

/** Writes names in the form of messages. */
export class DnsWriter extends ByteWriter {
  readonly #compress: boolean;
  readonly #offsets: Map<string, number>;

  /** Offset of its first byte in the message. */
  readonly #base: number;

  constructor(compress: boolean, base = 0, offsets = new Map<string, number>()) {
    super();
    this.#compress = compress;
    this.#base = base;
    this.#offsets = offsets;
  }

  /** Writes the output of `write`, preceded by its length. */
  data(write: (writer: DnsWriter) => void): this {
    const data = new DnsWriter(this.#compress, this.#base + this.length + 2, this.#offsets);
    write(data);
    return this.uint16(data.length).bytes(data.toBytes());
  }

  name(name: BuiltName): this {
    const labels = labelsOf(name);
    for (let i = 0; i < labels.length; i++) {
      const suffix = labels.slice(i).join("|");
      const known = this.#offsets.get(suffix);
      if (known !== undefined) return this.uint16(0xc000 | known);
      const offset = this.#base + this.length;
      if (this.#compress && offset <= MAX_POINTER) this.#offsets.set(suffix, offset);
      this.uint8(labels[i].length).bytes(labels[i]);
    }
    return this.uint8(0);
  }
}

/**
 * Returns a DNS message (RFC 1035, 4.1); the caller owns the bytes.
 *
 * @example
 * ```ts
 * import { address, buildDns } from "appleflow/testing";
 *
 * const name = "mesu.apple.com";
 * const message = buildDns({ questions: [{ name, type: 1 }], answers: [address(name, "17.253.21.203")] });
 * console.log(message.length);
 * ```
 */
export function buildDns(message: BuiltMessage): Uint8Array {
  const { questions = [], answers = [], authority = [], additional = [] } = message;
  const writer = new DnsWriter(message.compress ?? true);
  writer.uint16(message.id ?? 0x1234).uint16(message.flags ?? RESPONSE_FLAGS);
  for (const section of [questions, answers, authority, additional]) writer.uint16(section.length);
  for (const question of questions) {
    writer
      .name(question.name)
      .uint16(question.type)
      .uint16(question.class ?? 1);
  }
  for (const record of [...answers, ...authority, ...additional]) writeRecord(writer, record);
  return writer.toBytes();
}

/**
 * Returns the response to a type A question for `name`, with these answers.
 *
 * @example
 * ```ts
 * import { address, answerTo, packet } from "appleflow/testing";
 *
 * const answer = answerTo("mesu.apple.com", address("mesu.apple.com", "17.253.21.203"));
 * console.log(packet().ethernet().ipv4().udp({ sourcePort: 53 }).payload(answer).build().length);
 * ```
 */
export function answerTo(name: string, ...answers: readonly BuiltRecord[]): Uint8Array {
  return buildDns({ questions: [{ name, type: 1 }], answers });
}

/**
 * Returns a record of type A or AAAA, depending on the address.
 *
 * @example
 * ```ts
 * import { address } from "appleflow/testing";
 *
 * console.log(address("mesu.apple.com", "2620:149:a44::10").type); // 28
 * ```
 */
export function address(name: BuiltName, text: string, ttl = 60): BuiltRecord {
  const bytes = addressBytes(text);
  return { name, type: bytes.length === 4 ? 1 : 28, ttl, writeData: (writer) => writer.bytes(bytes) };
}

/**
 * Returns a CNAME record.
 *
 * @example
 * ```ts
 * import { address, alias, answerTo } from "appleflow/testing";
 *
 * const [name, target] = ["www.example.org", "edge.example.net"];
 * console.log(answerTo(name, alias(name, target), address(target, "192.0.2.80")).length);
 * ```
 */
export function alias(name: BuiltName, target: BuiltName, ttl = 60): BuiltRecord {
  return { name, type: 5, ttl, writeData: (writer) => writer.name(target) };
}

export function service(name: BuiltName, port: number, target: BuiltName, ttl = 120): BuiltRecord {
  return {
    name,
    type: 33,
    class: CACHE_FLUSH,
    ttl,
    writeData: (writer) => writer.uint16(0).uint16(0).uint16(port).name(target),
  };
}

/** Returns the SOA record of a negative answer, with its primary server. */
export function zone(name: BuiltName, primary: BuiltName, ttl = 60): BuiltRecord {
  const hostmaster = "hostmaster.example";
  return {
    name,
    type: 6,
    ttl,
    writeData: (writer) => {
      writer.name(primary).name(hostmaster);
      for (const number of [2024, 1800, 900, 2_016_000, 300]) writer.uint32(number);
    },
  };
}

/** Data of an SVCB or HTTPS record (RFC 9460). Omitted fields have typical values. */
export interface ServiceBinding {
  readonly priority?: number;
  readonly target?: string;
  /** Values by key (RFC 9460, 14.3.2), in message order. */
  readonly parameters?: readonly (readonly [key: number, value: Uint8Array | readonly number[]])[];
}

/** Returns an HTTPS record, or SVCB by its type. */
export function binding(name: BuiltName, fields: ServiceBinding, type = 65): BuiltRecord {
  return {
    name,
    type,
    writeData: (writer) => {
      writer.uint16(fields.priority ?? 1);
      writer.bytes(uncompressed(fields.target ?? ""));
      for (const [key, value] of fields.parameters ?? []) {
        writer.uint16(key).uint16(value.length).bytes(value);
      }
    },
  };
}

/** Returns a record with the given data. */
export function rawRecord(name: BuiltName, type: number, data: Uint8Array | readonly number[]): BuiltRecord {
  return { name, type, writeData: (writer) => writer.bytes(data) };
}

/** Returns the bytes of a name without pointers. */
export function uncompressed(name: BuiltName): Uint8Array {
  return new DnsWriter(false).name(name).toBytes();
}

function writeRecord(writer: DnsWriter, record: BuiltRecord): void {
  writer
    .name(record.name)
    .uint16(record.type)
    .uint16(record.class ?? 1)
    .uint32(record.ttl ?? 60)
    .data(record.writeData);
}

function labelsOf(name: BuiltName): Uint8Array[] {
  const labels = typeof name === "string" ? name.split(".").filter((label) => label !== "") : name;
  return labels.map((label) =>
    typeof label === "string" ? new Uint8Array(Buffer.from(label, "utf8")) : Uint8Array.from(label),
  );
}
