import { hostname } from 'node:os';
import type { ImportReport } from '../../../src-shared/api/index.ts';
import { Failure } from '../../../src-shared/model/index.ts';
import type { Databases } from '../database/databases.ts';
import type { ReadableDatabase } from '../database/handles.ts';

/** Settings, jobs, import reports and what was opened when: kept for people, not part of the change log. */
export const getSetting = (workspace: ReadableDatabase, key: string): unknown => {
  const row = workspace.first<{ value: string }>('SELECT value FROM settings WHERE key = ?', key)[0];
  return row === undefined ? undefined : (JSON.parse(row.value) as unknown);
};

export function setSetting(databases: Databases, key: string, value: unknown): void {
  databases.writeWorkspace((workspace) => {
    if (value === undefined) workspace.run('DELETE FROM settings WHERE key = ?', key);
    else
      workspace.run(
        'INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
        key,
        JSON.stringify(value),
      );
  });
}

export function saveJob(databases: Databases, job: { id: string }): void {
  databases.writeWorkspace((workspace) => {
    workspace.run(
      'INSERT INTO jobs VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM jobs), ?) ON CONFLICT DO UPDATE SET job = excluded.job',
      job.id,
      JSON.stringify(job),
    );
  });
}

export const listJobs = (workspace: ReadableDatabase): Record<string, unknown>[] =>
  workspace
    .all<{ job: string }>('SELECT job FROM jobs ORDER BY position')
    .map((row) => JSON.parse(row.job) as Record<string, unknown>);

export function forgetJob(databases: Databases, id: string): void {
  databases.writeWorkspace((workspace) => workspace.run('DELETE FROM jobs WHERE id = ?', id));
}

export function markOpened(databases: Databases, patient: string): void {
  databases.writeWorkspace((workspace) => {
    workspace.run(
      'INSERT INTO opened VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at',
      patient,
      new Date().toISOString(),
    );
  });
}

/** This process, so that another one can tell a running import from one that was killed. */
export const PROCESS = `${hostname()} ${process.pid}`;

/** Whether that process may still be at work. One on another machine may, as far as can be told from here. */
export function mayBeRunning(owner: string): boolean {
  const [host, pid] = owner.split(' ');
  if (host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export function saveReport(databases: Databases, report: ImportReport): void {
  databases.writeWorkspace((workspace) => {
    workspace.run(
      `INSERT INTO reports VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, process = excluded.process, report = excluded.report`,
      report.id,
      report.startedAt,
      report.state,
      PROCESS,
      JSON.stringify(report),
    );
  });
}

interface ReportRow {
  readonly state: string;
  readonly process: string;
  readonly report: string;
}

/** The latest first. */
export const listReports = (workspace: ReadableDatabase): ImportReport[] =>
  workspace.all<ReportRow>('SELECT * FROM reports ORDER BY started_at DESC, rowid DESC').map(reportOf);

/** Files that imports refused and that name this study, the latest first. */
export const refusedOf = (workspace: ReadableDatabase, studyUid: string): ImportReport['refused'] =>
  workspace
    .all<{ item: string }>(
      `SELECT item.value AS item FROM reports, json_each(reports.report, '$.refused') AS item
       WHERE item.value ->> '$.belongs.study' = ? ORDER BY started_at DESC, reports.rowid DESC, item.key`,
      studyUid,
    )
    .map(({ item }) => JSON.parse(item) as ImportReport['refused'][number]);

export function findReport(workspace: ReadableDatabase, id: string): ImportReport {
  const row = workspace.first<ReportRow>('SELECT * FROM reports WHERE id = ?', id)[0];
  if (row === undefined) throw new Failure('NOT_FOUND', 'There is no such import report in the library.');
  return reportOf(row);
}

/** A report whose import was killed says so, whoever asks. */
function reportOf(row: ReportRow): ImportReport {
  const report = JSON.parse(row.report) as ImportReport;
  return row.state === 'running' && !mayBeRunning(row.process) ? { ...report, state: 'failed' } : report;
}
