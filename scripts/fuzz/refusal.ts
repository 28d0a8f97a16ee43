/** Distinguishes refusals, which are no faults, from errors. */
import { InvalidArgumentError } from "commander";
import { InputError } from "../../src/errors.ts";

/** Returns a reader's result, or why it refuses the input; any other exception is a fault. */
export function orRefusal<Result>(read: () => Result): Result | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError || error instanceof InvalidArgumentError) return error.message;
    throw error;
  }
}
