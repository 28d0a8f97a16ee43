/** The part of the package pcap-parser 0.2.1 that `pcap-parser-reader.ts` uses; the package has no types of its own. */
declare module "pcap-parser" {
  import type { EventEmitter } from "node:events";

  export interface GlobalHeader {
    readonly linkLayerType: number;
  }

  export interface Packet {
    readonly header: {
      readonly timestampSeconds: number;
      readonly timestampMicroseconds: number;
      readonly capturedLength: number;
      readonly originalLength: number;
    };
    readonly data: Buffer;
  }

  /** The part of a stream that it needs. */
  export interface Input extends EventEmitter {
    pause(): unknown;
    resume(): unknown;
  }

  /** Emits "globalHeader", "packet", "error" and "end". */
  export interface Parser extends EventEmitter {
    /** Bytes that it has not parsed yet. */
    buffer: Buffer | null;
  }

  export function parse(input: string | Input): Parser;
}
