import { contourSurface, type ContourSurface } from '../../src-shared/compute/mesh/index.ts';
import type { TaskRunner } from '../../src-shared/compute/tasks/index.ts';
import { surroundingRois } from './contours/box.ts';
import type { ShownSurface } from './gl/surfacePainter.ts';
import type { ContourRoi, Layer } from './types.ts';

/** Voxels of the mask from which a surface is made: what an overview shows, and a software renderer still draws. */
const VOXELS = 60_000;

/** Surfaces of structures, made by workers; until one has come the structure's contours stand for it. */
export class Surfaces {
  readonly #runner: TaskRunner | null;
  readonly #arrived: () => void;
  /** Null while it is being made, and where there is none. */
  readonly #made = new WeakMap<ContourRoi['contours'], ContourSurface | null>();
  readonly #stop = new AbortController();
  #count = 0;
  #shown: { readonly layers: readonly Layer[]; readonly surfaces: readonly ShownSurface[] } | null = null;

  constructor(runner: TaskRunner | null, arrived: () => void) {
    this.#runner = runner;
    this.#arrived = arrived;
  }

  /** How many have come. */
  get made(): number {
    return this.#count;
  }

  /** Those that are there of what the layers show. The same list until layers or surfaces change. */
  of(layers: readonly Layer[]): readonly ShownSurface[] {
    if (this.#shown?.layers === layers) return this.#shown.surfaces;
    const shells = surroundingRois(layers);
    const surfaces = layers.flatMap((layer) =>
      layer.kind === 'contours' && layer.visible
        ? layer.rois.flatMap((roi): ShownSurface[] => {
            const surface = roi.visible ? this.#made.get(roi.contours) : null;
            if (!surface) return [];
            return [{ surface, colour: roi.colour, selected: roi.selected, shell: shells.has(roi) }];
          })
        : [],
    );
    this.#shown = { layers, surfaces };
    return surfaces;
  }

  /** The layers without the structures that surfaces stand for. */
  without(layers: readonly Layer[]): readonly Layer[] {
    return layers.map((layer) =>
      layer.kind === 'contours'
        ? {
            ...layer,
            rois: layer.rois.filter(
              (roi) =>
                !this.#made.get(roi.contours) ||
                roi.contours.some((contour) => !contour.type.startsWith('CLOSED')),
            ),
          }
        : layer,
    );
  }

  /** Has those made that are missing. */
  ask(layers: readonly Layer[], imageDistance: number): void {
    const runner = this.#runner;
    if (!runner) return;
    for (const layer of layers) {
      if (layer.kind !== 'contours' || !layer.visible) continue;
      for (const { contours, visible } of layer.rois) {
        if (!visible || this.#made.has(contours)) continue;
        this.#made.set(contours, null);
        const input = { contours, imageDistance, voxels: VOXELS };
        runner.run(contourSurface, input, { priority: 'batch', signal: this.#stop.signal }).then(
          (surface) => {
            if (!surface || this.#stop.signal.aborted) return;
            this.#made.set(contours, surface);
            this.#shown = null;
            this.#count++;
            this.#arrived();
          },
          // The contours go on standing for it.
          () => undefined,
        );
      }
    }
  }

  stop(): void {
    this.#stop.abort();
  }
}
