import { createHash } from 'node:crypto';
import type { InstanceRecord } from '../../../src-shared/model/index.ts';

/**
 * The library's key of a patient: the same for the same Patient ID and name, whatever their case and trailing carets, so
 * that it comes out again when the index is rebuilt. The birth date counts only where neither is given.
 */
export function patientKey(patient: InstanceRecord['patient']): string {
  const id = plain(patient.id);
  const name = plain(patient.name);
  const identity = id === '' && name === '' ? ['', '', patient.birthDate.trim()] : [id, name, ''];
  return `p${createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 24)}`;
}

const plain = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s^]+/g, ' ')
    .trim();
