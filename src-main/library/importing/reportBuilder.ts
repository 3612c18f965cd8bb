import { randomUUID } from 'node:crypto';
import type { ImportReport } from '../../../src-shared/api/index.ts';
import type { Finding, InstanceRecord } from '../../../src-shared/model/index.ts';
import { isRepair, mergeFindings } from '../index/findings.ts';
import { adviceFor } from './advice.ts';
import type { Refusal } from './sources.ts';

type Item = ImportReport['refused'][number];

const byFile = (a: Item, b: Item): number => (a.file === b.file ? 0 : a.file < b.file ? -1 : 1);

/** Keeps the books of one import: every file offered ends in exactly one of imported, duplicates and refused. */
export class ReportBuilder {
  readonly id = randomUUID();
  readonly #title: string;
  readonly #startedAt = new Date();
  readonly #clock = performance.now();
  readonly #refused: Item[] = [];
  #repaired: Item[] = [];
  readonly #series = new Map<string, ImportReport['series'][number]>();
  readonly #files = new Map<string, string[]>();
  offered = 0;
  imported = 0;
  duplicates = 0;

  constructor(title: string) {
    this.#title = title;
  }

  get settled(): number {
    return this.imported + this.duplicates + this.#refused.length;
  }

  get seconds(): number {
    return (performance.now() - this.#clock) / 1000;
  }

  refuse({ name, code, reason, tag, belongs }: Refusal): void {
    this.#refused.push({
      file: name,
      code,
      reason,
      advice: adviceFor(code),
      tag: tag ?? null,
      ...(belongs === undefined ? {} : { belongs }),
    });
  }

  /** A file that is in the library now, new or as the copy of one that is. */
  accept(name: string, record: InstanceRecord, outcome: 'imported' | 'duplicate'): void {
    if (outcome === 'imported') this.imported++;
    else this.duplicates++;
    const names = this.#files.get(record.sopInstanceUid);
    if (names === undefined) this.#files.set(record.sopInstanceUid, [name]);
    else names.push(name);
    this.#count(record, 1);
    if (outcome === 'imported') {
      for (const repair of record.findings.filter(isRepair)) {
        this.#repaired.push({
          file: name,
          code: repair.code,
          reason: repair.message,
          advice: adviceFor(repair.code),
          tag: repair.tag ?? null,
        });
      }
    }
  }

  healed(name: string): void {
    const reason = 'The copy in the library had been damaged and was replaced by this file.';
    this.#repaired.push({ file: name, code: 'VALUE_REPAIRED', reason, advice: '', tag: null });
  }

  /** Takes back what was accepted under these names. */
  withdraw(record: InstanceRecord, names: readonly string[]): void {
    this.imported -= 1;
    this.duplicates -= names.length - 1;
    this.#files.delete(record.sopInstanceUid);
    this.#count(record, -names.length);
    const taken = new Set(names);
    this.#repaired = this.#repaired.filter((item) => !taken.has(item.file));
  }

  filesOf(sopInstanceUid: string): readonly string[] {
    return this.#files.get(sopInstanceUid) ?? [];
  }

  get objects(): Iterable<string> {
    return this.#files.keys();
  }

  /** `last`: no more than so many of each list, for a report on the way. */
  build(state: ImportReport['state'], findings: readonly Finding[] = [], last = Infinity): ImportReport {
    const newest = <T>(items: readonly T[]): T[] => (items.length > last ? items.slice(-last) : [...items]);
    // On the way the latest matter; in the end the order of the files does, whenever each was settled.
    const listed = (items: readonly Item[]): Item[] =>
      state === 'running' ? newest(items) : items.toSorted(byFile);
    return {
      id: this.id,
      title: this.#title,
      startedAt: this.#startedAt.toISOString(),
      seconds: Math.round(this.seconds * 1000) / 1000,
      state,
      offered: Math.max(this.offered, this.settled),
      imported: this.imported,
      duplicates: this.duplicates,
      refused: listed(this.#refused),
      repaired: listed(this.#repaired),
      findings: newest(mergeFindings(findings).map((finding) => this.#withFiles(finding))),
      series: [...this.#series.values()].filter((series) => series.files > 0),
    };
  }

  #withFiles({ objects, files, tag, ...finding }: Finding): ImportReport['findings'][number] {
    const named = files ?? objects?.flatMap((object) => this.filesOf(object)) ?? [];
    return {
      ...finding,
      ...(tag === undefined ? {} : { tag }),
      ...(objects === undefined ? {} : { objects: [...objects] }),
      ...(named.length === 0 ? {} : { files: [...named] }),
    };
  }

  #count({ series, patient }: InstanceRecord, files: number): void {
    const before = this.#series.get(series.uid);
    this.#series.set(series.uid, {
      uid: series.uid,
      modality: series.modality,
      files: (before?.files ?? 0) + files,
      patient: patient.name || patient.id,
      description: series.description,
    });
  }
}
