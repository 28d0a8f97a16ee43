/** Context in which rules are evaluated, and their verdicts. */

import type { SetFinder } from "./nft-match.ts";
import type { NftRule } from "./nft-ruleset.ts";

/** Where a rule sends a packet. */
export type Verdict =
  | { readonly kind: "accept" | "drop" | "return" }
  | { readonly kind: "jump" | "goto"; readonly target: string }
  /** An unsupported statement: the packet may be accepted, be dropped, or continue. */
  | { readonly kind: "unknown" };

/** Context of a rule's evaluation besides the packet. */
export interface RuleContext {
  readonly findSet: SetFinder;
  /**
   * Whether packets that reach the rule's verdict are dropped: by the rule itself, or by a chain it jumps to that
   * accepts nothing.
   */
  readonly dropsEverything: (rule: NftRule) => boolean;
}
