import Database from 'better-sqlite3';

/** Damages an index for a test: its file stays, its objects are forgotten. */
export function emptyIndex(file: string): void {
  const database = new Database(file);
  database.exec('DELETE FROM instances');
  database.close();
}
