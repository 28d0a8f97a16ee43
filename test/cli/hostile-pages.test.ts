/** Hostile names in handshakes, mDNS, DHCP, files and interfaces, in every page: nothing runs and nothing breaks. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOSTILE_NAMES, hostileCapture } from "../support/hostile-captures.ts";
import { faultsOf, policyOf, tagsOf } from "../support/page-reader.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder } from "./sample-captures.ts";

let folder: CaptureFolder;
const captures: string[] = [];

beforeAll(() => {
  folder = new CaptureFolder();
  for (const [place, evil] of HOSTILE_NAMES.entries()) {
    const name = `${place}-${evil.replace(/[/\0]/g, "_")}.pcapng`;
    captures.push(folder.put(name, hostileCapture(evil, place)));
  }
});
afterAll(() => folder.remove());

const ALLOWED_ATTRIBUTES =
  /^(lang|charset|http-equiv|content|name|class|id|aria-label(ledby)?|aria-hidden|role|tabindex|href|scope|value|viewBox|preserveAspectRatio|x|d|width|height|patternUnits|patternTransform)$/;

describe.each([
  ["summarize", "--all"],
  ["summarize", "--no-evidence"],
  ["summarize", "--every", "1s"],
  ["reach"],
  ["diff"],
])("the HTML of %s %s %s with hostile names", (...args: string[]) => {
  it("is a valid page without injected tags, attributes or control characters", async () => {
    const [command, ...options] = args.filter((word) => word !== undefined);
    const files = command === "diff" ? [captures[1], captures[5]] : captures;
    const { status, stdout } = await runCli([
      command,
      ...files,
      ...options,
      "--format",
      "html",
      "--max-flows",
      "500",
    ]);
    expect([0, 4]).toContain(status);
    expect(await faultsOf(stdout)).toEqual([]);
    const tags = tagsOf(stdout).map((tag) => tag.split(" "));
    expect(
      tags.map(([name]) => name).filter((name) => /^(script|img|iframe|link|odd|\d+)$/.test(name)),
    ).toEqual([]);
    expect(tags.flatMap(([, ...names]) => names).filter((name) => !ALLOWED_ATTRIBUTES.test(name))).toEqual(
      [],
    );
    expect([...stdout].filter((one) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(one) && one !== "\n")).toEqual([]);
    expect(stdout.match(/<(style|title|h1)>/g)).toEqual(["<title>", "<style>", "<h1>"]);
    expect(policyOf(stdout).policy).toContain(policyOf(stdout).hash);
    // The names must occur, otherwise the test proves nothing.
    expect(stdout).toContain("onerror=alert(1)&gt;");
  });
});

it("the page of a summary shows all sixteen hostile names", async () => {
  const { stdout } = await runCli([
    "summarize",
    ...captures,
    "--format",
    "html",
    "--top",
    "100",
    "--max-flows",
    "500",
  ]);
  const text = stdout
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'");
  for (const word of [
    "alert(1)</script>",
    "onmouseover",
    "*{display:none}",
    "<h1>owned",
    "]]>",
    "javascript:",
  ]) {
    expect(text).toContain(word);
  }
  expect(text).toContain("\\u202egnp.exe");
  expect(text).toContain("&amp;lt;script&amp;gt;");
});
