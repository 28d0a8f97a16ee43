/** The package cap 0.2.1, as far as it is used: it brings no types. */
declare module "cap" {
  interface Device {
    readonly name: string;
    readonly description?: string;
    readonly flags?: string;
    readonly addresses: readonly { readonly addr?: string }[];
  }
  class Cap {
    static deviceList(): Device[];
    /** Answers the link type in words. `buffer` is only borrowed: keep it for as long as the capture lasts. */
    open(device: string, filter: string, bufferBytes: number, buffer: Buffer): string;
    on(event: "packet", listener: (length: number, isTruncated: boolean) => void): this;
    close(): void;
  }
  const addon: { readonly Cap: typeof Cap };

  export type { Cap };
  export default addon;
}
