/** @file Sealed bytes: the first 32 are the SHA-256 of all after them. Needs a secure context. */

/** Where the content begins. */
export const sealBytes = 32;

/** Writes the checksum, in place. */
export async function seal(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  bytes.set(await checksum(bytes));
}

/** Whether every byte is what it was when they were sealed. */
export async function isUnbroken(bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (bytes.length < sealBytes) return false;
  const found = await checksum(bytes);
  return found.every((byte, index) => byte === bytes[index]);
}

async function checksum(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.subarray(sealBytes)));
}
