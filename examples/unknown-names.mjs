#!/usr/bin/env node
// The library: names of Apple's servers without a known product, most bytes first. Their products can be added in a file for
// `--rules`.
//   node unknown-names.mjs office.pcapng
import { flows, InputError } from "appleflow";
import { escapeText } from "appleflow/render";

const captures = process.argv.slice(2);
if (captures.length === 0) {
  console.error("usage: unknown-names.mjs CAPTURE...");
  process.exit(1);
}
const byName = new Map();
try {
  // Flows one by one, as they end: memory is proportional to live flows.
  for await (const flow of flows(captures, { idleTimeoutSeconds: 300 })) {
    if (flow.class !== "apple") continue;
    const name = flow.serverName ?? "(no name)";
    const bytes = flow.bytes.originator + flow.bytes.responder;
    byName.set(name, (byName.get(name) ?? 0) + bytes);
  }
} catch (error) {
  // Errors that a user can fix have a code and a message; everything else is a bug.
  if (!(error instanceof InputError)) throw error;
  console.error(`${error.code}: ${escapeText(error.message)}`);
  process.exit(1);
}
// Names come from the network: never print them to a terminal unescaped.
for (const [name, bytes] of [...byName].sort((a, b) => b[1] - a[1]))
  console.log(`${escapeText(name)}\t${bytes}`);
