// Samples a dose grid along straight spans into a weighted histogram. Each sample stands for a cell, and is spread over
// the doses that its cell spans by the local gradient. The scalar twin, ../doseSpansTwin.ts, does the
// same operations in the same order: both give the same bits. No fused multiply-add, no relaxed SIMD.

let dose: usize = 0;
let row: usize = 0;
let histogram: usize = 0;
let nx: i32 = 0, ny: i32 = 0, nz: i32 = 0, bins: i32 = 0;
let low: f64 = 0, scale: f64 = 0;
let vx: f64 = 0, vy: f64 = 0, vz: f64 = 0, wx: f64 = 0, wy: f64 = 0, wz: f64 = 0;
let sum: f64 = 0, noValue: f64 = 0, least: f64 = 0, greatest: f64 = 0;

/** Pointers in bytes: the grid (float32), three rows of nx float64, the steps of the histogram (bins + 1 float64), which are cleared. */
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
  memory.fill(histogram, 0, (<usize>(bins + 1)) << 3);
}

/** The other two edges of a sample's cell, in grid indices. */
export function setCell(ax: f64, ay: f64, az: f64, bx: f64, by: f64, bz: f64): void {
  vx = ax;
  vy = ay;
  vz = az;
  wx = bx;
  wy = by;
  wz = bz;
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

/** `weight` spread evenly over the bins from b0 to b1. */
@inline
function deposit(b0: i32, b1: i32, weight: f64): void {
  const first = max(0, min(b0, bins - 1)), last = max(first, min(b1, bins - 1));
  const share = weight / <f64>(last - first + 1);
  const from = histogram + ((<usize>first) << 3), to = histogram + ((<usize>(last + 1)) << 3);
  store<f64>(from, load<f64>(from) + share);
  store<f64>(to, load<f64>(to) - share);
}

/** A sample of dose d whose cell spans the squared width `spread` of doses. */
@inline
function take(d: f64, spread: f64, weight: f64): void {
  if (d != d) {
    noValue += weight;
    return;
  }
  const half = 0.5 * Math.sqrt(spread), at = d - low;
  deposit(<i32>((at - half) * scale), <i32>((at + half) * scale), weight);
  sum += d * weight;
}

@inline
function reach(d: f64): void {
  if (d < least) least = d;
  if (d > greatest) greatest = d;
}

/**
 * The stretch of a grid row from index x0 to x1 > x0 at (y, z), of volume `weight`: one sample in each voxel interval, in
 * which the dose is linear along the row.
 */
export function addRow(x0: f64, x1: f64, y: f64, z: f64, weight: f64): void {
  const from = cell(x0, nx), to = cell(x1, nx);
  blendRow(from, to + 1, y, z);
  const per = weight / (x1 - x0);
  if (from == to) {
    part(from, x0, x1, per);
    return;
  }
  part(from, x0, <f64>(from + 1), per);
  let c = from + 1;
  for (; c + 1 < to; c += 2) twoCells(c, per);
  if (c < to) part(c, <f64>c, <f64>(c + 1), per);
  part(to, <f64>to, x1, per);
}

/** Doses of nodes `from` to `to`, and their slopes along y and z. */
function blendRow(from: i32, to: i32, y: f64, z: f64): void {
  const j = cell(y, ny), k = cell(z, nz);
  const fy = y - <f64>j, fz = z - <f64>k, by = f64x2.splat(fy), bz = f64x2.splat(fz);
  const p00 = dose + ((<usize>((k * ny + j) * nx)) << 2), p10 = p00 + ((<usize>nx) << 2);
  const p01 = p00 + ((<usize>(nx * ny)) << 2), p11 = p01 + ((<usize>nx) << 2);
  const rowY = row + ((<usize>nx) << 3), rowZ = rowY + ((<usize>nx) << 3);
  let c = from;
  for (; c < to; c += 2) {
    const o = (<usize>c) << 2, at = (<usize>c) << 3;
    const a = pair(p00 + o), b = pair(p10 + o), d = pair(p01 + o), e = pair(p11 + o);
    const lower = blend(a, b, by), upper = blend(d, e, by);
    v128.store(row + at, blend(lower, upper, bz));
    v128.store(rowY + at, blend(f64x2.sub(b, a), f64x2.sub(e, d), bz));
    v128.store(rowZ + at, f64x2.sub(upper, lower));
  }
  if (c == to) {
    const o = (<usize>c) << 2, at = (<usize>c) << 3;
    const a = <f64>load<f32>(p00 + o), b = <f64>load<f32>(p10 + o), d = <f64>load<f32>(p01 + o), e = <f64>load<f32>(p11 + o);
    const lower = a + (b - a) * fy, upper = d + (e - d) * fy;
    store<f64>(row + at, lower + (upper - lower) * fz);
    store<f64>(rowY + at, (b - a) + ((e - d) - (b - a)) * fz);
    store<f64>(rowZ + at, upper - lower);
  }
}

/** The part of interval c from index x0 to x1, of volume `per` for each index unit. */
function part(c: i32, x0: f64, x1: f64, per: f64): void {
  const length = x1 - x0, f = 0.5 * (x0 + x1) - <f64>c, at = row + ((<usize>c) << 3), y = at + ((<usize>nx) << 3), z = y + ((<usize>nx) << 3);
  const a = load<f64>(at), gx = load<f64>(at + 8) - a;
  const y0 = load<f64>(y), gy = y0 + (load<f64>(y + 8) - y0) * f;
  const z0 = load<f64>(z), gz = z0 + (load<f64>(z + 8) - z0) * f;
  const du = gx * length, dv = gx * vx + gy * vy + gz * vz, dw = gx * wx + gy * wy + gz * wz;
  // Along the row the extremes are at the ends.
  reach(a + gx * (x0 - <f64>c));
  reach(a + gx * (x1 - <f64>c));
  take(a + gx * f, du * du + dv * dv + dw * dw, per * length);
}

/** Intervals c and c + 1, whole: as `part`, two at a time. */
function twoCells(c: i32, per: f64): void {
  const at = row + ((<usize>c) << 3), y = at + ((<usize>nx) << 3), z = y + ((<usize>nx) << 3), middle = f64x2.splat(0.5);
  const a = v128.load(at), gx = f64x2.sub(v128.load(at + 8), a);
  const gy = blend(v128.load(y), v128.load(y + 8), middle), gz = blend(v128.load(z), v128.load(z + 8), middle);
  const dv = f64x2.add(f64x2.add(f64x2.mul(gx, f64x2.splat(vx)), f64x2.mul(gy, f64x2.splat(vy))), f64x2.mul(gz, f64x2.splat(vz)));
  const dw = f64x2.add(f64x2.add(f64x2.mul(gx, f64x2.splat(wx)), f64x2.mul(gy, f64x2.splat(wy))), f64x2.mul(gz, f64x2.splat(wz)));
  const spread = f64x2.add(f64x2.add(f64x2.mul(gx, gx), f64x2.mul(dv, dv)), f64x2.mul(dw, dw));
  const d = f64x2.add(a, f64x2.mul(gx, middle)), half = f64x2.mul(middle, f64x2.sqrt(spread)), s = f64x2.splat(scale);
  const start = f64x2.add(a, f64x2.mul(gx, f64x2.splat(0))), end = f64x2.add(a, gx);
  reach(f64x2.extract_lane(start, 0));
  reach(f64x2.extract_lane(end, 0));
  reach(f64x2.extract_lane(start, 1));
  reach(f64x2.extract_lane(end, 1));
  const d0 = f64x2.extract_lane(d, 0), d1 = f64x2.extract_lane(d, 1);
  if (d0 != d0 || d1 != d1) {
    take(d0, f64x2.extract_lane(spread, 0), per);
    take(d1, f64x2.extract_lane(spread, 1), per);
    return;
  }
  const over = f64x2.sub(d, f64x2.splat(low));
  const first = i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(f64x2.sub(over, half), s));
  const last = i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(f64x2.add(over, half), s));
  deposit(i32x4.extract_lane(first, 0), i32x4.extract_lane(last, 0), per);
  deposit(i32x4.extract_lane(first, 1), i32x4.extract_lane(last, 1), per);
  sum += d0 * per;
  sum += d1 * per;
}

