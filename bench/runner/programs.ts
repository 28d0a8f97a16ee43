import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compileFloor } from "./native-floor.ts";
import { type Counted, eachLine, findExecutable, type ProgramEntry, type ReadyProgram } from "./program.ts";

const PROJECT = resolve(fileURLToPath(import.meta.url), "../../..");
const PCAP_PARSER_COUNT = join(PROJECT, "bench", "programs", "pcap-parser-count.mjs");

/** All programs of the comparison, in the order in which they run within a round. */
export const PROGRAMS: readonly ProgramEntry[] = [
  {
    name: "appleflow",
    does: "products, flows and ports as JSON",
    find: () => appleflow(),
  },
  {
    name: "by-ports",
    does: "appleflow with --no-evidence: what evidence costs beside it",
    find: () => appleflow("--no-evidence"),
  },
  {
    name: "floor",
    does: "C and libpcap: a flow table, nothing attributed",
    find: (temporary, folder) => nativeFloor("floor.c", ["-lpcap"], temporary, folder),
  },
  {
    name: "mmapfloor",
    does: "C and mmap: the same with prefetching",
    find: (temporary, folder) => nativeFloor("mmapfloor.c", [], temporary, folder),
  },
  {
    name: "capinfos",
    does: "packets and bytes, no flows",
    find: () =>
      installed("capinfos", (path) => ({
        command: (capture) => [path, "-M", "-c", "-d", capture],
        count({ stdout }) {
          const text = readFileSync(stdout, "utf8");
          return {
            packets: matchedNumber(text, /Number of packets:\s+(\d+)/),
            bytes: matchedNumber(text, /Data size:\s+(\d+)/),
          };
        },
      })),
  },
  {
    name: "tcpdump",
    does: "copies the packets to /dev/null, counts nothing",
    find: () =>
      installed("tcpdump", (path) => ({
        command: (capture) => [path, "-r", capture, "-w", "/dev/null"],
        count: () => ({}),
      })),
  },
  {
    name: "softflowd",
    does: "flows, exported to nowhere",
    find: () =>
      installed("softflowd", (path) => ({
        // Version 9: the default of version 5 would omit IPv6. Room for all flows, because it evicts the oldest.
        command: (capture, flows, scratch) =>
          [path, "-r", capture, "-d", "-6", "-v", "9", "-m", `${2 * flows}`, "-c", "none"].concat([
            "-p",
            join(scratch, "pid"),
          ]),
        count({ stdout, stderr }) {
          const text = readFileSync(stdout, "utf8") + readFileSync(stderr, "utf8");
          const processed = matchedNumber(text, /Packets processed: (\d+)/);
          return {
            packets: processed + matchedNumber(text, /Ignored packets: (\d+)/),
            flows: matchedNumber(text, /Flows expired: (\d+)/),
          };
        },
      })),
  },
  {
    name: "nfpcapd",
    does: "flows, written as nfdump files",
    find: () =>
      installed("nfpcapd", (path) => ({
        command: (capture, _flows, scratch) => [path, "-r", capture, "-w", scratch],
        // Its bytes are those of the IP layer and its flows are unidirectional, so only packets are comparable.
        count: ({ stdout, stderr }) => ({
          packets: matchedNumber(
            readFileSync(stdout, "utf8") + readFileSync(stderr, "utf8"),
            /Total: Processed: (\d+)/,
          ),
        }),
      })),
  },
  {
    name: "argus",
    does: "flows with status records, written to a file",
    find: () =>
      installed("argus", (path) => {
        const racount = findExecutable("racount");
        return {
          command: (capture, _flows, scratch) => [
            path,
            "-X",
            "-r",
            capture,
            "-w",
            join(scratch, "argus.out"),
          ],
          count: (_output, scratch) =>
            racount === null ? {} : countArgus(racount, join(scratch, "argus.out")),
        };
      }),
  },
  {
    name: "pcap-parser",
    does: "Node with the npm package: packets, bytes, flows",
    find: () => ({
      command: (capture) => [process.execPath, "--no-deprecation", PCAP_PARSER_COUNT, capture],
      count: ({ stdout }) => countsOfLine(readFileSync(stdout, "utf8")),
    }),
  },
  {
    name: "ndpi",
    does: "ndpiReader: flows and what each of them speaks",
    find: () =>
      installed("ndpiReader", (path) => ({
        command: (capture) => [path, "-i", capture, "-v", "0"],
        // Its bytes include the link layer, and its flows end by its own rules.
        count: ({ stdout }) => ({
          packets: matchedNumber(
            readFileSync(stdout, "latin1"),
            /IP packets:\s+\d+\s+of (\d+) packets total/,
          ),
        }),
      })),
  },
  {
    name: "zeek",
    does: "connections and what is in them, as logs",
    find: () =>
      installed("zeek", (path) => ({
        // Without verifying checksums. It prints no counts.
        command: (capture, _flows, scratch) => [path, "-C", "-r", capture, `Log::default_logdir=${scratch}`],
        count: () => ({}),
      })),
  },
  {
    name: "tshark",
    does: "conversations of TCP and of UDP, everything dissected",
    find: () =>
      installed("tshark", (path) => ({
        command: (capture) => [path, "-q", "-r", capture, "-z", "conv,tcp", "-z", "conv,udp"],
        count: ({ stdout }) => countConversations(stdout),
      })),
  },
];

