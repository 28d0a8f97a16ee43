/** The part of the package pcap-parser 0.2.1, which has no types of its own, that `pcap-parser-reader.ts` uses. */
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

  /** What it needs of the stream that it reads. */
  export interface Input extends EventEmitter {
    pause(): unknown;
    resume(): unknown;
  }

  /** Emits "globalHeader", "packet", "error" and "end". */
  export interface Parser extends EventEmitter {
    /** What it has not parsed yet. */
    buffer: Buffer | null;
  }

  export function parse(input: string | Input): Parser;
}
