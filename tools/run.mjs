// The project's commands: each does its own set-up on a fresh machine and says in a line what it does.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { continueOnProjectNode, environment, root, stop } from './node.mjs';

continueOnProjectNode();
const [command = '', ...rest] = process.argv.slice(2);
const env = environment(process.execPath);
const say = (text) => process.stderr.write(`${text}\n`);

/** Runs to its end with our own output; returns the exit code. */
const run = (program, ...args) =>
  spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env,
    shell: process.platform === 'win32' && program === 'npm',
  }).status ?? 1;
const node = (script, ...args) => run(process.execPath, join(root, script), ...args);

function newest(folder, time = 0) {
  if (!existsSync(folder)) return time;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    time = entry.isDirectory() ? newest(path, time) : Math.max(time, statSync(path).mtimeMs);
  }
  return time;
}

/** Packages as the lockfile has them, and a build no older than its sources. */
function prepare() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.fluence-lock');
  const built = join(root, 'dist', '.built');
  mkdirSync(join(root, '.cache'), { recursive: true });
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
    say('Installing packages and building (npm ci): about two minutes.');
    if (run('npm', 'ci', '--no-audit', '--no-fund', '--loglevel', 'error') !== 0)
      stop('The packages could not be installed; the lines above say why.');
    writeFileSync(stamp, lock);
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(built, '');
    return;
  }
  const sources = ['src-shared', 'src-main', 'src-renderer', 'tools', 'resources'].reduce(
    (time, folder) => newest(join(root, folder), time),
    0,
  );
  if (!existsSync(built) || statSync(built).mtimeMs < sources) {
    say('Building what has changed.');
    if (node('tools/prepare.mjs') !== 0) stop('The build failed; the lines above say where.');
    writeFileSync(built, '');
  }
}

/** Runs commands side by side, prints each one's output when it ends, and says which passed. */
async function together(checks) {
  const one = ([title, program, ...args]) =>
    new Promise((resolve) => {
      const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      child.stdout.on('data', (text) => (output += text));
      child.stderr.on('data', (text) => (output += text));
      child.on('error', (error) => resolve({ title, passed: false, output: error.message }));
      child.on('close', (code) => resolve({ title, passed: code === 0, output }));
    });
  const results = [];
  const queue = [...checks];
  const lane = async () => {
    for (let check = queue.shift(); check; check = queue.shift()) {
      const result = await one(check);
      if (!result.passed) say(result.output.trim());
      say(`${result.passed ? 'passed' : 'FAILED'}  ${result.title}`);
      results.push(result);
    }
  };
  await Promise.all([lane(), lane()]);
  return { passed: results.filter((r) => r.passed).length, failed: results.filter((r) => !r.passed).length };
}

const tool = (name) => join(root, 'node_modules', '.bin', name);

const lint = () =>
  together([
    ['lint rules', tool('eslint'), '.', '--max-warnings', '0'],
    ['types of src-shared', tool('tsc'), '-p', 'src-shared'],
    ['types of src-main', tool('tsc'), '-p', 'src-main'],
    ['types of the tests', tool('tsc'), '-p', 'test'],
    [
      'types of src-renderer',
      tool('svelte-check'),
      '--tsconfig',
      'src-renderer/tsconfig.json',
      '--fail-on-warnings',
      '--output',
      'human',
    ],
    [
      'walls',
      tool('depcruise'),
      'src-shared',
      'src-main',
      'src-renderer',
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
    ],
    ['format', tool('prettier'), '--check', '--log-level', 'warn', '.'],
  ]);

