import { uploadHeader, type Client, type libraryDomain } from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import { atMostEvery } from './pace.ts';

export interface UploadFile {
  /** As the person would name it: 'CT/slice 1.dcm'. */
  readonly path: string;
  readonly file: File;
}

export interface UploadProgress {
  readonly files: number;
  readonly bytes: number;
  readonly ofFiles: number;
  readonly ofBytes: number;
}

export interface UploadRequest {
  readonly title: string;
  readonly files: readonly UploadFile[];
  readonly signal?: AbortSignal;
  /** Told when the sizes are known, then a few times a second. */
  readonly onProgress?: (progress: UploadProgress) => void;
}

/** Requests under way: one is written to disk while the next is read from it. */
const LANES = 2;
/** A request takes files up to these bounds, or one larger file: small ones cost far more one by one, and each tells how far it is. */
const BATCH_FILES = 64;
const BATCH_BYTES = 16 * 2 ** 20;
const TELL_EVERY_MS = 200;
/** Less than a frame: the window answers between two parts of a long piece of work. */
const AT_A_TIME_MS = 8;

/** Sends the files, several in a request, then has the host import them. What was sent is thrown away if anything fails. */
export async function uploadFiles(
  library: Client<typeof libraryDomain>,
  { title, files, signal, onProgress }: UploadRequest,
): Promise<{ readonly job: string }> {
  const queue = await sized(files);
  const ofBytes = queue.reduce((sum, { size }) => sum + size, 0);
  const { upload, url } = await library.beginUpload({ title, files: files.length, bytes: ofBytes });
  let sentFiles = 0,
    sentBytes = 0;
  const tell = atMostEvery(TELL_EVERY_MS, () =>
    onProgress?.({ files: sentFiles, bytes: sentBytes, ofFiles: files.length, ofBytes }),
  );
  tell();
  try {
    const lane = async (): Promise<void> => {
      for (let next = batch(queue); next.length > 0; next = batch(queue)) {
        await send(url, next, signal);
        sentFiles += next.length;
        sentBytes += next.reduce((sum, { size }) => sum + size, 0);
        tell();
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    tell.flush();
    return await library.finishUpload({ upload });
  } catch (error) {
    queue.length = 0;
    tell.flush();
    await library.abandonUpload({ upload }).catch(() => undefined);
    throw error;
  }
}

interface SizedFile {
  readonly offered: UploadFile;
  /** Bytes. */
  readonly size: number;
}

/** The browser looks at the disk each time it is asked for the size of a file, and the window waits: asked once, in parts. */
async function sized(files: readonly UploadFile[]): Promise<SizedFile[]> {
  const known: SizedFile[] = [];
  let pause = performance.now() + AT_A_TIME_MS;
  for (const offered of files) {
    if (performance.now() >= pause) {
      await new Promise((resolve) => setTimeout(resolve));
      pause = performance.now() + AT_A_TIME_MS;
    }
    known.push({ offered, size: offered.file.size });
  }
  return known;
}

/** Takes the next request's files from the queue; none where it is empty. */
function batch(queue: SizedFile[]): SizedFile[] {
  let bytes = 0,
    files = 0;
  for (const { size } of queue) {
    if (files > 0 && (files === BATCH_FILES || bytes + size > BATCH_BYTES)) break;
    bytes += size;
    files += 1;
  }
  return queue.splice(0, files);
}

async function send(
  url: string,
  files: readonly SizedFile[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    // The browser reads the files while it sends them; the script never holds their bytes.
    body: new Blob(files.flatMap(({ offered: { path, file }, size }) => [uploadHeader(path, size), file])),
    ...(signal === undefined ? {} : { signal }),
  };
  const answer = await fetch(url, init).catch(async () => {
    if (signal?.aborted === true) throw new Failure('CANCELLED', 'Cancelled.');
    throw new Failure('INPUT_NOT_USABLE', `${await culprit(files)}; nothing was imported.`);
  });
  if (answer.ok) return;
  const sentence = (await answer.text()).trim();
  throw new Failure(
    answer.status === 507 ? 'DISK_FULL' : 'NOT_ALLOWED',
    sentence === '' ? 'The files were refused.' : sentence,
  );
}

/** Which file a request broke off at: one that can no longer be read, if there is one. */
async function culprit(files: readonly SizedFile[]): Promise<string> {
  for (const { offered } of files) {
    const readable = await offered.file
      .slice(0, 1)
      .arrayBuffer()
      .then(
        () => true,
        () => false,
      );
    if (!readable) return `${offered.path} could not be read`;
  }
  return 'The files could not be sent';
}

/** The files of an `<input type="file">`, of folders too (`webkitdirectory`). */
export const filesOfInput = (list: Iterable<File>): UploadFile[] =>
  [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/** The files of a drop, folders walked through. Call it within the drop's own event: later its items are gone. */
export async function filesOfDrop(transfer: DataTransfer): Promise<UploadFile[]> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  return (await Promise.all(entries.map((entry) => walk(entry, '')))).flat();
}

async function walk(entry: FileSystemEntry, folder: string): Promise<UploadFile[]> {
  const path = `${folder}${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: UploadFile[] = [];
  // A reader gives its entries in parts, and an empty part at the end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return found;
    for (const child of part) found.push(...(await walk(child, `${path}/`)));
  }
}
