/** What the kernel needs of WebAssembly's interface, which the language's own library describes only together with the DOM. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Memory {
    constructor(size: { initial: number; maximum: number; shared: true })
    /** Of the present size: a new one after `grow`. */
    readonly buffer: SharedArrayBuffer
    /** Adds pages of 64 KiB. Throws `RangeError`. */
    grow(pages: number): number
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } })
    readonly exports: Record<string, unknown>
  }
}
