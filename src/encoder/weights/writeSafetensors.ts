import { type NamedTensor, writeHeader } from "./safetensors";

/** A safetensors file of 32-bit tensors, in the order given; marked as PyTorch's, as readers ask. */
export function writeSafetensors(tensors: ReadonlyMap<string, NamedTensor>): ArrayBuffer {
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  const { bytes: head, starts, size } = writeHeader(shapes, { format: "pt" });
  const bytes = new Uint8Array(size);
  bytes.set(head);
  for (const [name, { values }] of tensors) {
    const own = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    bytes.set(own, starts.get(name));
  }
  return bytes.buffer;
}
