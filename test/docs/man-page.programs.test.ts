/** The manual page as read by the programs that display it. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { allCommands } from "../../scripts/reference/all-commands.ts";

const [PAGE] = manifest.man;

const hasMandoc = spawnSync("mandoc", ["-Tascii"], { input: "" }).error === undefined;
if (!hasMandoc) console.log("the manual page: skipped, not installed: mandoc");

/** Bold and underline by overstriking: a character, a backspace, a character. */
const OVERSTRIKE = new RegExp(`.${String.fromCharCode(8)}`, "gu");

describe("the manual page", () => {
  it.skipIf(!hasMandoc)("passes mandoc without warnings", () => {
    const { stdout, status } = spawnSync("mandoc", ["-Tlint", "-Wwarning", PAGE], {
      encoding: "utf8",
    });
    expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
  });

  it.skipIf(!hasMandoc)("shows each command with each option", async () => {
    const page = spawnSync("mandoc", ["-Tutf8", "-Owidth=200", PAGE], { encoding: "utf8" }).stdout;
    const plain = page.replaceAll(OVERSTRIKE, "");
    for (const { name, options } of await allCommands()) {
      expect(plain).toContain(name);
      for (const { long } of options) expect(plain).toContain(long);
    }
  });

  it("has the version of the package", () => {
    expect(readFileSync(PAGE, "utf8")).toContain(`.Os appleflow ${manifest.version}\n`);
  });
});
