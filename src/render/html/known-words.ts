/** Meanings of the words beside an amount that say how it is known. */
import type { Evidence } from "../../evidence/attribution/evidence.ts";
import { html, type Markup } from "./markup.ts";

/** Meaning of each grade of evidence. */
export const EVIDENCE_MEANINGS: Readonly<Record<Evidence, string>> = {
  protocol: "the traffic uses a protocol that only Apple's service uses",
  process: "the capture names the program that sent it",
  announced: "an identified session had announced this port",
  certificate: "the server presented a certificate for an Apple name",
  "server-name": "the client asked the server for an Apple name",
  "user-agent": "an Apple program named itself, in addition to the server name",
  name: "DNS or multicast DNS had returned the address for an Apple name",
  "documented-network": "Apple documents the network for this service",
  address: "the server's address is Apple's; the product is unknown",
};

/** The used grades with their meanings, strongest first. */
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
