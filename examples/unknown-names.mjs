#!/usr/bin/env node
// The library: names of Apple's servers of which no product is known, with most bytes first. What is to be said of them can
// stand in a file for `--rules`.
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
  // One flow after the other, as they end: memory follows those that live.
  for await (const flow of flows(captures, { idleTimeoutSeconds: 300 })) {
    if (flow.class !== "apple") continue;
    const name = flow.serverName ?? "(no name)";
    const bytes = flow.bytes.originator + flow.bytes.responder;
    byName.set(name, (byName.get(name) ?? 0) + bytes);
  }
} catch (error) {
  // What a user can mend has a code and a message; everything else is a bug.
  if (!(error instanceof InputError)) throw error;
  console.error(`${error.code}: ${escapeText(error.message)}`);
  process.exit(1);
}
// Names come from the network: never to a terminal as they are.
for (const [name, bytes] of [...byName].sort((a, b) => b[1] - a[1]))
  console.log(`${escapeText(name)}\t${bytes}`);
