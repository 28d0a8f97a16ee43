/** Rules for Linux are loaded by the firewall's own programs, and open what the plan opens. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { renderPlan } from "../../src/firewall/render-plan.ts";
import { isInstalled } from "../support/namespace-holder.ts";
import { whyNoRoutedNetwork } from "../support/routed-network.ts";
import { openings, PLACES, plans } from "./sample-plans.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-rules-"));
afterAll(() => rmSync(folder, { recursive: true }));

const noNft = whyNoRoutedNetwork();
if (noNft !== null) console.info(`skipped: nftables checks what is written: ${noNft}`);

describe.skipIf(noNft !== null)("nftables", () => {
  it.each(plans.flatMap(([name, plan]) => PLACES.map((place) => ({ name, plan, place, kind: place.kind }))))(
    "loads the rules for $name on a $kind, twice in a row",
    ({ plan, place }) => {
      const file = join(folder, "rules.nft");
      writeFileSync(file, renderPlan(plan, "nftables", place));
      const listed = execFileSync(
        "unshare",
        [
          "--net",
          "sh",
          "-c",
          'nft -c -f "$1" && nft -f "$1" && nft -f "$1" && nft -j list ruleset',
          "sh",
          file,
        ],
        { encoding: "utf8" },
      );
      const items = (
        JSON.parse(listed) as { nftables: Record<string, { expr?: object[]; chain?: string }>[] }
      ).nftables;
      const opened = items.flatMap(({ rule }) => {
        const json = JSON.stringify(rule?.expr ?? []);
        const match =
          /"protocol":"(tcp|udp)","field":"dport"}},"right":(?:(\d+)|{"range":\[(\d+),(\d+)\]})}}/.exec(
            json.replaceAll(": ", ":"),
          );
        if (match === null || rule.chain === undefined) return [];
        const [, transport, port, first = port, last = port] = match;
        return [`${rule.chain} ${transport} ${first}-${last}`];
      });
      expect(opened.sort()).toEqual(openings(plan.rules));
    },
    30_000,
  );
});

const noIptables = noNft ?? (isInstalled("iptables-restore") ? null : "not installed: iptables");
if (noIptables !== null) console.info(`skipped: iptables checks what is written: ${noIptables}`);

describe.skipIf(noIptables !== null)("iptables", () => {
  it.each(plans.flatMap(([name, plan]) => PLACES.map((place) => ({ name, plan, place, kind: place.kind }))))(
    "loads the rules for $name on a $kind, for IPv4 and IPv6",
    ({ plan, place }) => {
      for (const program of ["iptables-restore", "ip6tables-restore"]) {
        const { status, stderr } = spawnSync("unshare", ["--net", program, "--test"], {
          input: renderPlan(plan, "iptables", place),
          encoding: "utf8",
        });
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      }
    },
    30_000,
  );
});
