/** `appleflow annotate`: captures with the attribution of their flows as comments for Wireshark. */
import type { Command } from "commander";
import { renderComment } from "../../render/render-comment.ts";
import { countOf } from "../../render/render-units.ts";
import type { CommandContext } from "../command-context.ts";
import { addPacketCaptureOptions, type CaptureCommandOptions, capturesArgument } from "../reading-options.ts";
import { checkTerminal, type NotedTask, runNotedCapture } from "./noted-capture.ts";

const EXAMPLES = `
Examples:
  appleflow annotate office.pcap --output annotated.pcapng
  appleflow annotate monday.pcap tuesday.pcap.gz -o week.pcapng
  tshark -r annotated.pcapng -Y 'frame.comment contains "[identified]"'

The first packet of each flow gets a comment: its class, its products, and how
that is known. Everything else is written as captured; several captures become
one, in order of time. In Wireshark, use frame.comment in filters or as a
column. Captures are read twice, so pipes do not work. Only packets and
interfaces are kept: other comments and decryption keys are not.`;

const TASK: NotedTask = {
  noteOf: renderComment,
  keepsOthers: true,
  hasComments: true,
  notesOf: ({ withoutComment }) =>
    withoutComment === 0
      ? []
      : [`${countOf(withoutComment, "flow")} without a comment: their packets have no time`],
};

/** Defines the command. */
export function defineAnnotate(command: Command, { environment, finish }: CommandContext): void {
  addPacketCaptureOptions(command.addArgument(capturesArgument()))
    .addHelpText("after", EXAMPLES)
    .action(async (captures: string[], options: CaptureCommandOptions) => {
      checkTerminal(options, environment);
      finish(await runNotedCapture(captures, options, environment, () => TASK));
    });
}
