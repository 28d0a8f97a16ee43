/** What indicates the vendor of a device: signs in its traffic, and Apple's hardware address prefixes. */

/** Places where a sign can occur. */
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

/** Place where a sign of a device can occur. */
export type DeviceSignKind = (typeof DEVICE_SIGN_KINDS)[number];

/** Strength of a sign: sufficient alone, sufficient with one of another kind, or insufficient. */
export const DEVICE_SIGN_STRENGTHS = ["strong", "medium", "weak"] as const;

/** Strength of a sign. */
export type DeviceSignStrength = (typeof DEVICE_SIGN_STRENGTHS)[number];

/** One row of device signs. */
export interface DeviceSignRule {
  readonly kind: DeviceSignKind;
  /** Value as transmitted; `*` matches any text, `?` one character, `#` a number. */
  readonly value: string;
  /** Operating system that it indicates, or null. */
  readonly system: string | null;
  /** Vendor of the device or its system; "others": not Apple. */
  readonly maker: string;
  readonly strength: DeviceSignStrength;
}

/** The vendor whose devices are detected. */
export const APPLE = "Apple";

/** Longer texts match nothing. */
const MAX_TEXT_LENGTH = 512;
const PLACEHOLDERS: Readonly<Record<string, string>> = { "*": ".*", "?": ".", "#": "\\d{1,4}" };

/** Signs by kind. Immutable after construction. */
export class DeviceSigns {
  readonly #exact = new Map<string, DeviceSignRule>();
  /** Signs with placeholders, in row order; the pattern is compiled on first use. */
  readonly #patterns: { readonly rule: DeviceSignRule; pattern: RegExp | null }[] = [];

  constructor(rules: readonly DeviceSignRule[]) {
    for (const rule of rules) {
      if (/[*?#]/.test(rule.value)) this.#patterns.push({ rule, pattern: null });
      else this.#exact.set(`${rule.kind} ${rule.value.toLowerCase()}`, rule);
    }
  }

  /** Returns the sign of a kind that a text matches, ignoring case, or null. The text may have any content. */
  match(kind: DeviceSignKind, text: string): DeviceSignRule | null {
    if (text.length > MAX_TEXT_LENGTH) return null;
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

/** The 24-bit prefixes that the IEEE has assigned to Apple. Immutable after construction. */
export class AppleHardware {
  readonly #prefixes: ReadonlySet<number>;

  /** @param prefixes 24-bit numbers */
  constructor(prefixes: readonly number[]) {
    this.#prefixes = new Set(prefixes);
  }

  /** @param prefix the first three bytes of a hardware address */
  has(prefix: number): boolean {
    return this.#prefixes.has(prefix);
  }
}

/** Rules for recognising devices. */
export interface DeviceRules {
  readonly signs: DeviceSigns;
  readonly appleHardware: AppleHardware;
}
