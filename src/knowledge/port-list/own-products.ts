/** Products that only a file of the user's own names (`--ports`, `--rules`). */
import type { Product, ProductFamily } from "./product.ts";

/** The family of such products. */
export const OWN_FAMILY: ProductFamily = Object.freeze({
  name: "Own rows",
  description: "Products named by the user's own rows",
});

export class OwnProducts {
  /** By lower-cased name. */
  readonly byName = new Map<string, Product>();
  readonly #isListed: boolean;

  /** `isListed`: whether rows of ports name them. */
  constructor(isListed: boolean) {
    this.#isListed = isListed;
  }

  /** The product of a name, made when it is first asked for; upper and lower case are one. */
  named(name: string): Product {
    const key = name.toLowerCase();
    let product = this.byName.get(key);
    if (product === undefined) {
      product = Object.freeze({
        name,
        aliases: [],
        kind: "apple",
        // Nothing is known of it: its server may be anybody's.
        role: "app",
        family: OWN_FAMILY.name,
        begun: null,
        ended: null,
        begunAtSeconds: null,
        closedAtSeconds: null,
        isListed: this.#isListed,
      });
      this.byName.set(key, product);
    }
    return product;
  }
}
