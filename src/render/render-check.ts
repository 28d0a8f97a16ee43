/** The result of a check, for people and for test runners. Names in it are hostile text. */
import type { Assertion, CheckResult, Deviation } from "../reports/compare/expectation-check.ts";
import { escapeText } from "./render-escape.ts";
import { formatCount } from "./render-units.ts";

/** The formats of `check`: a table, a JUnit report, GitHub workflow commands, TAP 13. */
export const CHECK_FORMATS = ["table", "junit", "github", "tap"] as const;
/** One of the formats. */
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** What was checked. */
export interface CheckedFiles {
  /** The name of the capture in results. */
  readonly capture: string;
  /** The file of expectations. */
  readonly expected: string;
  /** The command to run if the capture is right: shell words, quoted. */
  readonly accept: string;
}

/** Renders the result in a format; ends with a line end. */
export function renderCheck(result: CheckResult, files: CheckedFiles, format: CheckFormat): string {
  return `${RENDERERS[format](result, files).join("\n")}\n`;
}

const RENDERERS: Readonly<Record<CheckFormat, (result: CheckResult, files: CheckedFiles) => string[]>> = {
  table: tableLines,
  junit: junitLines,
  github: githubLines,
  tap: tapLines,
};

function tableLines({ assertions, deviations }: CheckResult, files: CheckedFiles): string[] {
  const total = formatCount(assertions.length);
  const name = escapeText(files.capture);
  if (deviations.length === 0) return [`${name}: as expected, ${total} checked`];
  return [
    `${name}: ${formatCount(deviations.length)} of ${total} differ`,
    ...deviationLines(deviations),
    `To accept what the capture shows: ${files.accept}`,
  ];
}

/** A line for each, with its subject in a column of its own. */
export function deviationLines(deviations: readonly Deviation[]): string[] {
  const width = Math.min(MOST_SUBJECT, Math.max(0, ...deviations.map(({ subject }) => subject.length)));
  return deviations.map((one) => `  ${escapeText(one.subject).padEnd(width)}  ${escapeText(saidOf(one))}`);
}

/** Longer names push the rest of their line to the right. */
const MOST_SUBJECT = 32;

/** "verdict needs works, the capture shows refused" */
function saidOf({ what, problem }: Deviation): string {
  return what === "" ? problem : `${what} ${problem}`;
}

function isMet(assertion: Assertion): assertion is Assertion & { readonly problem: null } {
  return assertion.problem === null;
}

/** A report that JUnit's tools and most CI servers read. */
function junitLines({ assertions, deviations }: CheckResult, { capture, expected }: CheckedFiles): string[] {
  const counts = `tests="${assertions.length}" failures="${deviations.length}"`;
  const name = `appleflow check ${capture}`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${xmlText(name)}" ${counts}>`,
    ...assertions.flatMap((one) => {
      const start = `    <testcase classname="${xmlText(expected)}" name="${xmlText(one.path)}"`;
      if (isMet(one)) return [`${start}/>`];
      const message = xmlText(`${one.subject}: ${saidOf(one as Deviation)}`);
      return [`${start}>`, `      <failure message="${message}"/>`, "    </testcase>"];
    }),
    "  </testsuite>",
    "</testsuites>",
  ];
}

/** Controls are not allowed in XML, not even escaped (XML 1.0, 2.2): they are spelled out first. */
function xmlText(text: string): string {
  return escapeText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Workflow commands: an annotation of the file for each deviation. */
function githubLines({ assertions, deviations }: CheckResult, { capture, expected }: CheckedFiles): string[] {
  const counts = `${deviations.length} of ${assertions.length} differ`;
  const summary = deviations.length === 0 ? `as expected, ${assertions.length} checked` : counts;
  return [
    ...deviations.map((one) => {
      const title = `file=${githubProperty(expected)},title=${githubProperty(one.subject)}`;
      return `::error ${title}::${githubText(`${capture}: ${one.subject} ${saidOf(one)} (${one.path})`)}`;
    }),
    // A line that is not a command stays in the log unchanged.
    `${escapeText(capture).replace(/^::/, " ::")}: ${summary}`,
  ];
}

function githubText(text: string): string {
  return escapeText(text).replaceAll("%", "%25");
}

function githubProperty(text: string): string {
  return githubText(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** Test Anything Protocol, version 13: Perl's harness supports no later one, and newer readers accept it. */
function tapLines({ assertions }: CheckResult, { capture }: CheckedFiles): string[] {
  return [
    "TAP version 13",
    `# ${tapText(capture)}`,
    `1..${assertions.length}`,
    ...assertions.flatMap((one, i) => {
      const name = `${i + 1} - ${tapText(one.path)}`;
      if (isMet(one)) return [`ok ${name}`];
      const message = JSON.stringify(escapeText(`${one.subject}: ${saidOf(one as Deviation)}`));
      return [`not ok ${name}`, "  ---", `  message: ${message}`, "  ..."];
    }),
  ];
}

/** "#" would begin a directive. */
function tapText(text: string): string {
  return escapeText(text).replaceAll("\\", "\\\\").replaceAll("#", "\\#");
}
