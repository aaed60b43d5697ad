/** @file Writes safetensors files, sound ones and, on request, broken ones. */

import type { NamedTensor } from "../../src/encoder/weights/safetensors";

/** A file from any header, which need not be true, and any data. */
export function rawSafetensors(header: string, data: ArrayLike<number> = []): ArrayBuffer {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes.buffer;
}

/** A sound file with tensors of 32 bits. */
export function writeSafetensors(tensors: ReadonlyMap<string, NamedTensor>): ArrayBuffer {
  let end = 0;
  const header = Object.fromEntries(
    [...tensors].map(([name, { shape, values }]) => {
      const start = end;
      end += values.byteLength;
      return [name, { dtype: "F32", shape, data_offsets: [start, end] }];
    }),
  );
  const data = new Float32Array([...tensors.values()].flatMap(({ values }) => [...values]));
  return rawSafetensors(JSON.stringify(header), new Uint8Array(data.buffer));
}
