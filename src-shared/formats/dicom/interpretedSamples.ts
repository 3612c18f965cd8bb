import type { SampleArray } from './codecs/codec.ts';

/**
 * The values that the samples stand for: those of the Bits Stored alone, whose highest is the High Bit. What lies beside
 * them is no part of the value: overlays in old files, the bits of a sign that a codestream leaves out. Gives the same
 * array back where nothing is to be changed, else a new one.
 * @param padding stored values (both included) that stay as they are: what marks a place without a measurement may lie
 * beyond the Bits Stored
 */
export function interpretedSamples(
  {
    samples,
    bitsStored,
    highBit = bitsStored - 1,
  }: { readonly samples: SampleArray; readonly bitsStored: number; readonly highBit?: number },
  padding: { readonly from: number; readonly to: number } | null = null,
): SampleArray {
  if (samples instanceof Float32Array || samples instanceof Float64Array) return samples;
  if (bitsStored >= 8 * samples.BYTES_PER_ELEMENT) return samples;
  const unused = 32 - bitsStored,
    above = 31 - highBit;
  const isSigned =
    samples instanceof Int8Array || samples instanceof Int16Array || samples instanceof Int32Array;
  // A value that does not begin at the lowest bit can look like padding in its cell.
  const kept = padding !== null && (above === unused || isBeyond(padding, bitsStored)) ? padding : null;
  let out = samples;
  for (let i = 0; i < samples.length; i++) {
    const stored = samples[i] ?? 0;
    const value = isSigned ? (stored << above) >> unused : (stored << above) >>> unused;
    if (value === stored || (kept !== null && stored >= kept.from && stored <= kept.to)) continue;
    if (out === samples) out = samples.slice();
    out[i] = value;
  }
  return out;
}

const isBeyond = ({ from, to }: { readonly from: number; readonly to: number }, bits: number): boolean =>
  from >= 2 ** bits || to < -(2 ** (bits - 1));
