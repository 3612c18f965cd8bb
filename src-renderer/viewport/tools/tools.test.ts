import { describe, expect, it } from 'vitest';
import type { Vector3 } from '../../../src-shared/geometry/index.ts';
import { sliceFrame, sliceIndex } from '../geometry/frame.ts';
import { axialGrid, phantomImage } from '../harness/phantom.ts';
import { initialState } from '../state.ts';
import type { ImageLayer, Tool, ViewportPointer, ViewportState } from '../types.ts';
import {
  createCrosshairTool,
  createHands,
  createPanTool,
  createWheelTool,
  createWindowLevelTool,
  createZoomTool,
  invertImage,
  stepSlice,
  zoomBy,
} from './index.ts';

const image = phantomImage(axialGrid([40, 30, 20], [2, 3, 5], [-39, -43.5, -47.5]), () => 0, false);
const start = initialState([image], 1000, 800);
const base: ViewportPointer = {
  pane: 'axial',
  type: 'move',
  button: -1,
  buttons: 0,
  point: [10, 20, 2.5],
  x: 100,
  y: 100,
  dx: 0,
  dy: 0,
  wheel: 0,
  shift: false,
  control: false,
  alt: false,
  space: false,
  width: 500,
  height: 400,
};
type Event = Partial<ViewportPointer>;
const down = (button = 0, more: Event = {}): Event => ({
  type: 'down',
  button,
  buttons: button === 0 ? 1 : button === 1 ? 4 : 2,
  ...more,
});
const move = (dx: number, dy: number, more: Event = {}): Event => ({
  type: 'move',
  buttons: 1,
  dx,
  dy,
  x: 100 + dx,
  y: 100 + dy,
  ...more,
});
const up = (button = 0, more: Event = {}): Event => ({ type: 'up', button, buttons: 0, ...more });
const wheel = (by: number, more: Event = {}): Event => ({ type: 'wheel', wheel: by, ...more });

function play(tool: Tool, events: readonly Event[], from: ViewportState = start): ViewportState {
  return events.reduce((state, event) => ({ ...state, ...tool.pointer({ ...base, ...event }, state) }), from);
}
const windowOf = (state: ViewportState): ImageLayer['window'] => (state.layers[0] as ImageLayer).window;
const axialIndex = (state: ViewportState): number =>
  sliceIndex(sliceFrame(state).axes.axial, state.crosshair);

describe('window and level', () => {
  it('V18: works while the button is held and not after', () => {
    const tool = createWindowLevelTool();
    expect(windowOf(play(tool, [move(30, 0, { buttons: 0 })]))).toEqual({ centre: 40, width: 400 });
    expect(windowOf(play(tool, [down(), move(30, 0)]))).toEqual({ centre: 40, width: 440 });
    const released = play(tool, [down(), move(30, 15), up()]);
    expect(windowOf(released)).toEqual({ centre: 60, width: 440 });
    expect(play(tool, [move(60, 60, { buttons: 0 })], released)).toEqual(released);
  });

  it('never narrows below one unit of whole numbers', () => {
    expect(windowOf(play(createWindowLevelTool(), [down(), move(-5000, 0)])).width).toBe(1);
  });

  it('V7: keeps the voxel array, so that the texture stays', () => {
    expect((play(createWindowLevelTool(), [down(), move(30, 0)]).layers[0] as ImageLayer).data).toBe(
      image.data,
    );
  });

  it('V18: a button let go outside the window ends the drag', () => {
    const state = play(createWindowLevelTool(), [
      down(),
      move(30, 0),
      move(200, 0, { buttons: 0 }),
      move(300, 0),
    ]);
    expect(windowOf(state).width).toBe(440);
  });
});

describe('pan, zoom, crosshair', () => {
  it('V17: pan moves the picture with the hand', () => {
    const s = start.cameras.coronal.millimetresPerPixel;
    const state = play(createPanTool(), [
      down(1, { pane: 'coronal' }),
      move(10, 4, { pane: 'coronal', buttons: 4 }),
    ]);
    const [x, y, z] = start.cameras.coronal.centre;
    expect(state.cameras.coronal.centre[0]).toBeCloseTo(x - 10 * s, 9);
    expect(state.cameras.coronal.centre[1]).toBeCloseTo(y, 9);
    expect(state.cameras.coronal.centre[2]).toBeCloseTo(z + 4 * s, 9);
    expect(state.cameras.axial).toBe(start.cameras.axial);
  });

  it('V17, V18: zoom keeps the point pressed in its place and the planes at one scale', () => {
    const about: Vector3 = [10, 20, 2.5];
    const state = play(createZoomTool(), [down(2, { point: about }), move(0, -100, { buttons: 2 })]);
    const before = start.cameras.axial,
      after = state.cameras.axial;
    expect(after.millimetresPerPixel).toBeCloseTo(before.millimetresPerPixel / 2, 12);
    expect(state.cameras.sagittal.millimetresPerPixel).toBe(after.millimetresPerPixel);
    const off = (camera: typeof before, axis: 0 | 1): number =>
      (about[axis] - camera.centre[axis]) / camera.millimetresPerPixel;
    expect(off(after, 0)).toBeCloseTo(off(before, 0), 9);
    expect(off(after, 1)).toBeCloseTo(off(before, 1), 9);
    expect(state.cameras.sagittal.centre).toBe(start.cameras.sagittal.centre);
  });

  it('zoom has ends', () => {
    let state = start;
    for (let n = 0; n < 40; n++) state = { ...state, ...zoomBy(state, 'axial', 2, null) };
    expect(state.cameras.axial.millimetresPerPixel).toBe(0.01);
  });

  it('V3: the crosshair tool rests on voxel centres', () => {
    const state = play(createCrosshairTool(), [
      down(0, { point: [10.2, 19.9, 2.5] }),
      move(0, 0, { point: [500, 0, 2.5] }),
    ]);
    expect(state.crosshair).toEqual([39, 1.5, 2.5]);
    expect(play(createCrosshairTool(), [down(0, { pane: '3d', point: null })])).toEqual(start);
  });
});

