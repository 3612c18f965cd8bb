import { untrack } from 'svelte';
import type { Shell } from '../../app/shell.svelte.ts';
import { readCaseMemory, type CaseMemory } from './caseMemory.ts';
import { defaultLevels } from './isodose.ts';
import type { ReviewState } from './review.svelte.ts';

const keyOf = (study: string): string => `review.case.${study}`;

/**
 * Keeps how the person looks at each study, and takes it up when the study is opened again. To be called while a
 * component is made; it ends with the component.
 */
export function rememberCase(shell: Shell, review: ReviewState): void {
  const { scene } = review;
  /** The study whose memory was taken up: before that there is nothing to keep. */
  let known = $state<string | null>(null);
  /** Structures are hidden once they are there. */
  let waiting = $state.raw<CaseMemory['hidden'] | null>(null);
  const study = $derived(review.review?.study.uid ?? null);

  function takeUp(memory: Partial<CaseMemory>): void {
    scene.palette = memory.palette ?? scene.palette;
    // Levels in Gy are those of one prescription: another study does not begin with them.
    scene.levels = memory.levels ?? defaultLevels(scene.palette);
    scene.washOpacity = memory.washOpacity ?? scene.washOpacity;
    scene.showDose = memory.showDose ?? true;
    scene.showLines = memory.showLines ?? true;
    scene.showStructures = memory.showStructures ?? true;
    scene.fill = memory.fill ?? scene.fill;
    if (memory.layout && memory.layout !== scene.view.layout) scene.setLayout(memory.layout);
    waiting = memory.hidden ?? null;
    const { volume } = memory;
    if (volume && volume.of === review.chosen.get('image') && volume.number !== review.chosenVolume)
      void review.chooseVolume(volume.number);
    const endCaps = memory.endCaps ?? 'half';
    const extraKeys = memory.extraKeys ?? [];
    const asks = endCaps !== review.endCaps || extraKeys.join() !== review.extraKeys.join();
    review.extraKeys = extraKeys;
    if (asks) review.setEndCaps(endCaps);
  }

  $effect(() => {
    // Opened again, a study begins anew too.
    const opened = review.review?.study.uid ?? null;
    known = null;
    if (opened === null) return;
    let left = false;
    void shell
      .attempt('How this study was last looked at could not be read', () => shell.settings.get(keyOf(opened)))
      .then((kept) => {
        if (left) return;
        untrack(() => takeUp(readCaseMemory(kept)));
        known = opened;
      });
    return () => void (left = true);
  });

  $effect(() => {
    const set = review.structures?.info.uid;
    if (waiting === null || set === undefined) return;
    const { of, numbers } = waiting;
    waiting = null;
    if (of === set) untrack(() => numbers.forEach((number) => scene.hidden.add(number)));
  });

  let last = '';
  $effect(() => {
    if (study === null || known !== study || review.loading.has('structures')) return;
    const memory: CaseMemory = {
      layout: scene.view.layout,
      levels: scene.levels,
      palette: scene.palette,
      washOpacity: scene.washOpacity,
      showDose: scene.showDose,
      showLines: scene.showLines,
      showStructures: scene.showStructures,
      fill: scene.fill,
      hidden: waiting ?? { of: review.structures?.info.uid ?? '', numbers: [...scene.hidden] },
      endCaps: review.endCaps,
      extraKeys: review.extraKeys,
      volume:
        review.chosenVolume === null
          ? null
          : { of: review.chosen.get('image') ?? '', number: review.chosenVolume },
    };
    const text = JSON.stringify([study, memory]);
    const first = last === '' || !last.startsWith(JSON.stringify([study]).slice(0, -1));
    if (text === last) return;
    last = text;
    // What was just taken up is kept already; what nobody touched needs no keeping.
    if (!first) shell.settings.set(keyOf(study), memory);
  });
}
