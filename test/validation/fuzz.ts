/**
 * Mutation fuzzing of the DICOM reader: node test/validation/fuzz.ts [--minutes N] [--seed S].
 * Every file of the zoo (and of test/fixtures/dicom) is changed at random and read in a child process; a crash, more than 10 s,
 * more than 1.5 GiB, or anything on the child's stderr is a find. Finds are kept in the folder .cache/fuzz.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { mutate, randomSource } from './mutate.ts';

const LIMIT_SECONDS = 10;
const LIMIT_MEBIBYTES = 1536;
const LARGEST_SEED = 400_000;

const argument = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1] ?? fallback);
};

function seedsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(txt|json|md)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size > 0 && statSync(file).size < LARGEST_SEED);
}

interface Answer {
  readonly crash: string | null;
  readonly outcomes: readonly string[];
  readonly ms: number;
  readonly memory: number;
}

/** The child that reads, started again when it dies or is stopped. */
class Reader {
  #child: ChildProcess | null = null;
  #lines: Interface | null = null;
  stderr = '';

  read(file: string): Promise<Answer | string> {
    const { child, lines } = this.#start();
    this.stderr = '';
    return new Promise((resolve) => {
      const finish = (answer: Answer | string): void => {
        clearTimeout(timer);
        lines.removeAllListeners('line');
        child.removeAllListeners('exit');
        resolve(answer);
      };
      const timer = setTimeout(() => {
        this.stop();
        finish(`no answer within ${LIMIT_SECONDS} s`);
      }, LIMIT_SECONDS * 1000);
      lines.once('line', (line) => {
        try {
          finish(JSON.parse(line) as Answer);
        } catch {
          finish(`the reader printed: ${line.slice(0, 200)}`);
          this.stop();
        }
      });
      child.once('exit', (code, signal) => {
        this.#child = null;
        finish(`the process ended (${signal ?? String(code)}): ${this.stderr.slice(0, 500)}`);
      });
      child.stdin?.write(`${file}\n`);
    });
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  #start(): { child: ChildProcess; lines: Interface } {
    if (this.#child && this.#lines) return { child: this.#child, lines: this.#lines };
    const child = spawn(
      process.execPath,
      ['--max-old-space-size=1024', join(import.meta.dirname, 'fuzzWorker.ts')],
      { stdio: 'pipe' },
    );
    child.stderr.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
    return { child, lines: this.#lines };
  }
}

const cache = process.env['FLUENCE_VALIDATION_CACHE'] ?? '.cache/data';
const seeds = [...seedsIn(join(cache, 'zoo')), ...seedsIn('test/fixtures/dicom')];
const found = '.cache/fuzz';
mkdirSync(found, { recursive: true });
const random = randomSource(argument('seed', Date.now() % 2 ** 31));
const end = Date.now() + argument('minutes', 10) * 60_000;
const file = join(found, 'current.dcm');
const reader = new Reader();
const counts = new Map<string, number>();
let runs = 0;
let finds = 0;
let slowest = 0;
let largest = 0;

while (Date.now() < end) {
  const seed = seeds[Math.floor(random() * seeds.length)];
  if (seed === undefined) throw new Error(`no files to start from in ${cache}/zoo`);
  const bytes = mutate(
    new Uint8Array(readFileSync(seed)),
    random,
    () => new Uint8Array(readFileSync(seeds[Math.floor(random() * seeds.length)] ?? seed)),
  );
  writeFileSync(file, bytes);
  const answer = await reader.read(file);
  runs++;
  let fault: string | null;
  if (typeof answer === 'string') fault = answer;
  else {
    slowest = Math.max(slowest, answer.ms);
    largest = Math.max(largest, answer.memory);
    const key = answer.outcomes.join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
    fault =
      answer.crash ??
      (reader.stderr
        ? `on stderr: ${reader.stderr}`
        : answer.memory > LIMIT_MEBIBYTES
          ? `${answer.memory} MiB`
          : null);
    if (answer.memory > LIMIT_MEBIBYTES / 2) reader.stop();
  }
  if (fault !== null) {
    finds++;
    const name = join(found, `${finds}-${basename(seed)}`);
    writeFileSync(name, bytes);
    console.log(`${name}: ${fault.split('\n').slice(0, 4).join(' | ')}`);
  }
}
reader.stop();
console.log(
  `${runs} files from ${seeds.length} seeds, ${finds} finds; slowest ${slowest} ms, largest ${largest} MiB`,
);
console.log([...counts].map(([key, n]) => `${n} × record, values, pixels: ${key}`).join('\n'));
process.exitCode = finds === 0 ? 0 : 1;
