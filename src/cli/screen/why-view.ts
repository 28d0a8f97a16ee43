/** The view of one connection: its attribution, and the reasons. */
import { wrapText } from "../../render/render-columns.ts";
import { renderExplanation } from "../../render/render-explanation.ts";
import { formatBytes, formatCount } from "../../render/render-units.ts";
import type { LiveFlow } from "../../reports/flows/live-flows.ts";
import { placeIn } from "./screen-state.ts";
import { textView } from "./text-view.ts";

const INDENT = " ".repeat(4);

export const WHY_VIEW = textView((state, _, { style, measure }) => {
  const { flow } = placeIn(state).scope;
  if (flow === undefined) return [];
  const wrap = (line: string) => wrapText(line, style.width, measure, INDENT);
  const { why } = state;
  const told = factsOf(flow).flatMap(wrap);
  if (why === null) return [...told, "", "Looking through the live flows ..."];
  if (why === "gone") return [...told, "", ...wrap("The flow has ended.")];
  const lines = renderExplanation(why.flow, why.explanation, null).trimEnd().split("\n");
  return [...told, "", ...lines.flatMap(wrap)];
});

/** Facts that are available immediately. */
function factsOf(flow: LiveFlow): string[] {
  const { packets, bytes, start, end, tcp, protocol, serverName, process } = flow;
  const sides = (name: "originator" | "responder") =>
    `${name} sent ${formatBytes(bytes[name])} in ${formatCount(packets[name])} packets`;
  return [
    `${sides("originator")}, ${sides("responder")}`,
    [
      start === null ? "" : `from ${start} to ${end}`,
      tcp ?? "",
      protocol === null ? "" : `speaks ${protocol}`,
      serverName === null ? "" : `server name ${serverName}`,
      process === null ? "" : `process ${process}`,
    ]
      .filter((part) => part !== "")
      .join(", "),
  ];
}
