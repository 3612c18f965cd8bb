import { describe, expect, it } from 'vitest';
import type { ObjectKind } from '../../../src-shared/model/index.ts';
import type { StoredObject } from '../../library/index.ts';
import { suggest } from './case.ts';

const object = (
  uid: string,
  kind: ObjectKind,
  references: StoredObject['references'] = [],
): StoredObject => ({
  sopInstanceUid: uid,
  sopClassUid: '',
  transferSyntaxUid: '',
  kind,
  patient: { id: '', name: '', birthDate: '', sex: '' },
  study: { uid: 'study', id: '', date: '', time: '', description: '', accession: '' },
  series: {
    uid: `series of ${uid}`,
    number: null,
    modality: '',
    description: '',
    date: '',
    frameOfReferenceUid: null,
    patientPosition: '',
    manufacturer: '',
  },
  instanceNumber: null,
  label: '',
  image: null,
  references,
  frameOfReferenceUids: [],
  facts: {},
  findings: [],
  sha256: uid,
  bytes: 1,
  importedAt: '',
});

describe('what is opened together', () => {
  it('a plan with its own structure set', () => {
    const plan = object('plan', 'plan', [{ uid: 'own', kind: 'structures' }]);
    const objects = [object('other', 'structures'), object('own', 'structures'), plan];
    expect(suggest(objects, 'plan', []).structures).toBe('own');
  });
  it('a plan whose structure set is not there opens without one: no other takes its place', () => {
    const plan = object('plan', 'plan', [{ uid: 'gone', kind: 'structures' }]);
    const objects = [
      object('other', 'structures'),
      plan,
      object('dose', 'dose', [{ uid: 'plan', kind: 'plan' }]),
    ];
    expect(suggest(objects, 'study', [])).toMatchObject({ structures: null, plan: 'plan', dose: 'dose' });
  });
  it('structures that nothing refers to, where nothing names others', () => {
    expect(suggest([object('only', 'structures')], 'study', []).structures).toBe('only');
  });
});