/** Runs vitest on one of its projects and counts. */
function vitest(...args) {
  const report = join(root, '.cache', `vitest-${process.pid}.json`);
  const code = run(
    tool('vitest'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args,
  );
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const r = JSON.parse(readFileSync(report, 'utf8'));
  const failed =
    r.numFailedTests +
    r.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return { passed: r.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
}

async function endToEnd() {
  const { findChromium } = await import('./chromium.mjs');
  const chromium = findChromium();
  if (!chromium) {
    say(
      'No Chromium could be had: the end-to-end tests cannot run. Install one, or name it in FLUENCE_CHROMIUM.',
    );
    return { passed: 0, failed: 1 };
  }
  env.FLUENCE_CHROMIUM = chromium;
  const report = join(root, '.cache', `playwright-${process.pid}.json`);
  env.PLAYWRIGHT_JSON_OUTPUT_NAME = report;
  const code = run(tool('playwright'), 'test', '--reporter=list,json');
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { stats } = JSON.parse(readFileSync(report, 'utf8'));
  return {
    passed: stats.expected + stats.flaky,
    failed: code !== 0 && stats.unexpected === 0 ? 1 : stats.unexpected,
  };
}

/** What validation compares with; where it cannot be had, the comparisons that need it say so and are left out. */
async function independentPrograms() {
  const { installFromDebian } = await import('./debian.mjs');
  const missing = [
    ['dciodvfy', 'dicom3tools'],
    ['dcmconv', 'dcmtk'],
  ].filter(([program]) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined);
  if (missing.length > 0)
    installFromDebian(
      missing.map(([, name]) => name),
      'for comparisons',
    );
}

/**
 * The acceptance suite that lies beside the validation data, where it does. A check that was proved wrong stands in
 * test/validation/disputed.json with its proof: it is run and shown, and not counted.
 */
function acceptance(data) {
  const suite = join(data, 'accept', 'run');
  if (!existsSync(suite)) return { passed: 0, failed: 0 };
  const disputed = JSON.parse(readFileSync(join(root, 'test', 'validation', 'disputed.json'), 'utf8'));
  const stdio = ['ignore', 'pipe', 'inherit'];
  const result = spawnSync(process.execPath, [suite, 'review', '--json'], {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio,
    maxBuffer: 1 << 28,
  });
  let passed = 0;
  let failed = 0;
  for (const line of result.stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const { state, id, title, figure, wanted, seconds } = JSON.parse(line);
    process.stdout.write(`${state.padEnd(5)}  ${id}  ${title}  ${figure} (wanted ${wanted})  ${seconds} s\n`);
    if (state === 'PASS') passed++;
    else if (disputed[id]) process.stdout.write(`       not counted: ${disputed[id]}\n`);
    else failed++;
  }
  return passed + failed > 0 ? { passed, failed } : { passed: 0, failed: 1 };
}

/** Ends with the one line that counts, and keeps the counts for whoever adds several runs up. */
function close(name, parts) {
  const total = parts.reduce(
    (sum, part) => ({ passed: sum.passed + part.passed, failed: sum.failed + part.failed }),
    { passed: 0, failed: 0 },
  );
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(join(root, '.cache', `${name}.counts.json`), JSON.stringify(total));
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
}

const commands = {
  async test() {
    prepare();
    const only = rest[0];
    const parts = [];
    if (!only || only === 'lint') parts.push(await lint());
    if (!only || only === 'unit') parts.push(vitest('--project', 'node', '--project', 'renderer'));
    if (!only || only === 'end-to-end') parts.push(await endToEnd());
    if (parts.length === 0) stop(`There is no part "${only}"; the parts are lint, unit and end-to-end.`, 2);
    close('test', parts);
  },
  async lint() {
    prepare();
    close('lint', [await lint()]);
  },
  async validate() {
    const given = process.env.FLUENCE_VALIDATION_DATA;
    const data = given ?? join(root, '..', 'shared');
    if (!existsSync(data)) {
      if (given) stop(`FLUENCE_VALIDATION_DATA names ${given}, which is not there.`, 2);
      say('There are no validation data here (FLUENCE_VALIDATION_DATA names none): nothing was validated.');
      writeFileSync(join(root, '.cache', 'validate.counts.json'), JSON.stringify({ passed: 0, failed: 0 }));
      process.exit(0);
    }
    prepare();
    const unpacked = join(root, '.cache', 'data');
    say(`Validating against ${relative(root, data) || data}.`);
    if (run(join(data, 'data', 'unpack'), unpacked) !== 0) stop('The validation data could not be unpacked.');
    Object.assign(env, { FLUENCE_VALIDATION_DATA: data, FLUENCE_VALIDATION_CACHE: unpacked });
    await independentPrograms();
    close('validate', [vitest('--project', 'validation'), acceptance(data)]);
  },
  async demo() {
    prepare();
    const { electronBinary } = await import('./electron.mjs');
    if (!electronBinary() || rest.length > 0) process.exit(node('bin/fluence.mjs', 'demo', ...rest));
    const code = node('bin/fluence.mjs', 'demo', '--import');
    process.exit(code === 0 ? node('tools/start.mjs') : code);
  },
  start() {
    prepare();
    process.exit(node('tools/start.mjs', ...rest));
  },
};

const chosen =
  commands[command] ??
  stop(`There is no command "${command}"; the commands are ${Object.keys(commands).join(', ')}.`, 2);
await chosen();