/** `count` samples from (x, y, z) by (dx, dy, dz), in grid indices inside the grid, each of volume `weight`. */
export function addSpan(x: f64, y: f64, z: f64, dx: f64, dy: f64, dz: f64, count: i32, weight: f64): void {
  const stepY = (<usize>nx) << 2, stepZ = (<usize>(nx * ny)) << 2;
  for (let i = 0; i < count; i++) {
    const n = <f64>i, px = x + n * dx, py = y + n * dy, pz = z + n * dz;
    const q = cell(px, nx), j = cell(py, ny), k = cell(pz, nz), f = px - <f64>q;
    const p = dose + ((<usize>((k * ny + j) * nx + q)) << 2);
    const by = f64x2.splat(py - <f64>j), bz = f64x2.splat(pz - <f64>k);
    const a = pair(p), b = pair(p + stepY), d = pair(p + stepZ), e = pair(p + stepZ + stepY);
    const lower = blend(a, b, by), upper = blend(d, e, by);
    const value = blend(lower, upper, bz), alongY = blend(f64x2.sub(b, a), f64x2.sub(e, d), bz), alongZ = f64x2.sub(upper, lower);
    const v0 = f64x2.extract_lane(value, 0), gx = f64x2.extract_lane(value, 1) - v0;
    const y0 = f64x2.extract_lane(alongY, 0), gy = y0 + (f64x2.extract_lane(alongY, 1) - y0) * f;
    const z0 = f64x2.extract_lane(alongZ, 0), gz = z0 + (f64x2.extract_lane(alongZ, 1) - z0) * f;
    const du = gx * dx + gy * dy + gz * dz, dv = gx * vx + gy * vy + gz * vz, dw = gx * wx + gy * wy + gz * wz;
    const d0 = v0 + gx * f;
    reach(d0);
    take(d0, du * du + dv * dv + dw * dw, weight);
  }
}
