/** Results that are written piece by piece, to a reader that may close before their end. */
import type { Interruption } from "./interruption.ts";
import type { ResultOutput } from "./output-file.ts";

class ReaderGone extends Error {}

/**
 * Runs a task that writes its results with `write`, and closes the output after it; returns the task's exit status. If the reader
 * has closed, the task ends at the next `write`; that is no error: status 0.
 */
export async function writeInPieces(
  output: ResultOutput,
  interruption: Interruption,
  task: (write: (piece: string | Uint8Array) => void) => Promise<number>,
): Promise<number> {
  try {
    return await task((piece) => {
      if (!output.write(piece)) throw new ReaderGone();
    });
  } catch (error) {
    if (error instanceof ReaderGone) return 0;
    throw error;
  } finally {
    output.close();
    interruption.release();
  }
}
