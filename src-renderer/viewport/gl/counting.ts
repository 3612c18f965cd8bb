export interface CallCounts {
  texturesCreated: number;
  textureUploads: number;
  shadersCompiled: number;
}

const COUNTED = {
  createTexture: 'texturesCreated',
  texImage2D: 'textureUploads',
  texImage3D: 'textureUploads',
  texSubImage2D: 'textureUploads',
  texSubImage3D: 'textureUploads',
  compileShader: 'shadersCompiled',
} as const satisfies Partial<Record<keyof WebGL2RenderingContext, keyof CallCounts>>;

/** Counts calls on this one context, whoever makes them: vtk.js works on the same one. */
export function countCalls(gl: WebGL2RenderingContext, counts: CallCounts): void {
  for (const [name, counter] of Object.entries(COUNTED) as [keyof typeof COUNTED, keyof CallCounts][]) {
    const original: unknown = Reflect.get(gl, name);
    if (typeof original !== 'function') continue;
    Reflect.set(gl, name, (...parameters: unknown[]): unknown => {
      counts[counter]++;
      return Reflect.apply(original, gl, parameters) as unknown;
    });
  }
}
