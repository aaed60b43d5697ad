/** What `scripts/assemblyScript.mjs` makes of a source: a WebAssembly module, as base64. */
declare module "*?assemblyscript" {
  const code: string;
  export default code;
}

declare module "*?assemblyscript=relaxed-simd" {
  const code: string;
  export default code;
}
