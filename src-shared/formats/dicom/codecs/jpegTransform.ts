/** BASIS[u * 8 + x] = C(u)/2 · cos((2x + 1) u π / 16). */
const BASIS = Float64Array.from({ length: 64 }, (_, i) => {
  const u = i >> 3;
  const x = i & 7;
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

const rows = new Float64Array(64);

/** Dequantised inverse discrete cosine transform of one 8 × 8 block (ITU T.81 A.3.3), rows first. */
export function inverseTransform(
  coefficients: Int16Array,
  offset: number,
  quantisation: Float64Array,
  out: Float64Array,
): void {
  for (let v = 0; v < 8; v++) {
    for (let x = 0; x < 8; x++) rows[v * 8 + x] = 0;
    for (let u = 0; u < 8; u++) {
      const c = coefficients[offset + v * 8 + u] ?? 0;
      if (c === 0) continue;
      const value = c * (quantisation[v * 8 + u] ?? 0);
      for (let x = 0; x < 8; x++) rows[v * 8 + x] = (rows[v * 8 + x] ?? 0) + value * (BASIS[u * 8 + x] ?? 0);
    }
  }
  for (let x = 0; x < 8; x++) {
    for (let y = 0; y < 8; y++) {
      let sum = 0;
      for (let v = 0; v < 8; v++) sum += (rows[v * 8 + x] ?? 0) * (BASIS[v * 8 + y] ?? 0);
      out[y * 8 + x] = sum;
    }
  }
}
