import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { PlanInfo, ReviewCase, RoiDvh } from '../../../src-shared/api/index.ts';
import type { Finding } from '../../../src-shared/model/index.ts';
import { problemOf, type Problem } from '../../app/problem.ts';
import type { Shell } from '../../app/shell.svelte.ts';
import {
  loadDose,
  loadStructures,
  loadVolume,
  type LoadedDose,
  type LoadedStructures,
  type LoadedVolume,
} from './caseData.ts';
import { dvhInSteps, dvhOrder, joinDvhs } from './dvhSteps.ts';
import { listFindings } from './findingList.ts';
import { ReviewScene } from './scene.svelte.ts';
import { STANDARD_KEYS } from './quantities.ts';

export type Part = 'image' | 'structures' | 'dose' | 'plan';
export const PARTS: readonly Part[] = ['image', 'structures', 'dose', 'plan'];

export interface DvhResult {
  readonly endCaps: 'half' | 'none';
  readonly unit: 'Gy' | 'percent';
  readonly rois: readonly RoiDvh[];
  readonly engine: string;
  readonly seconds: number;
}

const DVH_BIN_GY = 0.02;

/** One case under review: what was chosen, what has come, what is selected. */
export class ReviewState {
  readonly #shell: Shell;
  /** The question that the rows of `dvh` answer. */
  #dvhOf = '';
  #work: Partial<Record<Part | 'case' | 'dvh', AbortController>> = {};
  readonly scene = new ReviewScene();
  review = $state.raw<ReviewCase | null>(null);
  /** Why the case itself could not be opened. */
  problem = $state.raw<Problem | null>(null);
  readonly chosen = new SvelteMap<Part, string | null>();
  /** Number of the volume that was chosen of a series of several; null where none was: then the largest is shown. */
  chosenVolume = $state<number | null>(null);
  readonly loading = new SvelteSet<Part | 'case' | 'dvh'>();
  readonly problems = new SvelteMap<Part | 'dvh', Problem>();
  plan = $state.raw<PlanInfo | null>(null);
  structures = $state.raw<LoadedStructures | null>(null);
  dvh = $state.raw<DvhResult | null>(null);
  endCaps = $state<'half' | 'none'>('half');
  /** Figures that the person added to the table. */
  extraKeys = $state.raw<readonly string[]>([]);

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  get volume(): LoadedVolume | null {
    return this.scene.volume;
  }
  get dose(): LoadedDose | null {
    return this.scene.dose;
  }

  readonly findings = $derived.by((): readonly Finding[] => {
    const all = [
      ...(this.review?.findings ?? []),
      ...(this.scene.volume?.findings ?? []),
      ...(this.structures?.info.findings ?? []),
      ...(this.structures?.info.rois.flatMap((roi) => roi.findings) ?? []),
      ...(this.scene.dose?.info.findings ?? []),
      ...(this.plan?.findings ?? []),
      ...(this.dvh?.rois.flatMap((roi) => roi.findings) ?? []),
    ];
    return listFindings(all.map(plainFinding), this.structures?.info.rois.map(({ name }) => name) ?? []);
  });

  readonly selectedDvh = $derived(this.dvh?.rois.find((roi) => roi.number === this.scene.selected) ?? null);

