/** `appleflow annotate`: captures with what their flows are, as comments for Wireshark. */
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
that is known. All else is written as it was captured, several captures as one
in the order of time. In Wireshark the comments are frame.comment, for filters
and as a column. Captures are read twice, so no pipe. Anything other than
packets and interfaces, such as comments and decryption keys, is not kept.`;

const TASK: NotedTask = {
  noteOf: renderComment,
  keepsOthers: true,
  hasComments: true,
  notesOf: ({ withoutComment }) =>
    withoutComment === 0
      ? []
      : [
          `${countOf(withoutComment, "flow")} without a comment: packets without a time have no place for one`,
        ],
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
