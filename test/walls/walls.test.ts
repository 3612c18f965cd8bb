import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const config = join(root, '.dependency-cruiser.cjs');
const fixtures = join(import.meta.dirname, 'fixtures');
const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: { name: string }[] };
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');

interface Outcome {
  summary: { violations: { rule: { name: string } }[] };
}

function violations(folder: string): string[] {
  const sources = ['src-shared', 'src-main', 'src-renderer'].filter((name) => existsSync(join(folder, name)));
  const result = spawnSync(
    process.execPath,
    [cruiser, ...sources, '--config', config, '--output-type', 'json', '--no-cache'],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    },
  );
  const outcome = JSON.parse(result.stdout) as Outcome;
  return outcome.summary.violations.map((violation) => violation.rule.name);
}

describe('the walls', () => {
  it('every rule has a fixture and every fixture a rule', () => {
    expect(readdirSync(fixtures).sort()).toEqual(forbidden.map((rule) => rule.name).sort());
  });

  it.concurrent.each(forbidden.map((rule) => rule.name))('%s stops its fixture', (name) => {
    expect(violations(join(fixtures, name))).toContain(name);
  });
});

describe('strict types', () => {
  it('an unchecked index and an any are refused', () => {
    const eslint = join(root, 'node_modules/eslint/bin/eslint.js');
    const source = 'export const f = (a: any): number => a;\n';
    const result = spawnSync(
      process.execPath,
      [eslint, '--stdin', '--stdin-filename', 'src-shared/model/volume.ts', '--format', 'json'],
      { cwd: root, input: source, encoding: 'utf8', env: { ...process.env, TSESTREE_SINGLE_RUN: 'false' } },
    );
    expect(result.stdout).toContain('no-explicit-any');
    const options = JSON.parse(
      execFileSync(
        process.execPath,
        [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'src-shared', '--showConfig'],
        { cwd: root, encoding: 'utf8' },
      ),
    ) as { compilerOptions: Record<string, unknown> };
    expect(options.compilerOptions).toMatchObject({ strict: true, noUncheckedIndexedAccess: true });
  });
});
