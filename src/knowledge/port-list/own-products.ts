/** Products that only a user's own file names (`--ports`, `--rules`). */
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

  /** `isListed`: whether port rows name them. */
  constructor(isListed: boolean) {
    this.#isListed = isListed;
  }

  /** Returns the product with a name, created on first use; case is ignored. */
  named(name: string): Product {
    const key = name.toLowerCase();
    let product = this.byName.get(key);
    if (product === undefined) {
      product = Object.freeze({
        name,
        aliases: [],
        kind: "apple",
        // Nothing is known about it: anybody may run its server.
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
