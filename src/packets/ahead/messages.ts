/** What a thread that reads ahead is told, and what it tells. Only plain values: they are copied on their way. */
import type { MessagePort } from "node:worker_threads";
import { InputError, type InputErrorCode, type InputErrorPosition, systemErrorCode } from "../../errors.ts";
import type { CapturedProcess } from "../captured-process.ts";
import type { FilePath } from "../files/byte-source.ts";
import type { SharedMemory } from "../kernel/kernel.ts";
import type { CaptureInterface } from "../packet-block.ts";

/** Which capture is to be read, and where to. */
export interface ReadingOrder {
  readonly name: string;
  readonly path: FilePath;
  readonly module: WebAssembly.Module;
  readonly memory: SharedMemory;
  /** The memory of a `BlockQueue`. */
  readonly queue: SharedArrayBuffer;
  /** Where `SourceNews` and `ReadingEnd` go to. */
  readonly port: MessagePort;
}

/** The answer to an order. */
export type ReadingStart =
  | { readonly kind: "opened"; readonly format: "pcap" | "pcapng"; readonly totalBytes: number | null }
  | { readonly kind: "failed"; readonly error: ErrorParts };

/** What a source has said of itself since it last was told of. */
export interface SourceNews {
  readonly interfaces: readonly CaptureInterface[];
  readonly processes: readonly CapturedProcess[];
  /** Of interfaces that were told of before: what has changed of them. */
  readonly changed: readonly InterfaceChange[];
}

/** An interface by its number, and what is known of it now. */
export type InterfaceChange = readonly [id: number, dropped: number | null, standsFor: number | undefined];

/** What is told behind the last block. */
export interface ReadingEnd {
  readonly error: ErrorParts | null;
  readonly bytesRead: number;
}

/** An `InputError`, of which a copy would be any error. */
export interface ErrorParts {
  readonly code: InputErrorCode;
  readonly message: string;
  readonly position: InputErrorPosition;
  /** What the system said. */
  readonly cause: { readonly message: string; readonly code: string | undefined } | null;
}

export function partsOfError({ code, message, position, cause }: InputError): ErrorParts {
  const system = cause instanceof Error ? { message: cause.message, code: systemErrorCode(cause) } : null;
  return { code, message, position, cause: system };
}

export function errorOfParts({ code, message, position, cause }: ErrorParts): InputError {
  if (cause === null) return new InputError(code, message, position);
  return new InputError(
    code,
    message,
    position,
    Object.assign(new Error(cause.message), { code: cause.code }),
  );
}
