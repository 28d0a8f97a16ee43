/** Messages to and from the reading thread. Plain values only, since they are copied. */
import type { MessagePort } from "node:worker_threads";
import { InputError, type InputErrorCode, type InputErrorPosition, systemErrorCode } from "../../errors.ts";
import type { CapturedProcess } from "../captured-process.ts";
import type { FilePath } from "../files/byte-source.ts";
import type { SharedMemory } from "../kernel/kernel.ts";
import type { CaptureInterface } from "../packet-block.ts";

/** The capture to read, and where to put it. */
export interface ReadingOrder {
  readonly name: string;
  readonly path: FilePath;
  readonly module: WebAssembly.Module;
  readonly memory: SharedMemory;
  /** The memory of a `BlockQueue`. */
  readonly queue: SharedArrayBuffer;
  /** Port for `SourceUpdate` and `ReadingEnd`. */
  readonly port: MessagePort;
}

/** The answer to an order. */
export type ReadingStart =
  | { readonly kind: "opened"; readonly format: "pcap" | "pcapng"; readonly totalBytes: number | null }
  | { readonly kind: "failed"; readonly error: SerializedError };

/** What a source has learned about itself since the last message. */
export interface SourceUpdate {
  readonly interfaces: readonly CaptureInterface[];
  readonly processes: readonly CapturedProcess[];
  /** Changes to interfaces already reported. */
  readonly changed: readonly InterfaceChange[];
}

/** The number of an interface, and its current values. */
export type InterfaceChange = readonly [id: number, dropped: number | null, standsFor: number | undefined];

/** Sent after the last block. */
export interface ReadingEnd {
  readonly error: SerializedError | null;
  readonly bytesRead: number;
}

/** Fields of an `InputError`: copying one would lose its class. */
export interface SerializedError {
  readonly code: InputErrorCode;
  readonly message: string;
  readonly position: InputErrorPosition;
  /** The system's error. */
  readonly cause: { readonly message: string; readonly code: string | undefined } | null;
}

export function serializeError({ code, message, position, cause }: InputError): SerializedError {
  const system = cause instanceof Error ? { message: cause.message, code: systemErrorCode(cause) } : null;
  return { code, message, position, cause: system };
}

export function deserializeError({ code, message, position, cause }: SerializedError): InputError {
  if (cause === null) return new InputError(code, message, position);
  return new InputError(
    code,
    message,
    position,
    Object.assign(new Error(cause.message), { code: cause.code }),
  );
}
