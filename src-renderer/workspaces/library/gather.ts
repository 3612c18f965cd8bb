import type { UploadFile } from '../../client/index.ts';

/** 'Clinic export' for one folder or file, '3 files' otherwise. */
export function offerTitle(offered: readonly UploadFile[]): string {
  const roots = [...new Set(offered.map((one) => one.path.split('/')[0] ?? ''))];
  return roots.length === 1 && roots[0] ? roots[0] : `${offered.length} files`;
}
