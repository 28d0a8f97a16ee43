/** The part of the package cap 0.2.1 that is used; the package has no types of its own. */
declare module "cap" {
  interface Device {
    readonly name: string;
    readonly description?: string;
    readonly flags?: string;
    readonly addresses: readonly { readonly addr?: string }[];
  }
  class Cap {
    static deviceList(): Device[];
    /** Returns the link type by name. `buffer` is borrowed: keep a reference for as long as the capture lasts. */
    open(device: string, filter: string, bufferBytes: number, buffer: Buffer): string;
    on(event: "packet", listener: (length: number, isTruncated: boolean) => void): this;
    close(): void;
  }
  const addon: { readonly Cap: typeof Cap };

  export type { Cap };
  export default addon;
}