/** This project's own program. */
function appleflow(...options: readonly string[]): ReturnType<ProgramEntry["find"]> {
  const main = join(PROJECT, "dist", "cli", "main.cjs");
  if (!existsSync(main)) return { absent: "dist/cli/main.cjs is missing: npm run build" };
  return {
    command: (capture) =>
      [process.execPath, main, "summarize", capture, "--format", "json", "--no-progress"].concat(options),
    count({ stdout }) {
      const { capture, flows } = JSON.parse(readFileSync(stdout, "utf8"));
      return { packets: capture.packets, bytes: capture.bytes, flows: flows.total };
    },
  };
}

function installed(name: string, ready: (path: string) => ReadyProgram): ReturnType<ProgramEntry["find"]> {
  const path = findExecutable(name);
  return path === null ? { absent: "not installed" } : ready(path);
}

function nativeFloor(
  source: string,
  flags: readonly string[],
  temporary: string,
  folder: string | null,
): ReturnType<ProgramEntry["find"]> {
  if (folder === null)
    return { absent: `its source is not part of this project; --floor DIR says where ${source} is` };
  const compiled = compileFloor(join(folder, source), flags, temporary);
  if ("absent" in compiled) return compiled;
  return {
    command: (capture) => [compiled.path, capture],
    count: ({ stderr }) => countsOfLine(readFileSync(stderr, "utf8")),
  };
}

/** Parses `packets=1 bytes=2 flows=3`. */
function countsOfLine(text: string): Counted {
  return {
    packets: matchedNumber(text, /packets=(\d+)/),
    bytes: matchedNumber(text, /bytes=(\d+)/),
    flows: matchedNumber(text, /flows=(\d+)/),
  };
}

/** Argus writes several records per flow, so packets and bytes are comparable, but flows are not. */
function countArgus(racount: string, records: string): Counted {
  const text = execFileSync(racount, ["-r", records], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const sum = /^\s*sum\s+\d+\s+(\d+)\s+\d+\s+\d+\s+(\d+)/m.exec(text);
  return { packets: Number(sum?.[1]), bytes: Number(sum?.[2]) };
}

/** One line per conversation: frames and bytes (with a unit in newer versions) to, from and in total. */
async function countConversations(path: string): Promise<Counted> {
  const line = /<->\s+\S+\s+\d+\s+\d+(?:\s[a-zA-Z]+)?\s+\d+\s+\d+(?:\s[a-zA-Z]+)?\s+(\d+)\s/;
  let flows = 0;
  let packets = 0;
  await eachLine(path, (text) => {
    if (!text.includes("<->")) return;
    flows++;
    packets += Number(line.exec(text)?.[1]);
  });
  return { packets, flows };
}

/** NaN, which equals no truth, if the text does not match. */
function matchedNumber(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]);
}
