import { describe, expect, it } from "vitest";
import { readCommentProcess } from "../../../src/packets/files/comment-process.ts";

/** The comment amid other text, which must not matter. */
function processOf(comment: string): string | null {
  const text = Buffer.from(comment);
  const bytes = Buffer.concat([Buffer.from("proc x:1"), text, Buffer.from("9, eproc y:2")]);
  return readCommentProcess(bytes, 8, text.length);
}

describe("the process in a comment", () => {
  it.each([
    ["proc apsd:321", "apsd"],
    ["proc apsd:321, svc BE, out, flowid 0x1f", "apsd"],
    ["proc kernel_task:0, svc BK_SYS, in", "kernel_task"],
    ["proc nsurlsessiond:301, eproc Podcasts:712, svc BE, in, flowid 0xabc, ttag 7, so", "Podcasts"],
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
    `proc ${"a".repeat(65)}:1`,
    `proc apsd:321${", so".repeat(9)}`,
    "PID: -1, ProcName: apsd, EPID: -1, EProcName: Podcasts, SVC: 0",
    "PID: 301, ProcName: , EPID: -1, EProcName: , SVC: 0",
    "PID: 301, ProcName: apsd",
    "PID: x, ProcName: apsd, EPID: -1, EProcName: , SVC: 0",
    "Personal note",
    "p".repeat(400),
  ])("is not in %j", (comment) => expect(processOf(comment)).toBeNull());

  it("is shown with replacement characters where its bytes are no UTF-8", () => {
    const bytes = Buffer.concat([Buffer.from("proc a"), Buffer.from([0xff]), Buffer.from("b:1")]);
    expect(readCommentProcess(bytes, 0, bytes.length)).toBe("a\ufffdb");
  });
});
