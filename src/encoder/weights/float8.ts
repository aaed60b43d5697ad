/**
 * Widens 8-bit floats of the kind E4M3 without infinities (arXiv 2209.05433, table 1), given as their bits:
 * sign, four bits of exponent with bias 7, three of fraction; 0x7f and 0xff are NaN.
 */
export function float8ToFloat(bits: Uint8Array): Float32Array {
  const out = new Float32Array(bits.length);
  for (let index = 0; index < bits.length; index++) out[index] = valueOfFloat8[bits[index]!]!;
  return out;
}

/** The value of each of the 256 bytes. */
const valueOfFloat8 = Float32Array.from({ length: 256 }, (_, bits) => {
  const sign = bits & 0x80 ? -1 : 1;
  const exponent = (bits >> 3) & 0xf;
  const fraction = bits & 7;
  if (exponent === 15 && fraction === 7) return NaN;
  if (exponent === 0) return sign * fraction * 2 ** -9;
  return sign * (1 + fraction / 8) * 2 ** (exponent - 7);
});
