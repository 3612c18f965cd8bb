import { SvelteSet } from 'svelte/reactivity';
import {
  emptyState,
  fitCameras,
  initialState,
  type ContoursLayer,
  type DoseLayer,
  type ImageLayer,
  type Layer,
  type ViewportState,
} from '../../viewport/index.ts';
import type { LoadedDose, LoadedStructures, LoadedVolume } from './caseData.ts';
import { hexColour } from './colour.ts';
import { firstPlace, firstStructure, onVoxel } from './firstPlace.ts';
import {
  convertLevels,
  defaultLevels,
  isodoses,
  recolour,
  type LevelPalette,
  type LevelRow,
} from './isodose.ts';
import { CT_PRESETS, presetsByValues, sampledPercentile, type Window, type WindowPreset } from './presets.ts';

export interface RoiRow {
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly volumeCc: number | null;
  readonly colour: string;
  readonly empty: boolean;
}

export const FILL_OPACITY = 0.2;
const FALLBACK_SIZE = { width: 900, height: 800 };

/** What the picture shows: layers from the data and the person's settings, and the state of the view over them. */
export class ReviewScene {
  volume = $state.raw<LoadedVolume | null>(null);
  dose = $state.raw<LoadedDose | null>(null);
  structures = $state.raw<LoadedStructures | null>(null);
  view = $state.raw<ViewportState>(emptyState);
  size = $state.raw(FALLBACK_SIZE);
  window = $state.raw<Window>({ centre: 40, width: 400 });
  presets = $state.raw<readonly WindowPreset[]>(CT_PRESETS);
  inverted = $state(false);
  showDose = $state(true);
  showLines = $state(true);
  washOpacity = $state(0.33);
  levels = $state.raw<readonly LevelRow[]>(defaultLevels('standard'));
  palette = $state<LevelPalette>('standard');
  showStructures = $state(true);
  fill = $state(false);
  selected = $state<number | null>(null);
  readonly hidden = new SvelteSet<number>();
  /** Colours that the person gave in place of the file's. */
  ownColours = $state.raw<Readonly<Record<number, string>>>({});
  ownReference = $state<number | null>(null);
  #planPrescription = $state<number | null>(null);
  #fitted = false;
  /** The person has moved or zoomed the picture: it is not fitted anew when more is known of it. */
  #moved = false;
  /** The person has gone elsewhere: the crosshair stays there. */
  #gone = false;

  readonly unit = $derived(this.dose?.info.unit ?? 'Gy');
  readonly doseMaximum = $derived(this.dose?.info.maximum ?? null);
  /** What 100 % is: the person's own, the plan's prescription, else the maximum of the dose. */
  readonly reference = $derived.by((): number | null => {
    if (this.unit === 'percent') return 100;
    return this.ownReference ?? this.#planPrescription ?? this.doseMaximum;
  });
  readonly referenceSource = $derived.by((): 'own' | 'prescription' | 'maximum' | 'relative' => {
    if (this.unit === 'percent') return 'relative';
    if (this.ownReference !== null) return 'own';
    return this.#planPrescription !== null ? 'prescription' : 'maximum';
  });

  readonly rois = $derived(
    (this.structures?.rois ?? []).map((roi): RoiRow => ({
      number: roi.info.number,
      name: roi.info.name,
      type: roi.info.type,
      volumeCc: roi.info.volumeCc,
      colour: this.ownColours[roi.info.number] ?? hexColour(roi.info.colour),
      empty: roi.contours.length === 0,
    })),
  );

