/** Writes the manual page into `dist/`, as a step of `npm run build`. Its date is SOURCE_DATE_EPOCH, if set. */
import { writeFileSync } from "node:fs";
import manifest from "../package.json" with { type: "json" };
import { allCommands } from "./reference/all-commands.ts";
import { manPage } from "./reference/man-page.ts";

const MILLISECONDS = 1000;
const { SOURCE_DATE_EPOCH } = process.env;
const date =
  SOURCE_DATE_EPOCH === undefined ? Math.floor(Date.now() / MILLISECONDS) : Number(SOURCE_DATE_EPOCH);

const [page] = manifest.man;
writeFileSync(page, manPage(await allCommands(), { version: manifest.version, date }));
