/** Domains in which names have a special meaning: anybody may use them, or they identify persons. */

/** One row of special domains. */
export interface SpecialDomain {
  /** In lower case. */
  readonly domain: string;
  /** Any device may have a name below it, so the name does not identify the owner of a flow. */
  readonly isShared: boolean;
  /** Part of a name in it to hide: labels below the domain, the whole name, or null: no more than for other names. */
  readonly hides: "below" | "whole" | null;
}

/** A special domain whose names are hidden. */
export type HiddenDomain = SpecialDomain & { readonly hides: "below" | "whole" };

/** Maps names to special domains. Immutable after construction. */
export class SpecialDomains {
  readonly #shared = new Set<string>();
  readonly #hidden = new Map<string, HiddenDomain>();

  constructor(rows: readonly SpecialDomain[]) {
    for (const { domain, isShared, hides } of rows) {
      if (isShared) this.#shared.add(domain);
      if (hides !== null) this.#hidden.set(domain, Object.freeze({ domain, isShared, hides }));
    }
  }

  /** Whether a name is below a domain that anybody may use. `name` is in lower case, of any length and content. */
  isBelowShared(name: string): boolean {
    for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
      if (this.#shared.has(name.slice(dot + 1))) return true;
    }
    return false;
  }

  /** The longest domain with names to hide that equals or contains `name`, or null. `name` as above. */
  hiding(name: string): HiddenDomain | null {
    for (let start = 0; ; ) {
      const domain = this.#hidden.get(start === 0 ? name : name.slice(start));
      if (domain !== undefined) return domain;
      const dot = name.indexOf(".", start);
      if (dot < 0) return null;
      start = dot + 1;
    }
  }
}
