import type { TaskRunner } from '../../src-shared/compute/tasks/index.ts';
import type { Grid, Plane, Vector3 } from '../../src-shared/geometry/index.ts';

/**
 * The face of the viewport: plain state in, pointer events in patient coordinates out. No vtk types. One viewport
 * holds up to four panes over one GL context, so that a volume is one texture whatever the number of panes. It can be
 * disposed at any time and rebuilt from the last state given to it; that is also how a lost context comes back.
 */
export interface ImageLayer {
  readonly kind: 'image';
  readonly id: string;
  readonly grid: Grid;
  /** The object's identity is the texture's identity: same array, same texture. */
  readonly data: Int16Array | Float32Array;
  /** In units of the data: what the window maps from black to white. */
  readonly window: { readonly centre: number; readonly width: number };
  readonly inverted: boolean;
  readonly visible: boolean;
  /** Values (both ends included) that mark "nothing was measured here": drawn black. */
  readonly padding?: { readonly from: number; readonly to: number } | null;
  /** Slices [from, to) that `data` already holds while the volume is still arriving; all of them where not given. */
  readonly present?: readonly [number, number];
  /** Shown beside the window's numbers, 'HU'. */
  readonly unit?: string;
}

export interface IsodoseLevel {
  readonly dose: number;
  /** '#rrggbb' */
  readonly colour: string;
  readonly visible: boolean;
}

export interface DoseLayer {
  readonly kind: 'dose';
  readonly id: string;
  readonly grid: Grid;
  /** Gy; NaN where there is no value. */
  readonly data: Float32Array;
  /** Highest first. Wash takes the colour of the highest level reached; nothing below the lowest. */
  readonly levels: readonly IsodoseLevel[];
  readonly washOpacity: number;
  readonly lines: boolean;
  readonly visible: boolean;
  /** Gy that is 100 % in the legend; without it the legend shows Gy alone. */
  readonly prescription?: number | null;
  /** 'Gy' where not given; 'percent' for relative doses. */
  readonly unit?: 'Gy' | 'percent';
}

export interface ContourRoi {
  readonly number: number;
  readonly name: string;
  /** RT ROI Interpreted Type; 'EXTERNAL' is what the first view is fitted to, and clear in 3D. */
  readonly type?: string;
  /** '#rrggbb' */
  readonly colour: string;
  readonly visible: boolean;
  readonly selected: boolean;
  readonly fillOpacity: number;
  readonly contours: readonly { readonly type: string; readonly points: Float64Array }[];
}

export interface ContoursLayer {
  readonly kind: 'contours';
  readonly id: string;
  readonly rois: readonly ContourRoi[];
  readonly visible: boolean;
}

/** Points and lines with a label: isocentres, beam axes, measurements. */
export interface MarkersLayer {
  readonly kind: 'markers';
  readonly id: string;
  readonly markers: readonly {
    readonly label: string;
    readonly colour: string;
    readonly points: readonly Vector3[];
  }[];
  readonly visible: boolean;
}

export type Layer = ImageLayer | DoseLayer | ContoursLayer | MarkersLayer;

export type PaneKind = 'axial' | 'sagittal' | 'coronal' | '3d';

export interface PlaneCamera {
  /** Point in the middle of the pane, LPS mm. */
  readonly centre: Vector3;
  readonly millimetresPerPixel: number;
}

export interface SpaceCamera {
  readonly position: Vector3;
  readonly focus: Vector3;
  readonly up: Vector3;
  readonly millimetresPerPixel: number;
}

export interface ViewportState {
  readonly layers: readonly Layer[];
  /** Meets all planes. */
  readonly crosshair: Vector3;
  readonly showCrosshair: boolean;
  readonly showOverlays: boolean;
  readonly layout: 'four' | 'one-and-three' | PaneKind;
  readonly activePane: PaneKind;
  readonly cameras: {
    readonly axial: PlaneCamera;
    readonly sagittal: PlaneCamera;
    readonly coronal: PlaneCamera;
    readonly '3d': SpaceCamera;
  };
}

export interface ViewportPointer {
  readonly pane: PaneKind;
  readonly type: 'down' | 'move' | 'up' | 'wheel' | 'double';
  /** 0 left, 1 middle, 2 right; -1 while no button is held. */
  readonly button: number;
  readonly buttons: number;
  /** LPS mm on the pane's plane; null in the 3D pane where the ray meets nothing. */
  readonly point: Vector3 | null;
  /** Device-independent pixels in the pane, and movement since the event before. */
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly wheel: number;
  readonly shift: boolean;
  readonly control: boolean;
  readonly alt: boolean;
  readonly space: boolean;
  /** Size of the pane, device-independent pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Where along the slice bar (0 top, 1 bottom) the pointer is; only for a drag that began on the bar. */
  readonly sliceBar?: number;
}

/** A tool turns pointer events into a new state (or nothing). Tools are state machines of their own. */
export interface Tool {
  readonly id: string;
  readonly cursor: string;
  pointer(event: ViewportPointer, state: ViewportState): Partial<ViewportState> | null;
}

export interface ViewportStatistics {
  /** 3D textures alive. One per volume, whatever the panes. */
  readonly volumeTextures: number;
  readonly texturesCreated: number;
  readonly textureUploads: number;
  readonly shadersCompiled: number;
  readonly contextsLost: number;
  readonly textureFormat: 'r16' | 'r32f' | 'none';
}

export interface ViewportOptions {
  /** Caps the longest side of a 3D texture, voxels; the graphics driver's own limit where lower. */
  readonly maximumTextureSize?: number;
  /** Makes the structures' surfaces for the 3D pane; without it their contours are drawn as lines. */
  readonly runner?: TaskRunner;
}

export interface Viewport {
  setState(state: ViewportState): void;
  readonly state: ViewportState;
  /** Where a pane's plane lies now. */
  plane(pane: 'axial' | 'sagittal' | 'coronal'): Plane;
  onPointer(listener: (event: ViewportPointer) => void): () => void;
  onPane(listener: (pane: PaneKind) => void): () => void;
  /** PNG of one pane or of all, overlays included. */
  capture(pane?: PaneKind): Promise<Blob>;
  statistics(): ViewportStatistics;
  /** What the picture cannot show as it is, one sentence each: a volume drawn at reduced resolution, no WebGL 2. */
  notices(): readonly string[];
  /** Resolves when everything in the state is on screen. */
  settled(): Promise<void>;
  resize(): void;
  dispose(): void;
}
