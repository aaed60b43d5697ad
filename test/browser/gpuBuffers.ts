/** @file Counts the buffers of a GPU at its own interface. */

/**
 * Starts to count; what it returns tells how many buffers have since been made
 * and not destroyed, and their bytes. tfjs's own count is of its pool only.
 */
export function countGpuBuffers(): () => { buffers: number; bufferBytes: number } {
  const alive = new Map<GPUBuffer, number>();
  const device = GPUDevice.prototype;
  const buffer = GPUBuffer.prototype;
  const [create, destroy] = [device.createBuffer, buffer.destroy];
  device.createBuffer = function (this: GPUDevice, descriptor) {
    const made = create.call(this, descriptor);
    alive.set(made, made.size);
    return made;
  };
  buffer.destroy = function (this: GPUBuffer) {
    alive.delete(this);
    return destroy.call(this);
  };
  return () => ({
    buffers: alive.size,
    bufferBytes: [...alive.values()].reduce((sum, size) => sum + size, 0),
  });
}
