/** The columns documented in docs/history.md are those of the files. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BUCKET_TABLE } from "../../src/tables/bucket-table.ts";
import { FLOW_TABLE } from "../../src/tables/flow-table.ts";
import { GROUP_TABLE } from "../../src/tables/group-table.ts";

const text = readFileSync("docs/history.md", "utf8");

describe("the columns of a history file", () => {
  it("match the documented names, order and types", () => {
    const table = text.slice(text.indexOf("| column | type |"));
    const rows = [...table.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name, type]) => [name, type]);
    expect(rows).toEqual(BUCKET_TABLE.columns.map(({ name, type }) => [name, type]));
  });

  it("are documented under the names of their schemas", () => {
    for (const { name } of [BUCKET_TABLE, FLOW_TABLE, GROUP_TABLE]) expect(text).toContain(`\`${name}\``);
  });
});
