import { describe, expect, it } from 'vitest';
import type { DoseInfo, StructuresInfo, VolumeInfo } from '../../../src-shared/api/index.ts';
import { affineFromColumns, type Grid } from '../../../src-shared/geometry/index.ts';
import type { LoadedDose, LoadedStructures, LoadedVolume } from './caseData.ts';
import { ReviewScene } from './scene.svelte.ts';

const affine = affineFromColumns([1, 0, 0], [0, 1, 0], [0, 0, 2], [0, 0, 0]);
const grid: Grid = { dimensions: [4, 4, 4], affine };
const bulk = { url: '/bulk/x', type: 'int16', bytes: 128, slabs: [] } as const;

const volume = (frame: string | null): LoadedVolume => {
  const info: VolumeInfo = {
    uid: 'ct',
    modality: 'CT',
    description: '',
    unit: 'HU',
    frameOfReferenceUid: frame,
    patientPosition: 'HFS',
    padding: null,
    dimensions: [4, 4, 4],
    affine: [...affine],
    data: { ...bulk, slabs: [] },
  };
  return { info, grid, data: new Int16Array(64), present: [0, 4], complete: true, findings: [] };
};
const dose = (frame: string | null, maximum = 66): LoadedDose => {
  const info: DoseInfo = {
    uid: 'dose',
    label: '',
    unit: 'Gy',
    type: 'PHYSICAL',
    summation: 'PLAN',
    frameOfReferenceUid: frame,
    planUid: null,
    maximum,
    dimensions: [4, 4, 4],
    affine: [...affine],
    data: { ...bulk, type: 'float32', slabs: [] },
    findings: [],
  };
  return { info, grid, data: new Float32Array(64) };
};
const structures = (frame: string | null): LoadedStructures => {
  const info: StructuresInfo = {
    uid: 'rs',
    label: '',
    approval: '',
    frameOfReferenceUid: frame,
    points: { ...bulk, type: 'float64', slabs: [] },
    rois: [],
    findings: [],
  };
  return { info, rois: [] };
};
const kinds = (scene: ReviewScene): string[] => scene.state.layers.map((layer) => layer.kind);

describe('what is drawn together', () => {
  it('a dose or structures of another frame of reference are not drawn on the image', () => {
    const scene = new ReviewScene();
    scene.setVolume(volume('1.2'));
    scene.setDose(dose('1.3'));
    scene.setStructures(structures('1.3'));
    expect(kinds(scene)).toEqual(['image']);
    expect([scene.doseElsewhere, scene.structuresElsewhere]).toEqual([true, true]);
  });
  it('those of the same frame are, and those that name none', () => {
    const scene = new ReviewScene();
    scene.setVolume(volume('1.2'));
    scene.setDose(dose('1.2'));
    scene.setStructures(structures(null));
    expect(kinds(scene)).toEqual(['image', 'dose', 'contours']);
  });
});

describe('what 100 % is', () => {
  it('the dose maximum, then the prescription, then what the person says', () => {
    const scene = new ReviewScene();
    scene.setDose(dose('1.2', 66));
    expect([scene.reference, scene.referenceSource]).toEqual([66, 'maximum']);
    scene.setPlanPrescription(60);
    expect([scene.reference, scene.referenceSource]).toEqual([60, 'prescription']);
    scene.ownReference = 50;
    expect([scene.reference, scene.referenceSource]).toEqual([50, 'own']);
  });
});
