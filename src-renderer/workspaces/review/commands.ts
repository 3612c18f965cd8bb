import type { Command } from '../../app/commands.svelte.ts';
import type { Shell } from '../../app/shell.svelte.ts';
import { stepSlice, type PaneKind } from '../../viewport/index.ts';
import type { ReviewState } from './review.svelte.ts';

const FAR = 10;

/** Everything Review does, by name: keys, palette and buttons run these. */
export function reviewCommands(
  shell: Shell,
  review: ReviewState,
  screenshot: (named: boolean) => Promise<void>,
): readonly Command[] {
  const { scene } = review;
  const group = 'Review';
  const noImage = (): string | null => (scene.volume ? null : 'no image is open');
  const noDose = (): string | null => (scene.dose ? null : 'no dose is open');
  const noStructures = (): string | null => (scene.structures ? null : 'no structures are open');
  /** The volume after or before the one that is shown, past those that cannot be opened, round and round. */
  const neighbour = (way: 'next' | 'previous'): number | null => {
    const info = scene.volume?.info;
    const usable = info?.volumes.filter(({ refusal }) => refusal === null) ?? [];
    if (!info || usable.length < 2) return null;
    const at = usable.findIndex(({ number }) => number === info.number);
    return usable[(at + (way === 'next' ? 1 : usable.length - 1)) % usable.length]?.number ?? null;
  };
  const step = (by: number): void => {
    const pane: PaneKind = scene.view.activePane;
    scene.apply(stepSlice(scene.state, pane === '3d' ? 'axial' : pane, by));
  };
  const wash = (by: number): void => {
    scene.washOpacity = Math.max(0, Math.min(1, Math.round((scene.washOpacity + by) * 100) / 100));
  };
  return [
    ...Array.from({ length: 6 }, (_, index): Command => ({
      id: `review.window.${index + 1}`,
      title: `Window preset ${index + 1}: ${scene.presets[index]?.label ?? ''}`,
      group,
      icon: 'window',
      keys: [String(index + 1)],
      unavailable: noImage,
      run: () => scene.usePreset(index),
    })),
    ...(['next', 'previous'] as const).map((way): Command => ({
      id: `review.volume.${way}`,
      title: `Show the ${way} volume of the series`,
      group,
      icon: 'series',
      words: 'phase echo pass stack',
      unavailable: () =>
        noImage() ?? (neighbour(way) === null ? 'the series holds no other volume that can be opened' : null),
      run: () => {
        const number = neighbour(way);
        if (number !== null) void review.chooseVolume(number);
      },
    })),
    {
      id: 'review.reset',
      title: 'Reset the view and window',
      group,
      icon: 'restore',
      keys: ['R'],
      unavailable: noImage,
      run: () => scene.reset(),
    },
    {
      id: 'review.invert',
      title: 'Invert the picture',
      group,
      icon: 'invert',
      keys: ['I'],
      unavailable: noImage,
      run: () => void (scene.inverted = !scene.inverted),
    },
    {
      id: 'review.crosshair',
      title: 'Crosshair on or off',
      group,
      icon: 'crosshair',
      keys: ['C'],
      run: () => void (scene.view = { ...scene.view, showCrosshair: !scene.view.showCrosshair }),
    },
    {
      id: 'review.fit',
      title: 'Fit the volume into the panes',
      group,
      icon: 'maximise',
      keys: ['F'],
      unavailable: noImage,
      run: () => scene.fit(),
    },
    {
      id: 'review.dose',
      title: 'Dose on or off',
      group,
      icon: 'dose',
      keys: ['D'],
      words: 'isodose wash',
      unavailable: noDose,
      run: () => void (scene.showDose = !scene.showDose),
    },
    {
      id: 'review.lines',
      title: 'Isodose lines on or off',
      group,
      icon: 'dose',
      unavailable: noDose,
      run: () => void (scene.showLines = !scene.showLines),
    },
    {
      id: 'review.structures',
      title: 'Structures on or off',
      group,
      icon: 'structures',
      keys: ['S'],
      words: 'contours',
      unavailable: noStructures,
      run: () => void (scene.showStructures = !scene.showStructures),
    },
    {
      id: 'review.fill',
      title: 'Fill the structures',
      group,
      icon: 'structures',
      unavailable: noStructures,
      run: () => void (scene.fill = !scene.fill),
    },
    {
      id: 'review.showAll',
      title: 'Show all structures',
      group,
      icon: 'eye',
      unavailable: noStructures,
      run: () => scene.showAll(true),
    },
    {
      id: 'review.hideAll',
      title: 'Hide all structures',
      group,
      icon: 'eye-closed',
      unavailable: noStructures,
      run: () => scene.showAll(false),
    },
    {
      id: 'review.wash.less',
      title: 'Dose wash fainter',
      group,
      icon: 'minus',
      keys: ['['],
      unavailable: noDose,
      run: () => wash(-0.1),
    },
    {
      id: 'review.wash.more',
      title: 'Dose wash stronger',
      group,
      icon: 'plus',
      keys: [']'],
      unavailable: noDose,
      run: () => wash(0.1),
    },
    {
      id: 'review.cvd',
      title: 'Colour-blind-safe isodose colours',
      group,
      icon: 'palette',
      words: 'settings',
      run: () => scene.setPalette(scene.palette === 'standard' ? 'colour-blind' : 'standard'),
    },
    {
      id: 'review.slice.up',
      title: 'Next slice',
      group,
      keys: ['ArrowUp'],
      unavailable: noImage,
      run: () => step(1),
    },
    {
      id: 'review.slice.down',
      title: 'Slice before',
      group,
      keys: ['ArrowDown'],
      unavailable: noImage,
      run: () => step(-1),
    },
    {
      id: 'review.slice.farUp',
      title: 'Ten slices on',
      group,
      keys: ['PageUp'],
      unavailable: noImage,
      run: () => step(FAR),
    },
    {
      id: 'review.slice.farDown',
      title: 'Ten slices back',
      group,
      keys: ['PageDown'],
      unavailable: noImage,
      run: () => step(-FAR),
    },
    {
      id: 'review.structure.next',
      title: 'Next structure',
      group,
      icon: 'structures',
      keys: ['ArrowRight'],
      unavailable: noStructures,
      run: () => scene.selectNext(1),
    },
    {
      id: 'review.structure.previous',
      title: 'Structure before',
      group,
      icon: 'structures',
      keys: ['ArrowLeft'],
      unavailable: noStructures,
      run: () => scene.selectNext(-1),
    },
    {
      id: 'review.structure.centre',
      title: 'Go to the middle of the structure',
      group,
      icon: 'crosshair',
      keys: ['G'],
      unavailable: () => (scene.selected === null ? 'no structure is selected' : null),
      run: () => scene.select(scene.selected, true),
    },
    {
      id: 'review.maximise',
      title: 'Maximise the active pane',
      group,
      icon: 'maximise',
      keys: ['M'],
      run: () => scene.toggleMaximised(),
    },
    {
      id: 'review.layout.four',
      title: 'Four panes',
      group,
      icon: 'layout-four',
      words: 'layout',
      run: () => scene.setLayout('four'),
    },
    {
      id: 'review.layout.three',
      title: 'One large pane and three',
      group,
      icon: 'layout-one-three',
      words: 'layout',
      run: () => scene.setLayout('one-and-three'),
    },
    {
      id: 'review.layout.3d',
      title: '3D pane alone',
      group,
      icon: 'cube',
      words: 'layout',
      run: () => scene.setLayout('3d'),
    },
    {
      id: 'review.screenshot',
      title: 'Screenshot',
      group,
      icon: 'camera',
      keys: ['Ctrl+Shift+S'],
      unavailable: noImage,
      run: () => screenshot(true),
    },
    {
      id: 'review.screenshot.anonymous',
      title: 'Screenshot without the patient',
      group,
      icon: 'camera',
      words: 'anonymous',
      unavailable: noImage,
      run: () => screenshot(false),
    },
    {
      id: 'review.close',
      title: 'Close the patient',
      group,
      icon: 'close',
      run: () => {
        shell.openedUid = null;
        shell.banner = null;
        shell.goTo('library');
      },
    },
  ];
}
