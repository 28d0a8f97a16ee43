/** Observed signs of the vendor of a device, and their combined meaning. */
import {
  APPLE,
  type DeviceSignKind,
  type DeviceSignRule,
  type DeviceSignStrength,
} from "../../knowledge/evidence/device-signs.ts";

/** Kind of an observed sign: those of the data files, and an address that the IEEE assigned to Apple. */
export type SeenSignKind = DeviceSignKind | "hardware";

/** An observed sign. */
export interface SeenSign {
  readonly kind: SeenSignKind;
  /** The transmitted text. Hostile text, at most `MAX_TEXT_LENGTH` characters. */
  readonly text: string;
  readonly maker: string;
  readonly system: string | null;
  readonly strength: DeviceSignStrength;
}

/** The sign of an Apple hardware address. */
export const APPLE_HARDWARE: SeenSign = Object.freeze({
  kind: "hardware",
  text: "address of Apple's",
  maker: APPLE,
  system: null,
  strength: "strong",
});

/** Maximum number of kept signs; a device has a few, and more add nothing. */
const MAX_SIGNS = 12;
const MAX_TEXT_LENGTH = 96;

const NONE: SeenSign[] = [];

/** A few signs, at most one per row of the data. */
export class SignBag {
  /** Most bags are empty. */
  #signs: SeenSign[] = NONE;

  /** Whether there are no signs. */
  get isEmpty(): boolean {
    return this.#signs === NONE;
  }

  get signs(): readonly SeenSign[] {
    return this.#signs;
  }

  /** Adds a text from a packet that matches a row. Returns whether it is new. */
  add(
    kind: DeviceSignKind,
    text: string,
    rule: Pick<DeviceSignRule, "maker" | "system" | "strength">,
  ): boolean {
    const { maker, system, strength } = rule;
    const isKnown = this.#signs.some(
      (sign) => sign.kind === kind && sign.maker === maker && sign.system === system,
    );
    if (isKnown || this.#signs.length >= MAX_SIGNS) return false;
    this.push(Object.freeze({ kind, text: text.slice(0, MAX_TEXT_LENGTH), maker, system, strength }));
    return true;
  }

  /** Adds an existing sign. */
  push(sign: SeenSign): void {
    if (this.#signs.length < MAX_SIGNS && !this.#signs.includes(sign)) this.#signs = [...this.#signs, sign];
  }
}

/**
 * Whether signs show an Apple device (true) or another vendor's (false); null if they are too weak or contradictory
 * (docs/contract.md, "Devices").
 */
export function isAppleDevice(signs: readonly SeenSign[]): boolean | null {
  if (signs.length === 0) return null;
  const apples = weightOf(signs, (maker) => maker === APPLE);
  const others = weightOf(signs, (maker) => maker !== APPLE);
  if (apples > 0 && others > 0) return null;
  if (apples >= SUFFICIENT) return true;
  return others >= SUFFICIENT ? false : null;
}

const SUFFICIENT = 2;

/** A strong sign is sufficient; so are two others of different kinds. */
function weightOf(signs: readonly SeenSign[], isCounted: (maker: string) => boolean): number {
  const counted = signs.filter(({ maker, strength }) => strength !== "weak" && isCounted(maker));
  if (counted.some(({ strength }) => strength === "strong")) return SUFFICIENT;
  return new Set(counted.map(({ kind }) => kind)).size;
}
