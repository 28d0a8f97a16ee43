/** What shows whose make a device is: signs in what it sends, and the prefixes of Apple's hardware addresses. */

/** Where a sign stands. */
export const DEVICE_SIGN_KINDS = [
  "dhcp-options",
  "vendor-class",
  "host-name",
  "service-type",
  "model",
  "user-agent",
  "captive-host",
  "model-field",
  "maker-field",
] as const;

/** Where a sign of what a device is stands. */
export type DeviceSignKind = (typeof DEVICE_SIGN_KINDS)[number];

/** How much a sign shows: alone enough, enough with one of another kind, nothing. */
export const DEVICE_SIGN_STRENGTHS = ["strong", "medium", "weak"] as const;

/** How much such a sign shows. */
export type DeviceSignStrength = (typeof DEVICE_SIGN_STRENGTHS)[number];

/** One row of signs. */
export interface DeviceSignRule {
  readonly kind: DeviceSignKind;
  /** As it is sent; `*` stands for anything, `?` for a character, `#` for a number. */
  readonly value: string;
  /** The system that it tells, or null. */
  readonly system: string | null;
  /** Of the device or its system; "others": not Apple. */
  readonly maker: string;
  readonly strength: DeviceSignStrength;
}

/** The maker whose devices are looked for. */
export const APPLE = "Apple";

/** What is longer matches nothing. */
const LONGEST = 512;
const PLACEHOLDERS: Readonly<Record<string, string>> = { "*": ".*", "?": ".", "#": "\\d{1,4}" };

/** Signs by their kind. Immutable after construction. */
export class DeviceSigns {
  readonly #exact = new Map<string, DeviceSignRule>();
  /** Those with placeholders, in the order of the rows, and what they match once one was asked for. */
  readonly #patterns: { readonly rule: DeviceSignRule; pattern: RegExp | null }[] = [];

  constructor(rules: readonly DeviceSignRule[]) {
    for (const rule of rules) {
      if (/[*?#]/.test(rule.value)) this.#patterns.push({ rule, pattern: null });
      else this.#exact.set(`${rule.kind} ${rule.value.toLowerCase()}`, rule);
    }
  }

  /** The sign of a kind that a text is, without regard to capital letters, or null. The text may be anything. */
  match(kind: DeviceSignKind, text: string): DeviceSignRule | null {
    if (text.length > LONGEST) return null;
    const exact = this.#exact.get(`${kind} ${text.toLowerCase()}`);
    if (exact !== undefined) return exact;
    for (const entry of this.#patterns) {
      if (entry.rule.kind !== kind) continue;
      entry.pattern ??= patternOf(entry.rule.value);
      if (entry.pattern.test(text)) return entry.rule;
    }
    return null;
  }
}

function patternOf(value: string): RegExp {
  const parts = [...value].map(
    (character) => PLACEHOLDERS[character] ?? character.replace(/[\\^$.*+?()[\]{}|]/, "\\$&"),
  );
  return new RegExp(`^${parts.join("")}$`, "is");
}

/** The prefixes of 24 bits that the IEEE has assigned to Apple. Immutable after construction. */
export class AppleHardware {
  readonly #prefixes: ReadonlySet<number>;

  /** @param prefixes as numbers of 24 bits */
  constructor(prefixes: readonly number[]) {
    this.#prefixes = new Set(prefixes);
  }

  /** @param prefix the first three bytes of a hardware address */
  has(prefix: number): boolean {
    return this.#prefixes.has(prefix);
  }
}

/** What devices are known by. */
export interface DeviceRules {
  readonly signs: DeviceSigns;
  readonly appleHardware: AppleHardware;
}
