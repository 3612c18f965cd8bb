import { noValue } from './reduction.ts';

export const MAXIMUM_LEVELS = 24;

/** A quad whose corners are given in clip space, image index and dose index; all three are affine on it. */
export const vertexSource = `#version 300 es
precision highp float;
uniform vec3 clip[3];
uniform vec3 imageAt[3];
uniform vec3 doseAt[3];
out vec3 imageIndex;
out vec3 doseIndex;
void main() {
  float a = float(gl_VertexID & 1), b = float(gl_VertexID >> 1);
  gl_Position = vec4(clip[0] + a * clip[1] + b * clip[2], 1.0);
  imageIndex = imageAt[0] + a * imageAt[1] + b * imageAt[2];
  doseIndex = doseAt[0] + a * doseAt[1] + b * doseAt[2];
}`;

/**
 * Image through its window, and over it the wash of the dose. The dose is interpolated here from the eight grid
 * points in full precision: a filter of the hardware has 8-bit weights and smears a missing value.
 */
export const fragmentSource = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler3D;
in vec3 imageIndex;
in vec3 doseIndex;
out vec4 colour;
uniform sampler3D image;
uniform bool hasImage;
uniform vec3 imageSize;
uniform vec3 imageFactors;
uniform float valueScale;
uniform vec2 presentSlices;
uniform vec2 window;
uniform bool inverted;
uniform bool hasPadding;
uniform vec2 padding;
uniform bool cutAway;
uniform float opacity;
uniform bool interpolate;
uniform sampler3D dose;
uniform bool hasDose;
uniform vec3 doseSize;
uniform int levelCount;
uniform float levels[${MAXIMUM_LEVELS}];
uniform vec3 levelColours[${MAXIMUM_LEVELS}];
uniform float washOpacity;
const float noValue = ${noValue.toExponential(1)} * 0.5;

float texel(ivec3 at) {
  return texelFetch(image, clamp(at, ivec3(0), textureSize(image, 0) - 1), 0).r * valueScale;
}

bool isPadding(float value) { return value < noValue || (hasPadding && value >= padding.x && value <= padding.y); }

// Trilinear over the neighbours that hold a value; false where the nearest holds none.
bool blend(vec3 at, out float value) {
  value = texel(ivec3(floor(at + 0.5)));
  if (isPadding(value)) return false;
  vec3 base = floor(at), part = at - base;
  float sum = 0.0, weights = 0.0;
  for (int n = 0; n < 8; n++) {
    ivec3 step = ivec3(n & 1, (n >> 1) & 1, n >> 2);
    vec3 w = mix(1.0 - part, part, vec3(step));
    float weight = w.x * w.y * w.z;
    float neighbour = texel(ivec3(base) + step);
    if (isPadding(neighbour)) continue;
    sum += weight * neighbour;
    weights += weight;
  }
  value = sum / weights;
  return true;
}

bool sampleImage(out float value) {
  value = 0.0;
  if (!hasImage || any(lessThan(imageIndex, vec3(-0.5))) || any(greaterThan(imageIndex, imageSize - 0.5))) return false;
  if (imageIndex.z < presentSlices.x - 0.5 || imageIndex.z > presentSlices.y - 0.5) return false;
  vec3 at = (imageIndex + 0.5) / imageFactors;
  if (hasPadding || interpolate) return blend(at - 0.5, value);
  value = texture(image, at / vec3(textureSize(image, 0))).r * valueScale;
  return value > noValue;
}

float doseTexel(ivec3 at) { return texelFetch(dose, clamp(at, ivec3(0), ivec3(doseSize) - 1), 0).r; }

// The dose exists in the box of the grid's voxel centres, and nowhere next to a missing value. Every term of the
// weights is written out, so that a neighbour of no weight does not count as missing.
bool sampleDose(out float value) {
  value = 0.0;
  vec3 slack = mix(vec3(1e-3), vec3(0.5), lessThan(doseSize, vec3(1.5)));
  if (!hasDose || any(lessThan(doseIndex, -slack)) || any(greaterThan(doseIndex, doseSize - 1.0 + slack))) return false;
  vec3 at = clamp(doseIndex, vec3(0.0), doseSize - 1.0);
  vec3 base = min(floor(at), max(doseSize - 2.0, 0.0)), part = at - base;
  for (int n = 0; n < 8; n++) {
    ivec3 step = ivec3(n & 1, (n >> 1) & 1, n >> 2);
    vec3 w = mix(1.0 - part, part, vec3(step));
    float weight = w.x * w.y * w.z;
    if (weight < 1e-6) continue;
    float neighbour = doseTexel(ivec3(base) + step);
    if (neighbour < noValue) return false;
    value += weight * neighbour;
  }
  return true;
}

void main() {
  float value;
  vec3 shown = vec3(0.0);
  bool seen = sampleImage(value);
  float grey = 0.0;
  if (seen) {
    grey = clamp((value - window.x) / window.y, 0.0, 1.0);
    shown = vec3(inverted ? 1.0 - grey : grey);
  }
  // Inverted, the least is white: a hint of noise would shut the scene in.
  if (cutAway && (!seen || grey <= (inverted ? 0.1 : 0.0))) discard;
  float gray;
  if (sampleDose(gray)) {
    for (int n = 0; n < levelCount; n++) {
      if (gray >= levels[n]) {
        shown = mix(shown, levelColours[n], washOpacity);
        break;
      }
    }
  }
  colour = vec4(shown, opacity);
}`;

/** @throws Error with the driver's log where a shader does not compile; the sources are fixed, so that is a defect. */
export function compileProgram(
  gl: WebGL2RenderingContext,
  vertices: string,
  fragments: string,
): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertices],
    [gl.FRAGMENT_SHADER, fragments],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error('the graphics context gives no shader');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    // Freed with the program.
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    const log = (gl.getAttachedShaders(program) ?? [])
      .map((shader) => gl.getShaderInfoLog(shader))
      .join('\n');
    throw new Error(`shader: ${gl.getProgramInfoLog(program) ?? ''}\n${log}`);
  }
  return program;
}
