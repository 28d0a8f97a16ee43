/** Signs of whose make something is, as they were seen, and what they add up to. */
import {
  APPLE,
  type DeviceSignKind,
  type DeviceSignRule,
  type DeviceSignStrength,
} from "../../knowledge/evidence/device-signs.ts";

/** Where a sign was seen: those of the data, and an address that the IEEE assigned to Apple. */
export type SeenSignKind = DeviceSignKind | "hardware";

/** A sign as it was seen. */
export interface SeenSign {
  readonly kind: SeenSignKind;
  /** What was sent. Hostile text, at most `LONGEST` characters. */
  readonly text: string;
  readonly maker: string;
  readonly system: string | null;
  readonly strength: DeviceSignStrength;
}

/** What a network address of Apple's shows. */
export const APPLE_HARDWARE: SeenSign = Object.freeze({
  kind: "hardware",
  text: "address of Apple's",
  maker: APPLE,
  system: null,
  strength: "strong",
});

/** Signs that are kept; a device has a few, and who has more has said enough. */
const MOST = 12;
const LONGEST = 96;

const NONE: SeenSign[] = [];

/** A few signs, each row of the data once. */
export class SignBag {
  /** Most have none. */
  #signs: SeenSign[] = NONE;

  /** There is none. */
  get isEmpty(): boolean {
    return this.#signs === NONE;
  }

  get signs(): readonly SeenSign[] {
    return this.#signs;
  }

  /** A text of a packet is the sign of a row. Whether that is news. */
  add(
    kind: DeviceSignKind,
    text: string,
    rule: Pick<DeviceSignRule, "maker" | "system" | "strength">,
  ): boolean {
    const { maker, system, strength } = rule;
    const isKnown = this.#signs.some(
      (sign) => sign.kind === kind && sign.maker === maker && sign.system === system,
    );
    if (isKnown || this.#signs.length >= MOST) return false;
    this.push(Object.freeze({ kind, text: text.slice(0, LONGEST), maker, system, strength }));
    return true;
  }

  /** Adds a sign that was made before. */
  push(sign: SeenSign): void {
    if (this.#signs.length < MOST && !this.#signs.includes(sign)) this.#signs = [...this.#signs, sign];
  }
}

/**
 * Whether signs show a device of Apple's (true) or of another maker (false); null where they say too little, or contradict
 * each other (docs/contract.md, "Devices").
 */
export function isApples(signs: readonly SeenSign[]): boolean | null {
  if (signs.length === 0) return null;
  const apples = weightOf(signs, (maker) => maker === APPLE);
  const others = weightOf(signs, (maker) => maker !== APPLE);
  if (apples > 0 && others > 0) return null;
  if (apples >= ENOUGH) return true;
  return others >= ENOUGH ? false : null;
}

const ENOUGH = 2;

/** A strong sign is enough; so are two others of different kinds. */
function weightOf(signs: readonly SeenSign[], isMeant: (maker: string) => boolean): number {
  const meant = signs.filter(({ maker, strength }) => strength !== "weak" && isMeant(maker));
  if (meant.some(({ strength }) => strength === "strong")) return ENOUGH;
  return new Set(meant.map(({ kind }) => kind)).size;
}
