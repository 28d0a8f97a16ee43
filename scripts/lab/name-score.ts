/** Whether lab flows with a queried name are attributed to it exactly, wrongly or not at all. */
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { CapturedSession } from "./captured-session.ts";

/** All possible products behind a name, as a person reads Apple's documents, not as the rules state. */
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
/** By session and name: the product given by the client's user agent. */
export const PRODUCTS_OF_USER_AGENTS: Readonly<Record<string, readonly string[]>> = {
  "apple-proxy gateway.icloud.com": ["iCloud"],
};
/** Names used by lab clients that are not Apple's. */
export const OTHERS_NAMES: readonly string[] = [
  "www.example.com",
  "fakeapple.com",
  "apple.com-support.example",
  "mesu.apple.com.corp.example",
  "courier.push.apple.com.example.net",
  "xn--pple-43d.com",
];

/** Flows of a session by the result of their names. */
export interface NameScore {
  /** Exactly the name's products; for another's name none, and known to be another's. */
  readonly right: number;
  /** A product that the name does not stand for, or not all of its products. */
  readonly wrong: readonly string[];
  /** A name of Apple's, but no product. */
  readonly unnamed: readonly string[];
}

/** Compares flows with names used by the session's clients with the owners of these names. */
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
