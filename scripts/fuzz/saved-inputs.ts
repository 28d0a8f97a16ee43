/** Inputs in files: those of the current call, and those that failed. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";

/** Serializes inputs: their number, then each with its length. */
export function writeInputs(inputs: readonly Uint8Array[]): Uint8Array {
  return concatBytes(uint32(inputs.length), ...inputs.flatMap((input) => [uint32(input.length), input]));
}

/** Parses the output of {@link writeInputs}; further bytes are ignored. */
export function readInputs(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const inputs: Uint8Array[] = [];
  if (bytes.length < 4) return inputs;
  let offset = 4;
  for (let i = view.getUint32(0); i > 0; i--) {
    const length = view.getUint32(offset);
    inputs.push(bytes.slice(offset + 4, offset + 4 + length));
    offset += 4 + length;
  }
  return inputs;
}

/** Writes each input to a file in a new folder; returns their paths. */
export function saveInputs(target: string, inputs: readonly Uint8Array[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "appleflow-fuzz-"));
  return inputs.map((input, index) => {
    const path = join(folder, `${target}-${index + 1}`);
    writeFileSync(path, input);
    return path;
  });
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
