/**
 * Hostile names in a browser that would execute them: on the page of `live --web`, in captures dropped there, and in report
 * files. A dialog, a request, a window or an element that benign names do not cause is a fault.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOSTILE_NAMES, hostileCapture } from "../support/hostile-captures.ts";
import {
  elementKinds,
  goTo,
  isBrowserThere,
  openAddress,
  openPage,
  startBrowser,
  watch,
} from "../support/page-browser.ts";
import { PageCommand } from "../support/page-command.ts";

const BENIGN_NAMES = HOSTILE_NAMES.map((_, i) => `name-${i}`);
const HIDDEN = ["\u202e", "\u200b", "\ufeff", "\u0007", "\u001b", "\u2028"];
const VIEWS = ["#/now", "#/devices", "#/connections", "#/reach", "#/capture"];
/** Addresses written by somebody else. */
const WRITTEN = [
  "#/device/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
  "#/product/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
  "#/product/%",
  '#/connections?search=<b>&device="><img src=x onerror=alert(1)>',
  "#/connection?from=<script>alert(1)</script>&transport=tcp",
  "#javascript:alert(1)",
];
const captures = HOSTILE_NAMES.map(hostileCapture);

describe.skipIf(!isBrowserThere())("hostile names in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "appleflow-names-"));
  let browser: Browser;
  let hostile: PageCommand;
  let benign: PageCommand;
  beforeAll(async () => {
    browser = await startBrowser();
    hostile = PageCommand.reading(captures);
    benign = PageCommand.reading(BENIGN_NAMES.map(hostileCapture));
  }, 60_000);
  afterAll(async () => {
    await Promise.all([browser.close(), hostile.end(), benign.end()]);
    rmSync(folder, { recursive: true });
  });

  it("add nothing to the live page, run nothing, and hide nothing", async () => {
    const { page, context, complaints } = await openPage(browser, await hostile.url);
    const other = await openPage(browser, await benign.url);
    for (const view of VIEWS) {
      await goTo(page, view);
      await goTo(other.page, view);
      expect(await elementKinds(page), view).toEqual(await elementKinds(other.page));
      const text = (await page.textContent("body")) ?? "";
      expect(HIDDEN.filter((letter) => text.includes(letter))).toEqual([]);
    }
    await goTo(page, "#/devices");
    expect(await page.textContent("main")).toContain("<script>alert(1)</script>");
    await page.click("main tbody a");
    await page.waitForSelector(".way");
    for (const address of WRITTEN) {
      await goTo(page, address);
      expect(
        await page.$$eval("script, img, style, iframe, b, h1 ~ h1", (all) => all.map((one) => one.outerHTML)),
      ).toEqual(['<script type="module" src="/page.js"></script>']);
    }
    // The browser's message for status 410: there is no such connection.
    expect([...complaints, ...other.complaints].filter((text) => !text.includes("410"))).toEqual([]);
    await context.close();
    await other.context.close();
  });

  it("add nothing to the report of a capture dropped under such a name", async () => {
    const { page, context, complaints } = await openPage(browser, await hostile.url);
    await page.keyboard.press("5");
    const [ours] = captures;
    const kinds = new Set<string>();
    for (const [i, name] of ["plain.pcapng", ...HOSTILE_NAMES.map(fileName)].entries()) {
      await page.setInputFiles("#capture", { name, mimeType: "", buffer: Buffer.from(ours ?? []) });
      const address = `/report/${i + 1}`;
      await page.waitForSelector(`.reports a[href="${address}"]`);
      const report = await context.newPage();
      watch(report, page.url(), complaints);
      await report.goto(new URL(address, page.url()).href);
      kinds.add(JSON.stringify(await elementKinds(report)));
      await report.close();
    }
    expect(kinds.size).toBe(1);
    expect(await page.$$eval(".reports bdi", (all) => all.length)).toBe(HOSTILE_NAMES.length + 1);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("add nothing to the report files of summarize, reach and diff", async () => {
    const paths = (names: readonly string[], prefix: string) =>
      names.map((name, i) => {
        const path = join(folder, `${prefix}${i}${fileName(name)}.pcapng`);
        writeFileSync(path, hostileCapture(names[i] ?? "", i));
        return path;
      });
    const evil = paths(HOSTILE_NAMES, "evil");
    const good = paths(BENIGN_NAMES, "good");
    const commands = (files: readonly string[]) => [
      ["summarize", ...files],
      ["reach", ...files],
      ["diff", files[0] ?? "", files[1] ?? ""],
    ];
    for (const [i, command] of commands(evil).entries()) {
      const kinds: string[][] = [];
      for (const one of [command, commands(good)[i] ?? []]) {
        const file = join(folder, `${kinds.length}-${command[0]}.html`);
        writeFileSync(file, report(one));
        const { page, context, complaints } = await openAddress(browser, pathToFileURL(file).href);
        kinds.push(await elementKinds(page));
        const text = (await page.textContent("body")) ?? "";
        expect(HIDDEN.filter((letter) => text.includes(letter))).toEqual([]);
        expect(complaints, one[0]).toEqual([]);
        await context.close();
      }
      expect(kinds[0], command[0]).toEqual(kinds[1]);
      expect(readFileSync(join(folder, `0-${command[0]}.html`), "utf8")).toContain("script&gt;");
    }
  });
});

/** A valid file name: without separators, and at most 255 bytes with its prefix and suffix. */
function fileName(name: string): string {
  return name.replaceAll(/[/\0]/g, "∕").slice(0, 60);
}

function report(command: readonly string[]): string {
  const args = ["dist/cli/main.cjs", ...command, "--format", "html"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1e8 });
  if (!stdout.startsWith("<!DOCTYPE html>")) throw new Error(`${command[0]}: ${stderr}`);
  return stdout;
}
