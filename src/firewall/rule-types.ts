/** What rules are held to besides a packet, and where they send it. */

import type { SetFinder } from "./nft-match.ts";
import type { NftRule } from "./nft-ruleset.ts";

/** Where a rule sends a packet. */
export type Verdict =
  | { readonly kind: "accept" | "drop" | "return" }
  | { readonly kind: "jump" | "goto"; readonly target: string }
  /** Something happens that is not understood: the packet may be let through, be dropped, or go on. */
  | { readonly kind: "unknown" };

/** What a rule is held to besides the packet. */
export interface RuleContext {
  readonly findSet: SetFinder;
  /** Whether what comes to the rule's verdict is dropped: it drops, or jumps to a chain that lets nothing through. */
  readonly blocks: (rule: NftRule) => boolean;
}
