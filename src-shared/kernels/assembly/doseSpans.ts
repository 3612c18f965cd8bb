// Samples a dose grid along straight spans into a weighted histogram. The scalar twin, ../doseSpansTwin.ts, does the
// same operations in the same order: both give the same bits. No fused multiply-add, no relaxed SIMD.

let dose: usize = 0;
let row: usize = 0;
let histogram: usize = 0;
let nx: i32 = 0, ny: i32 = 0, nz: i32 = 0, bins: i32 = 0;
let low: f64 = 0, scale: f64 = 0;
let sum: f64 = 0, noValue: f64 = 0, least: f64 = 0, greatest: f64 = 0;

/** Pointers in bytes: the grid (float32), a row of nx float64, the histogram (float64), which is cleared. */
export function begin(dosePointer: usize, x: i32, y: i32, z: i32, rowPointer: usize, histogramPointer: usize, binCount: i32, lowest: f64, perUnit: f64): void {
  dose = dosePointer;
  nx = x;
  ny = y;
  nz = z;
  row = rowPointer;
  histogram = histogramPointer;
  bins = binCount;
  low = lowest;
  scale = perUnit;
  sum = 0;
  noValue = 0;
  least = Infinity;
  greatest = -Infinity;
  memory.fill(histogram, 0, (<usize>bins) << 3);
}

export function getSum(): f64 { return sum; }
export function getNoValue(): f64 { return noValue; }
export function getLeast(): f64 { return least; }
export function getGreatest(): f64 { return greatest; }

@inline
function cell(x: f64, n: i32): i32 {
  const c = <i32>Math.floor(x);
  return max(0, min(c, n - 2));
}

@inline
function pair(p: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(p));
}

@inline
function blend(a: v128, b: v128, f: v128): v128 {
  return f64x2.add(a, f64x2.mul(f64x2.sub(b, a), f));
}

@inline
function take(d: f64, weight: f64): void {
  if (d != d) {
    noValue += weight;
    return;
  }
  const b = max(0, min(<i32>((d - low) * scale), bins - 1));
  const at = histogram + ((<usize>b) << 3);
  store<f64>(at, load<f64>(at) + weight);
  sum += d * weight;
  if (d < least) least = d;
  if (d > greatest) greatest = d;
}

/** `count` samples from (x, y, z) by (dx, dy, dz), in grid indices inside the grid, each of volume `weight`. */
export function addSpan(x: f64, y: f64, z: f64, dx: f64, dy: f64, dz: f64, count: i32, weight: f64): void {
  if (dy == 0 && dz == 0) alongRow(x, y, z, dx, count, weight);
  else anyWay(x, y, z, dx, dy, dz, count, weight);
}

function alongRow(x: f64, y: f64, z: f64, dx: f64, count: i32, weight: f64): void {
  const j = cell(y, ny), k = cell(z, nz);
  const fy = y - <f64>j, fz = z - <f64>k, wy = f64x2.splat(fy), wz = f64x2.splat(fz);
  const last = x + <f64>(count - 1) * dx;
  const from = cell(Math.min(x, last), nx), to = cell(Math.max(x, last), nx) + 1;
  const p00 = dose + ((<usize>((k * ny + j) * nx)) << 2), p10 = p00 + ((<usize>nx) << 2);
  const p01 = p00 + ((<usize>(nx * ny)) << 2), p11 = p01 + ((<usize>nx) << 2);
  let c = from;
  for (; c < to; c += 2) {
    const o = (<usize>c) << 2;
    const lower = blend(pair(p00 + o), pair(p10 + o), wy), upper = blend(pair(p01 + o), pair(p11 + o), wy);
    v128.store(row + ((<usize>c) << 3), blend(lower, upper, wz));
  }
  if (c == to) {
    const o = (<usize>c) << 2;
    const a = <f64>load<f32>(p00 + o), b = <f64>load<f32>(p10 + o), d = <f64>load<f32>(p01 + o), e = <f64>load<f32>(p11 + o);
    const lower = a + (b - a) * fy, upper = d + (e - d) * fy;
    store<f64>(row + ((<usize>c) << 3), lower + (upper - lower) * fz);
  }
  for (let i = 0; i < count; i++) {
    const s = x + <f64>i * dx, q = cell(s, nx), at = row + ((<usize>q) << 3);
    const a = load<f64>(at), b = load<f64>(at + 8);
    take(a + (b - a) * (s - <f64>q), weight);
  }
}

function anyWay(x: f64, y: f64, z: f64, dx: f64, dy: f64, dz: f64, count: i32, weight: f64): void {
  const stepY = (<usize>nx) << 2, stepZ = (<usize>(nx * ny)) << 2;
  for (let i = 0; i < count; i++) {
    const n = <f64>i, px = x + n * dx, py = y + n * dy, pz = z + n * dz;
    const q = cell(px, nx), j = cell(py, ny), k = cell(pz, nz);
    const p = dose + ((<usize>((k * ny + j) * nx + q)) << 2);
    const wy = f64x2.splat(py - <f64>j);
    const lower = blend(pair(p), pair(p + stepY), wy), upper = blend(pair(p + stepZ), pair(p + stepZ + stepY), wy);
    const both = blend(lower, upper, f64x2.splat(pz - <f64>k));
    const a = f64x2.extract_lane(both, 0), b = f64x2.extract_lane(both, 1);
    take(a + (b - a) * (px - <f64>q), weight);
  }
}
