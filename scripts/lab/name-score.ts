/** Whether the flows of the lab whose clients asked for a name are named after it: exactly, wrongly or not at all. */
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { CapturedSession } from "./captured-session.ts";

/** The products behind a name, where several are possible all of them; as a person reads Apple's documents, not as the rules give them. */
export const PRODUCTS_OF_NAMES: Readonly<Record<string, readonly string[]>> = {
  "captive.apple.com": ["Captive portal check"],
  "courier.push.apple.com": ["Push notifications"],
  "doh.dns.apple.com": ["Apple DNS over HTTPS"],
  "gateway.icloud.com": ["Apple News", "Find My", "Stocks", "iCloud"],
  "imap.mail.me.com": ["iCloud Mail"],
  "init-p01st.push.apple.com": ["Push notifications"],
  "init.ess.apple.com": ["FaceTime", "iMessage"],
  "init.itunes.apple.com": [
    "App Store",
    "Apple Music",
    "Apple TV app",
    "Device activation",
    "Mac App Store",
    "iTunes Store",
  ],
  "mask-h2.icloud.com": ["iCloud Private Relay"],
  "mask.icloud.com": ["iCloud Private Relay"],
  "mesu.apple.com": ["Software Update"],
  "smtp.mail.me.com": ["iCloud Mail"],
  "swcdn.apple.com": ["Software Update"],
};
/** By session and name: what the client says by its user agent that it is. */
export const PRODUCTS_OF_USER_AGENTS: Readonly<Record<string, readonly string[]>> = {
  "apple-proxy gateway.icloud.com": ["iCloud"],
};
/** Names that clients of the lab ask for and that are not Apple's. */
export const OTHERS_NAMES: readonly string[] = [
  "www.example.com",
  "fakeapple.com",
  "apple.com-support.example",
  "mesu.apple.com.corp.example",
  "courier.push.apple.com.example.net",
  "xn--pple-43d.com",
];

/** Flows of a session by what came of their names. */
export interface NameScore {
  /** Exactly the products of the name; of another's name: none, and known to be another's. */
  readonly right: number;
  /** A product that the name does not stand for, or not all of those that it does. */
  readonly wrong: readonly string[];
  /** A name of Apple's, and no product. */
  readonly unnamed: readonly string[];
}

/** Compares the flows that show a name which the session's clients asked for with whose it is. */
export function scoreNames({ truth, flows }: Pick<CapturedSession, "truth" | "flows">): NameScore {
  const asked = new Set(truth.attempts.flatMap(({ serverName }) => serverName ?? []));
  const wrong: string[] = [];
  const unnamed: string[] = [];
  let right = 0;
  for (const flow of flows) {
    const { serverName, products } = flow;
    if (serverName === null || !asked.has(serverName)) continue;
    const byUserAgent = PRODUCTS_OF_USER_AGENTS[`${truth.session} ${serverName}`];
    const wanted = byUserAgent ?? PRODUCTS_OF_NAMES[serverName] ?? [];
    const isSame = [...products].sort().join() === [...wanted].sort().join();
    if (isSame && flow.class === (wanted.length > 0 ? "identified" : "other")) right++;
    else (products.length === 0 && wanted.length > 0 ? unnamed : wrong).push(describeNaming(flow));
  }
  return { right, wrong, unnamed };
}

function describeNaming({ serverName, class: flowClass, products }: FlowReport): string {
  return `${serverName}: ${flowClass} ${products.join(", ")}`;
}
