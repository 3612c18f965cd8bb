import type { IconName } from '../ui/index.ts';

export type WorkspaceId =
  'library' | 'review' | 'contour' | 'plan' | 'evaluate' | 'register' | 'surgery' | 'models' | 'lab';

export interface WorkspaceEntry {
  readonly id: WorkspaceId;
  readonly label: string;
  readonly icon: IconName;
  /** Part of this version; the others keep their place and key. */
  readonly here: boolean;
  readonly purpose: string;
}

export const WORKSPACES: readonly WorkspaceEntry[] = [
  { id: 'library', label: 'Library', icon: 'library', here: true, purpose: 'patients, import, storage' },
  { id: 'review', label: 'Review', icon: 'review', here: true, purpose: 'planes, structures, dose, DVH' },
  { id: 'contour', label: 'Contour', icon: 'contour', here: false, purpose: 'drawing and proposals' },
  { id: 'plan', label: 'Plan', icon: 'plan', here: false, purpose: 'beams, dose, optimisation' },
  { id: 'evaluate', label: 'Evaluate', icon: 'evaluate', here: false, purpose: 'goals, gamma, checks' },
  { id: 'register', label: 'Register', icon: 'register', here: false, purpose: 'fusion and registration' },
  { id: 'surgery', label: 'Surgery', icon: 'surgery', here: false, purpose: 'organs in 3D, access paths' },
  { id: 'models', label: 'Models', icon: 'models', here: false, purpose: 'installed networks' },
  { id: 'lab', label: 'Lab', icon: 'lab', here: false, purpose: 'enhancement and radiomics' },
];
