import { describe, expect, it } from 'vitest';
import { distance, dot, subtract, type Vector3 } from '../../../src-shared/geometry/index.ts';
import { axialGrid, phantomImage, turnedGrid } from '../harness/phantom.ts';
import { fitCameras, initialState } from '../state.ts';
import { PLANE_KINDS, sliceFrame } from './frame.ts';
import { GAP, paneAt, paneRectangles } from './layout.ts';
import { paneMapping, panePlane, patientToPixel, pixelToPatient } from './pane.ts';
import { pickInSpace, spaceAxes, turnCamera } from './space.ts';

const flat = (): number => 0;
const straight = phantomImage(axialGrid([40, 30, 20], [2, 3, 5], [-39, -43.5, -47.5]), flat, false);
const turned = phantomImage(turnedGrid(straight.grid, 25), flat, false);
const size = { width: 501, height: 333 };

describe('layout', () => {
  it('V5: four panes fill the element but for the seams, on device pixels', () => {
    for (const ratio of [1, 1.25, 1.5, 2]) {
      const panes = paneRectangles('four', 'axial', 1001, 703, ratio);
      expect(panes.map((p) => p.pane)).toEqual(['axial', 'sagittal', 'coronal', '3d']);
      const [axial, sagittal, coronal] = panes;
      expect(sagittal!.x + sagittal!.width).toBeCloseTo(Math.round(1001 * ratio) / ratio, 9);
      expect(sagittal!.x - axial!.width).toBeGreaterThanOrEqual(GAP - 1 / ratio);
      expect(coronal!.y).toBe(paneRectangles('four', 'axial', 1001, 703, ratio)[3]!.y);
      for (const pane of panes)
        for (const edge of [pane.x, pane.y, pane.width, pane.height])
          expect(edge * ratio).toBeCloseTo(Math.round(edge * ratio), 6);
    }
  });

  it('V5: the active pane is the large one of one and three', () => {
    const panes = paneRectangles('one-and-three', 'coronal', 902, 600);
    expect(panes.map((p) => p.pane)).toEqual(['coronal', 'axial', 'sagittal', '3d']);
    expect(panes[0]).toMatchObject({ x: 0, y: 0, width: 600, height: 600 });
    expect(paneAt(panes, 700, 590)?.pane).toBe('3d');
    expect(paneAt(panes, 601, 10)).toBeNull();
  });

  it('V5: an element without size has no panes', () => {
    expect(paneRectangles('four', 'axial', 0, 0)).toEqual([]);
    expect(paneRectangles('axial', 'axial', 300, 0)).toEqual([]);
    expect(paneRectangles('one-and-three', 'axial', 1, 1)).toEqual([]);
  });
});

describe('panes', () => {
  it('V4: pixels and points belong together both ways, on straight and oblique volumes', () => {
    for (const image of [straight, turned]) {
      const state = initialState([image], 1000, 800);
      for (const kind of PLANE_KINDS) {
        const mapping = paneMapping(state, kind, size);
        for (const [x, y] of [
          [0, 0],
          [500, 0],
          [13.5, 332],
          [250.5, 166.5],
        ] as const) {
          const point = pixelToPatient(mapping, x, y);
          const back = patientToPixel(mapping, point);
          expect(back.x).toBeCloseTo(x, 8);
          expect(back.y).toBeCloseTo(y, 8);
          const { normal } = sliceFrame(state).axes[kind];
          expect(dot(subtract(point, state.crosshair), normal)).toBeCloseTo(0, 8);
        }
        const centre = pixelToPatient(mapping, size.width / 2, size.height / 2);
        expect(dot(subtract(centre, state.cameras[kind].centre), mapping.plane.u)).toBeCloseTo(0, 8);
      }
    }
  });

  it('the plane stays the same when the picture is moved or magnified', () => {
    const state = initialState([turned], 1000, 800);
    const moved = {
      ...state,
      cameras: { ...state.cameras, axial: { centre: [5, 6, 7] as Vector3, millimetresPerPixel: 0.1 } },
    };
    expect(panePlane(moved, 'axial')).toEqual(panePlane(state, 'axial'));
  });

  it('the whole volume is in every pane at one scale after fitting', () => {
    for (const image of [straight, turned]) {
      const state = fitCameras(initialState([image], 300, 200), 1000, 800);
      expect(new Set(PLANE_KINDS.map((kind) => state.cameras[kind].millimetresPerPixel)).size).toBe(1);
      for (const pane of paneRectangles('four', 'axial', 1000, 800)) {
        if (pane.pane === '3d') continue;
        const mapping = paneMapping(state, pane.pane, pane);
        for (const corner of sliceFrame(state).corners) {
          const { x, y } = patientToPixel(mapping, corner);
          expect(x).toBeGreaterThan(0);
          expect(x).toBeLessThan(pane.width);
          expect(y).toBeGreaterThan(0);
          expect(y).toBeLessThan(pane.height);
        }
      }
    }
  });
});

describe('3D', () => {
  it('turning keeps the focus and the distance, and turning back comes back', () => {
    const camera = initialState([straight], 800, 600).cameras['3d'];
    const turnedCamera = turnCamera(camera, 40, 0);
    expect(distance(turnedCamera.position, camera.focus)).toBeCloseTo(
      distance(camera.position, camera.focus),
      9,
    );
    const back = turnCamera(turnedCamera, -40, 0);
    back.position.forEach((value, axis) => expect(value).toBeCloseTo(camera.position[axis as 0 | 1 | 2], 9));
    const { right, up, forward } = spaceAxes(turnedCamera);
    expect(dot(right, up)).toBeCloseTo(0, 12);
    expect(dot(up, forward)).toBeCloseTo(0, 12);
  });

  it('a drag to the right brings what was on the left to the front', () => {
    // Seen from in front: the patient's right is on the left. Turned by 90° to the right one looks at that right side.
    const camera = {
      position: [0, -500, 0] as Vector3,
      focus: [0, 0, 0] as Vector3,
      up: [0, 0, 1] as Vector3,
      millimetresPerPixel: 1,
    };
    const { position } = turnCamera(camera, 90, 0);
    position.forEach((value, axis) => expect(value).toBeCloseTo([-500, 0, 0][axis]!, 9));
  });

  it('picks the plane nearest to the eye', () => {
    const state = {
      ...initialState([straight], 800, 600),
      crosshair: [1, 1.5, 2.5] as Vector3,
    };
    const front = {
      ...state,
      cameras: {
        ...state.cameras,
        '3d': {
          position: [0, -500, 0] as Vector3,
          focus: [0, 0, 0] as Vector3,
          up: [0, 0, 1] as Vector3,
          millimetresPerPixel: 1,
        },
      },
    };
    // From straight in front only the coronal plane has an area.
    expect(
      pickInSpace(front, { width: 200, height: 200 }, 110, 80)!.map((value) => Math.round(value * 1e6) / 1e6),
    ).toEqual([10, 1.5, 20]);
    expect(pickInSpace(front, { width: 200, height: 200 }, 199, 100)).toBeNull();
  });
});
