import { describe, expect, it } from "vitest";
import { type CommentFacts, readComment } from "../../../src/packets/files/comment-process.ts";

/** The comment surrounded by other text, which must not matter. */
function factsOf(comment: string): CommentFacts | null {
  const text = Buffer.from(comment);
  const bytes = Buffer.concat([Buffer.from("proc x:1"), text, Buffer.from("9, svc VO, in")]);
  return readComment(bytes, 8, text.length);
}

function processOf(comment: string): string | null {
  return factsOf(comment)?.process?.name ?? null;
}

describe("the process in a packet comment", () => {
  it.each([
    ["proc apsd:321", "apsd"],
    ["proc apsd:321, svc BE, out, flowid 0x1f", "apsd"],
    ["proc kernel_task:0, svc BK_SYS, in", "kernel_task"],
    ["proc nsurlsessiond:301, svc BE, in, flowid 0xabc, ttag 0x7, cmpgc 0x1", "nsurlsessiond"],
    ["proc a:1, svc BE, re, st, lp, wk, ulpn, unsent 12, out, flowid 0x1f, ttag 0x1, cmpgc 0x2", "a"],
    ["proc Google Chrome He:99, out", "Google Chrome He"],
    ["proc a:b:12, in", "a:b"],
    ["PID: 301, ProcName: nsurlsessiond, EPID: 712, EProcName: Podcasts, SVC: 0", "Podcasts"],
    ["PID: 301, ProcName: apsd, EPID: -1, EProcName: Podcasts, SVC: BE", "apsd"],
    ["PID: 301, ProcName: apsd, EPID: 301, EProcName: , SVC: -1", "apsd"],
  ])("of %j is %j", (comment, name) => expect(processOf(comment)).toBe(name));

  it.each([
    "",
    "svc BE, in",
    "proc apsd",
    "proc apsd:",
    "proc :321",
    "proc apsd:321,",
    "proc apsd:321, and more of it",
    "proc apsd:321 was here",
    "proc apsd:321\nsvc BE",
    "see proc apsd:321",
    "proc apsd, x:321",
    "eproc apsd:321",
    "proc nsurlsessiond:301, eproc Podcasts:712, svc BE, in",
    "svc apsd:1",
    `proc ${"a".repeat(65)}:1`,
    `proc apsd:321${", so".repeat(11)}`,
    "PID: -1, ProcName: apsd, EPID: -1, EProcName: Podcasts, SVC: 0",
    "PID: 301, ProcName: , EPID: -1, EProcName: , SVC: 0",
    "PID: 301, ProcName: apsd",
    "PID: x, ProcName: apsd, EPID: -1, EProcName: , SVC: 0",
    "Personal note",
    "p".repeat(400),
  ])("is not found in %j", (comment) => expect(processOf(comment)).toBeNull());

  it("is shown with replacement characters if it is not UTF-8", () => {
    const bytes = Buffer.concat([Buffer.from("proc a"), Buffer.from([0xff]), Buffer.from("b:1")]);
    expect(readComment(bytes, 0, bytes.length)?.process?.name).toBe("a\ufffdb");
  });
});

describe("the direction and service class in a packet comment", () => {
  it.each([
    ["proc avconferenced:640, svc VO, out, flowid 0x1f", "out", 800],
    ["svc BE, in", "in", 0],
    ["svc VI, re, in", "in", 700],
    ["svc 1000, out", "out", 0],
    ["proc apsd:321, out", "out", 0],
    ["proc apsd:321, svc BK_SYS", null, 100],
    ["PID: 1, ProcName: a, EPID: -1, EProcName: , SVC: 800", null, 800],
  ])("are read from %j: %s, class %i", (comment, direction, serviceClass) => {
    const directions = [null, "in", "out"];
    const facts = factsOf(comment);
    expect(directions[facts?.direction ?? -1]).toBe(direction);
    expect(facts?.serviceClass).toBe(serviceClass);
  });

  it("include the process that another one acts for", () => {
    const facts = factsOf("PID: 301, ProcName: nsurlsessiond, EPID: 712, EProcName: Podcasts, SVC: 0");
    expect(facts?.process).toEqual({ name: "Podcasts", pid: 712, uuid: null });
    expect(facts?.helper).toEqual({ name: "nsurlsessiond", pid: 301, uuid: null });
  });
});
