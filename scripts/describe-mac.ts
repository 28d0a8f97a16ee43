/** Writes the simulated Mac's facts from Apple's sources into docs/macos.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { withFacts } from "../test/support/mac/mac-facts.ts";

const PAGE = new URL("../docs/macos.md", import.meta.url);
writeFileSync(PAGE, withFacts(readFileSync(PAGE, "utf8")));
