/** The commands, as the program's help lists them, and their files. A command's file is loaded when the command is used. */
import type { DefineCommand } from "./command-context.ts";

/** A command as listed, before its file is loaded. */
export interface ListedCommand {
  /** The text after its name in the list; a test compares it with the command's own help. */
  readonly usage: string;
  readonly description: string;
  readonly load: () => Promise<DefineCommand>;
}

/** By name, in the order of the help. */
export const COMMANDS: ReadonlyMap<string, ListedCommand> = new Map([
  [
    "summarize",
    {
      usage: "[options] <capture...>",
      description: "Show which traffic is Apple's, how that is known, and how much it is.",
      load: async () => (await import("./commands/summarize.ts")).defineSummarize,
    },
  ],
  [
    "flows",
    {
      usage: "[options] <capture...>",
      description: "List flows, one record each, in the order in which they end.",
      load: async () => (await import("./commands/flows.ts")).defineFlows,
    },
  ],
  [
    "reach",
    {
      usage: "[options] <capture...>",
      description: "Which of Apple's services get through, and what blocks the others.",
      load: async () => (await import("./commands/reach.ts")).defineReach,
    },
  ],
  [
    "annotate",
    {
      usage: "[options] <capture...>",
      description: "Write a copy for Wireshark, with a comment on the first packet of each flow.",
      load: async () => (await import("./commands/annotate.ts")).defineAnnotate,
    },
  ],
  [
    "extract",
    {
      usage: "[options] <capture...>",
      description: "Write the packets of a product or a device as a capture of their own.",
      load: async () => (await import("./commands/extract.ts")).defineExtract,
    },
  ],
  [
    "live",
    {
      usage: "[options] [interface...]",
      description: "Monitor interfaces: which products are on the wire right now.",
      load: async () => (await import("./commands/live.ts")).defineLive,
    },
  ],
  [
    "history",
    {
      usage: "[options] <folder or url>",
      description: "Traffic over days: query the history in a folder or in ClickHouse.",
      load: async () => (await import("./commands/history.ts")).defineHistory,
    },
  ],
  [
    "serve",
    {
      usage: "[options] <folder or url>",
      description: "Show a history in the browser.",
      load: async () => (await import("./commands/serve.ts")).defineServe,
    },
  ],
  [
    "ship",
    {
      usage: "[options] <folder> <url>",
      description: "Send the history in a folder to ClickHouse.",
      load: async () => (await import("./commands/ship.ts")).defineShip,
    },
  ],
  [
    "diff",
    {
      usage: "[options] <before> <after>",
      description: "Compare two captures or saved summaries.",
      load: async () => (await import("./commands/diff.ts")).defineDiff,
    },
  ],
  [
    "check",
    {
      usage: "[options] <capture> <expected>",
      description: "Check a capture against a file of expectations.",
      load: async () => (await import("./commands/check.ts")).defineCheck,
    },
  ],
  [
    "ports",
    {
      usage: "[options] [query]",
      description: "Look up a port or a name in Apple's list.",
      load: async () => (await import("./commands/ports.ts")).definePorts,
    },
  ],
  [
    "products",
    {
      usage: "[options] [name]",
      description: "List the products that Apple's list names, and where.",
      load: async () => (await import("./commands/products.ts")).defineProducts,
    },
  ],
  [
    "rules",
    {
      usage: "[options] [product...]",
      description: "Firewall rules that let the named products through, and nothing else.",
      load: async () => (await import("./commands/rules.ts")).defineRules,
    },
  ],
  [
    "interfaces",
    {
      usage: "[options]",
      description: "List the available interfaces, and what can capture on them.",
      load: async () => (await import("./commands/interfaces.ts")).defineInterfaces,
    },
  ],
  [
    "doctor",
    {
      usage: "",
      description: "Check whether this system can capture live, and what is missing.",
      load: async () => (await import("./commands/doctor.ts")).defineDoctor,
    },
  ],
  [
    "complete",
    {
      usage: "<shell>",
      description: "Print a shell completion script.",
      load: async () => (await import("./commands/complete.ts")).defineComplete,
    },
  ],
]);
