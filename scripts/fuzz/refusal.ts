/** Tells refusals, which are no faults, from errors. */
import { InvalidArgumentError } from "commander";
import { InputError } from "../../src/errors.ts";

/** What a reader gives, or why it refuses the input; whatever else it throws is a fault. */
export function orRefusal<Result>(read: () => Result): Result | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError || error instanceof InvalidArgumentError) return error.message;
    throw error;
  }
}