  readonly #image = $derived.by((): ImageLayer | null => {
    const volume = this.volume;
    if (!volume) return null;
    return {
      kind: 'image',
      id: volume.info.uid,
      grid: volume.grid,
      data: volume.data,
      window: this.window,
      inverted: this.inverted,
      visible: true,
      padding: volume.info.padding,
      present: volume.present,
      unit: volume.info.unit === 'stored' ? '' : volume.info.unit,
    };
  });
  /** Two things meet only in one frame of reference; what names none is taken to lie in that of the image. */
  #meetsImage(frame: string | null): boolean {
    const image = this.volume?.info.frameOfReferenceUid ?? null;
    return image === null || frame === null || image === frame;
  }
  /** The dose lies in another frame of reference than the image: it must not be drawn on it. */
  readonly doseElsewhere = $derived(
    this.dose !== null && !this.#meetsImage(this.dose.info.frameOfReferenceUid),
  );
  readonly structuresElsewhere = $derived(
    this.structures !== null && !this.#meetsImage(this.structures.info.frameOfReferenceUid),
  );

  readonly #doseLayer = $derived.by((): DoseLayer | null => {
    const dose = this.dose;
    if (!dose || this.doseElsewhere) return null;
    return {
      kind: 'dose',
      id: dose.info.uid,
      grid: dose.grid,
      data: dose.data,
      levels: isodoses(this.levels, this.reference),
      washOpacity: this.washOpacity,
      lines: this.showLines,
      visible: this.showDose,
      prescription: this.reference,
      unit: dose.info.unit,
    };
  });
  readonly #contours = $derived.by((): ContoursLayer | null => {
    const structures = this.structures;
    if (!structures || this.structuresElsewhere) return null;
    return {
      kind: 'contours',
      id: structures.info.uid,
      visible: this.showStructures,
      rois: structures.rois.map((roi) => ({
        number: roi.info.number,
        name: roi.info.name,
        type: roi.info.type,
        colour: this.ownColours[roi.info.number] ?? hexColour(roi.info.colour),
        visible: !this.hidden.has(roi.info.number),
        selected: roi.info.number === this.selected,
        fillOpacity: this.fill ? FILL_OPACITY : 0,
        contours: roi.contours,
      })),
    };
  });
  readonly state = $derived.by((): ViewportState => {
    const layers: readonly (Layer | null)[] = [this.#image, this.#doseLayer, this.#contours];
    return { ...this.view, layers: layers.filter((layer) => layer !== null) };
  });

  clear(): void {
    this.volume = null;
    this.dose = null;
    this.structures = null;
    this.selected = null;
    this.hidden.clear();
    this.ownColours = {};
    this.ownReference = null;
    this.#planPrescription = null;
    this.#fitted = false;
    this.view = { ...emptyState, layout: this.view.layout };
  }

  setVolume(volume: LoadedVolume | null): void {
    const first = volume !== null && volume.info.uid !== this.volume?.info.uid;
    this.volume = volume;
    if (volume === null) {
      this.#fitted = false;
      return;
    }
    if (first) {
      this.#moved = false;
      this.#gone = false;
      this.#firstWindow(volume);
    } else if (volume.complete && volume.info.unit !== 'HU') this.#usePresets(volume);
    if (!this.#fitted) this.#fitFirst();
    else if (volume.complete && !this.#moved) this.fit();
  }

  #firstWindow(volume: LoadedVolume): void {
    this.inverted = volume.info.modality === 'PT';
    this.#usePresets(volume);
    const preset = this.presets[0];
    if (preset) this.window = { centre: preset.centre, width: preset.width };
  }

  #usePresets(volume: LoadedVolume): void {
    const perSlice = volume.grid.dimensions[0] * volume.grid.dimensions[1];
    const [from, to] = volume.present;
    this.presets =
      volume.info.unit === 'HU'
        ? CT_PRESETS
        : presetsByValues(sampledPercentile(volume.data, from * perSlice, to * perSlice));
  }

  /** The first view waits for the size of the panes and for a picture. */
  #fitFirst(): void {
    const { layout, activePane, showCrosshair, showOverlays } = this.view;
    const fresh = initialState(this.state.layers, this.size.width, this.size.height);
    this.view = {
      ...fitCameras({ ...fresh, layout, activePane }, this.size.width, this.size.height),
      showCrosshair,
      showOverlays,
    };
    this.#fitted = true;
    this.#begin();
  }

  /** Where a reader would go first: the selected structure's middle, else the dose maximum, else the image's middle. */
  #begin(): void {
    if (!this.#fitted || this.#gone) return;
    const place = firstPlace(
      this.structuresElsewhere ? null : this.structures,
      this.selected,
      this.doseElsewhere ? null : this.dose,
    );
    if (place && this.volume) this.view = { ...this.view, crosshair: onVoxel(this.volume.grid, place) };
  }

  setSize(width: number, height: number): void {
    if (width <= 0 || height <= 0 || (width === this.size.width && height === this.size.height)) return;
    const share = Math.min(width / this.size.width, height / this.size.height);
    this.size = { width, height };
    if (this.volume && Math.abs(share - 1) > 0.02) this.fit();
  }

  setStructures(structures: LoadedStructures | null): void {
    this.structures = structures;
    this.hidden.clear();
    this.selected = null;
    if (!structures) return;
    this.selected = firstStructure(structures)?.info.number ?? null;
    if (this.#fitted && !this.#moved) this.fit();
    this.#begin();
  }

  setDose(dose: LoadedDose | null): void {
    this.dose = dose;
    if (dose) this.#begin();
  }

  setPlanPrescription(gy: number | null): void {
    this.#planPrescription = gy;
  }

  /** What a tool or command gives back: parts of the state, the window's among them. */
  apply(change: Partial<ViewportState> | null): void {
    if (!change) return;
    const { layers, ...rest } = change;
    const image = layers?.find((layer): layer is ImageLayer => layer.kind === 'image');
    if (image) {
      this.window = image.window;
      this.inverted = image.inverted;
    }
    if (rest.cameras) this.#moved = true;
    if (rest.crosshair) this.#gone = true;
    if (Object.keys(rest).length > 0) this.view = { ...this.view, ...rest };
  }

  fit(): void {
    this.view = { ...fitCameras(this.state, this.size.width, this.size.height), layers: [] };
  }

  reset(): void {
    if (!this.volume) return;
    this.#gone = false;
    this.#firstWindow(this.volume);
    this.#fitFirst();
  }

  setLayout(layout: ViewportState['layout']): void {
    this.view = { ...this.view, layout };
    this.fit();
  }

  /** A double view of one pane and back. */
  toggleMaximised(): void {
    const { layout, activePane } = this.view;
    this.setLayout(layout === activePane ? 'four' : activePane);
  }

  usePreset(index: number): void {
    const preset = this.presets[index];
    if (preset) this.window = { centre: preset.centre, width: preset.width };
  }

  setPalette(palette: LevelPalette): void {
    this.palette = palette;
    this.levels = recolour(this.levels, palette);
  }

  setLevelUnit(unit: '%' | 'Gy'): void {
    this.levels = convertLevels(this.levels, unit, this.reference);
  }

  /** Selects a structure everywhere; the crosshair goes to its middle where asked. */
  select(number: number | null, go = false): void {
    this.selected = number;
    const centroid = this.structures?.rois.find((roi) => roi.info.number === number)?.info.centroid;
    if (!go || !centroid) return;
    this.#gone = true;
    this.view = { ...this.view, crosshair: centroid };
  }

  selectNext(step: 1 | -1): void {
    const rois = this.rois;
    if (rois.length === 0) return;
    const at = rois.findIndex((roi) => roi.number === this.selected);
    this.select(rois[(at + step + rois.length) % rois.length]?.number ?? null);
  }

  showAll(visible: boolean): void {
    this.hidden.clear();
    if (!visible) for (const roi of this.rois) this.hidden.add(roi.number);
  }
}
