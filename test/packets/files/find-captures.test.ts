import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCaptures } from "../../../src/packets/files/find-captures.ts";
import { pcap, pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { inputErrorOf } from "./collect-records.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-find-"));
const at = (...names: string[]) => join(folder, ...names);
const classic = pcap().record([1]).build();

beforeAll(() => {
  mkdirSync(at("day", "late"), { recursive: true });
  mkdirSync(at("none", "deeper"), { recursive: true });
  writeFileSync(at("day", "b.cap"), classic);
  writeFileSync(at("day", "B"), pcapng().section().build());
  writeFileSync(at("day", "a.gz"), gzipSync(classic));
  writeFileSync(at("day", "\u00e9.pcap"), classic);
  writeFileSync(at("day", "log.gz"), gzipSync("a log"));
  writeFileSync(at("day", "notes.pcap"), "text");
  writeFileSync(at("day", "empty"), "");
  writeFileSync(at("day", "late", "c"), classic);
  writeFileSync(at("none", "deeper", "readme"), "text");
  symlinkSync(at("day"), at("day", "loop"));
  symlinkSync(at("day", "b.cap"), at("day", "link"));
  symlinkSync(at("gone"), at("day", "dangling"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("findCaptures", () => {
  it("returns files in the given order, as often as they are named", async () => {
    const names = [at("day", "b.cap"), "-", at("missing"), at("day", "notes.pcap"), at("day", "b.cap")];
    expect(await findCaptures(names)).toEqual({
      names,
      paths: names,
      passedOver: 0,
      problems: [],
      totalBytes: null,
    });
  });

  it("returns the total size unless an input is a pipe", async () => {
    expect((await findCaptures([at("day", "b.cap"), at("day", "b.cap")])).totalBytes).toBe(
      2 * statSync(at("day", "b.cap")).size,
    );
    expect((await findCaptures([at("day", "b.cap"), "-"])).totalBytes).toBeNull();
  });

  it("walks directories in byte order, returns files that begin like a capture, and follows no directory links", async () => {
    const { names, passedOver, problems } = await findCaptures([at("day")]);
    expect(names).toEqual(
      ["B", "a.gz", "b.cap", join("late", "c"), "link", "\u00e9.pcap"].map((name) => at("day", name)),
    );
    expect(passedOver).toBe(3);
    expect(problems).toEqual([]);
  });

  it("reports a directory without captures, and returns the rest", async () => {
    const { names, passedOver, problems } = await findCaptures([at("none"), at("day", "late")]);
    expect(names).toEqual([at("day", "late", "c")]);
    expect(passedOver).toBe(1);
    expect(problems.map(({ code, message, position }) => [code, message, position.source])).toEqual([
      ["not_a_capture", `${at("none")}: no capture in this directory (files looked at: 1)`, at("none")],
    ]);
  });

  it("accepts standard input once", async () => {
    expect((await inputErrorOf(findCaptures(["-", at("day"), "-"]))).code).toBe("bad_argument");
  });
});