describe('wheel', () => {
  it('V17: one notch is one slice, upwards to superior, and stops at the ends', () => {
    const tool = createWheelTool();
    expect(axialIndex(start)).toBe(10);
    expect(axialIndex(play(tool, [wheel(-100)]))).toBe(11);
    expect(axialIndex(play(tool, [wheel(120), wheel(120)]))).toBe(8);
    expect(
      axialIndex(
        play(
          tool,
          Array.from({ length: 30 }, () => wheel(100)),
        ),
      ),
    ).toBe(0);
    expect(axialIndex(play(tool, [wheel(-100, { shift: true })]))).toBe(15);
  });

  it('V17: small steps of a trackpad add up, per pane and direction', () => {
    expect(axialIndex(play(createWheelTool(), [wheel(-20), wheel(-20)]))).toBe(10);
    expect(axialIndex(play(createWheelTool(), [wheel(-20), wheel(-20), wheel(-20)]))).toBe(11);
    expect(axialIndex(play(createWheelTool(), [wheel(-40), wheel(20), wheel(-20), wheel(-20)]))).toBe(10);
    expect(
      axialIndex(play(createWheelTool(), [wheel(-40), wheel(-40, { pane: 'coronal' }), wheel(-20)])),
    ).toBe(10);
  });

  it('V17: control zooms about the pointer', () => {
    const state = play(createWheelTool(), [wheel(-400, { control: true })]);
    expect(state.cameras.axial.millimetresPerPixel).toBeCloseTo(
      start.cameras.axial.millimetresPerPixel / 2,
      12,
    );
    expect(state.crosshair).toBe(start.crosshair);
  });
});

describe('hands', () => {
  it('V17: each button has its work', () => {
    expect(windowOf(play(createHands(), [down(0), move(30, 0)])).width).toBe(440);
    expect(play(createHands(), [down(1), move(5, 0, { buttons: 4 })]).cameras.axial).not.toBe(
      start.cameras.axial,
    );
    const spaced = play(createHands(), [down(0, { space: true }), move(5, 0)]);
    expect(spaced.cameras.axial.centre).not.toEqual(start.cameras.axial.centre);
    expect(windowOf(spaced)).toEqual(windowOf(start));
    expect(
      play(createHands(), [down(2), move(0, -50, { buttons: 2 })]).cameras.axial.millimetresPerPixel,
    ).toBeLessThan(start.cameras.axial.millimetresPerPixel);
  });

  it('V18: the first button keeps the drag; a second one pressed meanwhile does nothing', () => {
    const state = play(createHands(), [
      down(0),
      down(2, { buttons: 3 }),
      move(30, -50, { buttons: 3 }),
      up(2, { buttons: 1 }),
      move(60, 0),
    ]);
    expect(windowOf(state).width).toBe(480);
    expect(state.cameras).toBe(start.cameras);
  });

  it('V17: left turns the 3D view unless another tool is held', () => {
    const turned = play(createHands(), [down(0, { pane: '3d' }), move(20, 0, { pane: '3d' })]);
    expect(turned.cameras['3d'].position).not.toEqual(start.cameras['3d'].position);
    const hands = createHands();
    hands.hold(createCrosshairTool());
    const aimed = play(hands, [down(0, { pane: '3d', point: [10, 1.5, 12] })]);
    expect(aimed.crosshair).toEqual([11, 1.5, 12.5]);
    expect(aimed.cameras).toBe(start.cameras);
  });

  it('V17: double click centres the planes on the crosshair', () => {
    const state = play(createHands(), [{ type: 'double', button: 0, point: [10, 20, 2.5] }]);
    expect(state.crosshair).toEqual([11, 19.5, 2.5]);
    expect(state.cameras.sagittal.centre).toEqual([11, 19.5, 2.5]);
  });

  it('V17: the slice bar goes from the first slice at the bottom to the last at the top', () => {
    expect(axialIndex(play(createHands(), [down(0, { sliceBar: 0 })]))).toBe(19);
    const dragged = play(createHands(), [down(0, { sliceBar: 0.5 }), move(0, 50, { sliceBar: 1 })]);
    expect(axialIndex(dragged)).toBe(0);
    expect(windowOf(dragged)).toEqual(windowOf(start));
  });
});

describe('commands', () => {
  it('say that there is nothing to do', () => {
    const atEnd = { ...start, ...stepSlice(start, 'axial', 99) };
    expect(stepSlice(atEnd, 'axial', 1)).toBeNull();
    expect(invertImage({ ...start, layers: [] })).toBeNull();
    expect((invertImage(start)?.layers?.[0] as ImageLayer).inverted).toBe(true);
  });
});
