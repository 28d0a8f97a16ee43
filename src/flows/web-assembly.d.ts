/** The one part of WebAssembly that is used (see `flow-record.ts`); neither `lib.es2023` nor `@types/node` has it. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { readonly initial: number });
    readonly buffer: ArrayBuffer;
  }
}
