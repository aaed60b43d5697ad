import * as tf from "@tensorflow/tfjs-core";

/** The tensors of a kernel call, by name. */
export type Inputs = Record<string, tf.TensorInfo>;

/** A kernel over one backend: inputs and attributes in, one output or several. */
export type Kernel<Backend, Output = tf.TensorInfo | tf.TensorInfo[]> = (
  inputs: Inputs,
  backend: Backend,
  attributes: tf.NamedAttrMap,
) => Output;

/**
 * Whether the backend that runs has a fused kernel of this name. The one place
 * that decides: where it has none, the plain composition beside the kernel runs.
 */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}

/** The value of an operation, and what its gradient needs beside `dy`. */
export interface Forward<T extends tf.Tensor> {
  value: T;
  saved: tf.Tensor[];
}

/**
 * An operation with a gradient of its own.
 *
 * @param gradients by each of the inputs, in their order
 */
export function differentiable<T extends tf.Tensor>(
  inputs: tf.Tensor[],
  forward: () => Forward<T>,
  gradients: (dy: T, saved: tf.Tensor[]) => tf.Tensor[],
): T {
  const operation = tf.customGrad<T>((...parameters) => {
    const save = parameters.at(-1) as tf.GradSaveFunc;
    const { value, saved } = forward();
    save(saved);
    return { value, gradFunc: gradients };
  });
  return operation(...inputs);
}

/**
 * Gives a kernel that is run outside `differentiable` its gradients, each a
 * function that is called only where something that trains stands behind the
 * input: what is frozen costs nothing.
 *
 * @param inputsToSave names of the inputs that gradients need, or "all" of a list
 * @param gradients by each input's name, from dy and what was saved
 */
export function registerGradients(
  kernelName: string,
  inputsToSave: string[] | "all",
  gradients: (
    dy: tf.Tensor,
    saved: tf.Tensor[],
    attributes: tf.NamedAttrMap,
  ) => Record<string, () => tf.Tensor>,
): void {
  tf.registerGradient({
    kernelName,
    ...(inputsToSave === "all" ? { saveAllInputs: true } : { inputsToSave }),
    gradFunc: (dy, saved, attributes) => gradients(dy as tf.Tensor, saved, attributes),
  });
}

/** Registers a kernel once; a page that opens a backend again keeps the first. */
export function registerOnce<Backend>(
  kernelName: string,
  backendName: string,
  kernel: Kernel<Backend>,
): void {
  if (tf.getKernel(kernelName, backendName) !== undefined) return;
  register(kernelName, backendName, kernel);
}

function register<Backend>(
  kernelName: string,
  backendName: string,
  kernel: Kernel<Backend>,
  lifecycle: Pick<tf.KernelConfig, "setupFunc" | "disposeFunc"> = {},
): void {
  tf.registerKernel({
    ...lifecycle,
    kernelName,
    backendName,
    kernelFunc: ({ inputs, backend, attrs }) =>
      kernel(inputs as Inputs, backend as Backend, attrs ?? {}),
  });
}

/**
 * Puts `wrap(original)` in the place of a kernel that tfjs brings. Wrapping
 * twice would only stack the same answer, so it is done once a backend.
 */
export function replaceKernel<Backend>(
  kernelName: string,
  backendName: string,
  wrap: (original: Kernel<Backend, tf.TensorInfo>) => Kernel<Backend>,
): void {
  const mark = `${kernelName}:${backendName}`;
  if (replaced.has(mark)) return;
  const config = tf.getKernel(kernelName, backendName);
  if (config === undefined) throw new Error(`tfjs has no kernel ${kernelName} on ${backendName}`);
  const original: Kernel<Backend, tf.TensorInfo> = (inputs, backend, attributes) =>
    config.kernelFunc({ inputs, backend: backend as object, attrs: attributes }) as tf.TensorInfo;
  tf.unregisterKernel(kernelName, backendName);
  // A backend that is opened anew sets the original up anew.
  const { setupFunc, disposeFunc } = config;
  const lifecycle = { ...(setupFunc && { setupFunc }), ...(disposeFunc && { disposeFunc }) };
  register(kernelName, backendName, wrap(original), lifecycle);
  replaced.add(mark);
}

/** The registry of tfjs is global to the page; so is the list of what was replaced in it. */
const replaced = new Set<string>();

/** An input by name; a kernel called without it is a mistake in our own code. */
export function input(inputs: Inputs, name: string): tf.TensorInfo {
  const found = inputs[name];
  if (found === undefined) throw new TypeError(`kernel input ${name} is missing`);
  return found;
}

/** Tensors as inputs `name0`, `name1`, … of a kernel. */
export function numbered(name: string, tensors: tf.Tensor[]): tf.NamedTensorMap {
  return Object.fromEntries(tensors.map((tensor, index) => [`${name}${index}`, tensor]));
}

/** Length of a tensor along its last axis. */
export function lastAxis({ shape }: tf.TensorInfo): number {
  return shape[shape.length - 1] ?? 1;
}
