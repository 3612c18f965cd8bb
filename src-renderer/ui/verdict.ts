/** A judgement: met, near the limit, missed, or none with its reason. */
export type Verdict = 'pass' | 'near' | 'fail' | 'none';
