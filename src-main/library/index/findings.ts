import type { Finding, FindingCode, InstanceRecord } from '../../../src-shared/model/index.ts';

const REPAIRS: ReadonlySet<FindingCode> = new Set([
  'META_HEADER_MISSING',
  'TRANSFER_SYNTAX_WRONG',
  'CHARACTER_SET_ASSUMED',
  'VALUE_REPAIRED',
  'MODALITY_CORRECTED',
]);

/** Something was put right while reading: it belongs to the repaired files of a report, not to its findings. */
export const isRepair = (finding: Finding): boolean => REPAIRS.has(finding.code);

/** What the objects say about themselves, each finding with the object that it is about. */
export function ownFindings(records: readonly InstanceRecord[]): Finding[] {
  return records.flatMap((record) =>
    record.findings
      .filter((finding) => !isRepair(finding))
      .map((finding) => ({ ...finding, objects: finding.objects ?? [record.sopInstanceUid] })),
  );
}

/** One finding for each thing that is said, with all objects and files that it is said of. */
export function mergeFindings(findings: readonly Finding[]): Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.code, finding.severity, finding.message, finding.tag ?? '']);
    const before = merged.get(key);
    merged.set(
      key,
      before === undefined
        ? finding
        : {
            ...before,
            ...(before.objects || finding.objects ? { objects: union(before.objects, finding.objects) } : {}),
            ...(before.files || finding.files ? { files: union(before.files, finding.files) } : {}),
          },
    );
  }
  return [...merged.values()];
}

const union = (a: readonly string[] = [], b: readonly string[] = []): string[] => [...new Set([...a, ...b])];
