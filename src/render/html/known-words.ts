/** What the words mean that stand beside an amount: how a thing is known. */
import type { Evidence } from "../../evidence/attribution/evidence.ts";
import { html, type Markup } from "./markup.ts";

/** What each grade of evidence means. */
export const EVIDENCE_MEANINGS: Readonly<Record<Evidence, string>> = {
  protocol: "the traffic speaks what only Apple's service speaks",
  process: "the capture names the program that sent it",
  announced: "a session that is known said beforehand that it would use this port",
  certificate: "the server showed a certificate for a name of Apple's",
  "server-name": "the client asked the server for a name of Apple's",
  "user-agent": "a program of Apple's named itself, beside the server's name",
  name: "DNS, or multicast DNS, had given the address for a name of Apple's",
  "documented-network": "Apple documents the network for this service",
  address: "the server's address is Apple's; of which product is not known",
};

/** The words of the grades that are used, strongest first, with what they mean. */
export function knownWords(used: ReadonlySet<string>): Markup {
  const shown = (Object.keys(EVIDENCE_MEANINGS) as Evidence[]).filter((grade) => used.has(grade));
  return html`<details>
<summary>What the words under “Known by” mean</summary>
<dl class="words">
${shown.map((grade) => html`<dt>${grade}</dt><dd>${EVIDENCE_MEANINGS[grade]}</dd>\n`)}<dt>+</dt><dd>some of the traffic is known in another way</dd>
</dl>
</details>
`;
}
