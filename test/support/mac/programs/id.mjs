/** `id -Gn` of a simulated Mac. */
import { readState } from "./state.mjs";

const { groups } = readState();
process.stdout.write(`${groups.join(" ")}\n`);