  #begin(part: Part | 'case' | 'dvh'): AbortSignal {
    this.#work[part]?.abort();
    const abort = new AbortController();
    this.#work[part] = abort;
    this.loading.add(part);
    return abort.signal;
  }

  #end(part: Part | 'case' | 'dvh', signal: AbortSignal): void {
    if (this.#work[part]?.signal === signal) this.loading.delete(part);
  }

  async open(uid: string): Promise<void> {
    const signal = this.#begin('case');
    this.problem = null;
    try {
      const review = await this.#shell.host.review.open({ uid });
      if (signal.aborted) return;
      this.review = review;
      this.#shell.banner = { ...review.patient, plan: null };
      this.scene.clear();
      for (const part of PARTS) this.chosen.set(part, null);
      this.plan = null;
      this.structures = null;
      this.dvh = null;
      for (const part of PARTS) void this.choose(part, review.suggested[part]);
    } catch (error) {
      if (!signal.aborted) this.problem = problemOf(error, 'This case could not be opened');
    } finally {
      this.#end('case', signal);
    }
  }

  /** Another volume of the image series that is shown. */
  async chooseVolume(number: number): Promise<void> {
    const uid = this.chosen.get('image') ?? null;
    if (uid !== null) await this.choose('image', uid, number);
  }

  async choose(part: Part, uid: string | null, volume: number | null = null): Promise<void> {
    this.chosen.set(part, uid);
    if (part === 'image') this.chosenVolume = volume;
    this.problems.delete(part);
    const signal = this.#begin(part);
    try {
      if (part === 'image') await this.#openImage(uid, signal);
      else if (part === 'structures') await this.#openStructures(uid, signal);
      else if (part === 'dose') await this.#openDose(uid, signal);
      else await this.#openPlan(uid, signal);
    } catch (error) {
      const titles = {
        image: 'The image could not be opened',
        structures: 'The structures could not be opened',
        dose: 'The dose could not be opened',
        plan: 'The plan could not be opened',
      };
      if (!signal.aborted) this.problems.set(part, problemOf(error, titles[part]));
    } finally {
      this.#end(part, signal);
    }
    const idle = this.dvh === null && !this.loading.has('dvh');
    if (!signal.aborted && (part !== 'image' || idle)) void this.computeDvh();
  }

  async #openImage(uid: string | null, signal: AbortSignal): Promise<void> {
    this.scene.setVolume(null);
    if (uid === null) return;
    const asked = { uid, choice: this.chosenVolume };
    const volume = await loadVolume(this.#shell.host, asked, signal, (part) => {
      if (signal.aborted) return;
      const first = this.scene.volume === null;
      this.scene.setVolume(part);
      if (first) void this.computeDvh();
    });
    if (!signal.aborted) this.scene.setVolume(volume);
  }

  /** Figures of other structures or another dose must not stand beside these. */
  #dropDvh(): void {
    this.#work.dvh?.abort();
    this.loading.delete('dvh');
    this.dvh = null;
  }

  async #openStructures(uid: string | null, signal: AbortSignal): Promise<void> {
    this.structures = null;
    this.scene.setStructures(null);
    this.#dropDvh();
    if (uid === null) return;
    const structures = await loadStructures(this.#shell.host, uid, signal);
    if (signal.aborted) return;
    this.structures = structures;
    this.scene.setStructures(structures);
  }

  async #openDose(uid: string | null, signal: AbortSignal): Promise<void> {
    this.scene.setDose(null);
    this.#dropDvh();
    if (uid === null) return;
    const dose = await loadDose(this.#shell.host, uid, signal);
    if (!signal.aborted) this.scene.setDose(dose);
  }

  async #openPlan(uid: string | null, signal: AbortSignal): Promise<void> {
    this.plan = null;
    this.scene.setPlanPrescription(null);
    if (uid === null) {
      if (this.review) this.#shell.banner = { ...this.review.patient, plan: null };
      return;
    }
    const plan = await this.#shell.host.review.plan({ uid });
    if (signal.aborted || !this.review) return;
    this.plan = plan;
    this.scene.setPlanPrescription(plan.prescribedDose);
    this.#shell.banner = {
      ...this.review.patient,
      plan: { label: plan.label || plan.name, approval: plan.approval, intent: plan.intent },
    };
  }

  /**
   * Asks anew for all curves and figures, those of the selected structure first; rows of the same question stay until
   * their new ones are there.
   */
  async computeDvh(): Promise<void> {
    const structures = this.chosen.get('structures');
    const dose = this.chosen.get('dose');
    const signal = this.#begin('dvh');
    this.problems.delete('dvh');
    // The picture comes first: the curves wait for its first plane.
    const picture = this.loading.has('image') && this.scene.volume === null;
    const set = this.structures;
    if (
      !structures ||
      !dose ||
      !set ||
      !this.scene.dose ||
      picture ||
      this.loading.has('plan') ||
      this.loading.has('structures') ||
      this.loading.has('dose')
    ) {
      if (!structures || !dose) this.dvh = null;
      this.#end('dvh', signal);
      return;
    }
    const question = {
      structures,
      dose,
      endCaps: this.endCaps,
      binGy: DVH_BIN_GY,
      prescription: this.scene.unit === 'Gy' ? this.scene.reference : null,
    };
    const order = set.rois.map(({ info }) => info.number);
    const asked = JSON.stringify(question);
    let known = this.#dvhOf === asked && this.dvh ? this.dvh.rois : [];
    let seconds = 0;
    try {
      await dvhInSteps({
        rois: dvhOrder(set),
        signal,
        selected: () => this.scene.selected,
        ask: (rois) =>
          this.#shell.host.review.dvh({
            ...question,
            rois: [...rois],
            at: [...STANDARD_KEYS, ...this.extraKeys],
          }),
        onPart: (part) => {
          known = joinDvhs(known, part.rois, order);
          seconds += part.seconds;
          this.#dvhOf = asked;
          this.dvh = { ...part, rois: known, seconds };
        },
      });
    } catch (error) {
      if (!signal.aborted) {
        this.dvh = null;
        this.problems.set('dvh', problemOf(error, 'The DVH could not be computed'));
      }
    } finally {
      this.#end('dvh', signal);
    }
  }

  setPrescription(gy: number | null): void {
    this.scene.ownReference = gy;
    void this.computeDvh();
  }

  setEndCaps(endCaps: 'half' | 'none'): void {
    this.endCaps = endCaps;
    void this.computeDvh();
  }

  addKey(key: string): void {
    if (this.extraKeys.includes(key)) return;
    this.extraKeys = [...this.extraKeys, key];
    void this.computeDvh();
  }

  removeKey(key: string): void {
    this.extraKeys = this.extraKeys.filter((one) => one !== key);
  }

  close(): void {
    for (const work of Object.values(this.#work)) work.abort();
  }
}

/** Findings that came by JSON may carry undefined where the model has nothing. */
const plainFinding = (finding: ReviewCase['findings'][number]): Finding => ({
  code: finding.code,
  severity: finding.severity,
  message: finding.message,
  ...(finding.tag === undefined ? {} : { tag: finding.tag }),
  ...(finding.files === undefined ? {} : { files: finding.files }),
  ...(finding.objects === undefined ? {} : { objects: finding.objects }),
});
