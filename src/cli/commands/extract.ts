/** `appleflow extract`: the packets of some flows, as a capture. */
import type { Command } from "commander";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { escapeText } from "../../render/render-escape.ts";
import { countOf } from "../../render/render-units.ts";
import type { CommandContext } from "../command-context.ts";
import { UsageError } from "../environment.ts";
import {
  addPacketCaptureOptions,
  type CaptureCommandOptions,
  capturesArgument,
  deviceOption,
  productOption,
} from "../reading-options.ts";
import { chosenFlows } from "./chosen-flows.ts";
import { checkTerminal, type NotedTask, runNotedCapture } from "./noted-capture.ts";

const EXAMPLES = `
Examples:
  appleflow extract office.pcap --product "Software Update" -o updates.pcapng
  appleflow extract office.pcap --product FaceTime --product Siri -o two.pcapng
  appleflow extract office.pcap --device annas-iphone -o anna.pcapng
  appleflow extract office.pcap --product FaceTime -o - | tshark -r -

Writes the packets of flows that evidence attributes to a product, alone or with
others; a port alone is not enough. With --product and --device, flows must
match both. Packets without ports (ARP, ICMP) belong to no flow and are left
out. Captures are read at least twice, so pipes do not work.`;

/** Defines the command. */
export function defineExtract(command: Command, { environment, finish }: CommandContext): void {
  addPacketCaptureOptions(command.addArgument(capturesArgument()))
    .addOption(productOption())
    .addOption(deviceOption())
    .addHelpText("after", EXAMPLES)
    .action(async (captures: string[], options: CaptureCommandOptions) => {
      checkOptions(options);
      checkTerminal(options, environment);
      const taskOf = ({ services }: { readonly services: ServiceTable }) => extraction(options, services);
      finish(await runNotedCapture(captures, options, environment, taskOf));
    });
}

function checkOptions({ product, device, evidence }: CaptureCommandOptions): void {
  if (product === undefined && device === undefined) {
    throw new UsageError("extract needs --product NAME, --device NAME, or both");
  }
  if (!evidence) {
    throw new UsageError(
      "extract cannot be combined with --no-evidence: products and devices are known by evidence",
    );
  }
}

/** Throws `UsageError` for an unknown product. */
function extraction(options: CaptureCommandOptions, services: ServiceTable): NotedTask {
  const { device, products: names = [] } = chosenFlows(options, services);
  let possible = 0;
  return {
    noteOf({ products, candidates }) {
      if (names.length === 0 || names.some((name) => products.includes(name))) return "";
      if (names.some((name) => candidates.includes(name))) possible++;
      return null;
    },
    keepsOthers: false,
    hasComments: false,
    ...(device !== undefined && { device }),
    notesOf({ flows }) {
      if (flows > 0 || names.length === 0) return [];
      const byPort = possible === 0 ? "" : `; a port alone allows it in ${countOf(possible, "flow")}`;
      return [`no flow is known to belong to ${escapeText(names.join(" or "))}${byPort}`];
    },
  };
}
