import type { Parameters } from "../parameters";
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

/** The values of parameters as such a file. */
export async function writeParameters(parameters: Parameters): Promise<ArrayBuffer> {
  const read = [...parameters].map(async ([name, tensor]): Promise<[string, NamedTensor]> => [
    name,
    { shape: tensor.shape, values: await tensor.data<"float32">() },
  ]);
  return writeSafetensors(new Map(await Promise.all(read)));
}
