import { Failure, type Finding } from '../../model/index.ts';
import { characterSetOf } from './characterSets.ts';
import { type DicomFile, type PixelElement, type TagKey, tagText } from './dataSet.ts';
import { detectEncoding, type Encoding, endOfMetaInformation, preambleLength } from './detect.ts';
import type { ElementSet } from './elements.ts';
import { inflateBounded } from './inflate.ts';
import { ParsedDataSet } from './parsedDataSet.ts';
import { PIXEL_DATA, type Problem, readElements, type ReadResult } from './reader.ts';
import { Tag, tagKey, vrOfTagNumber } from './tags.ts';
import { type TransferSyntax, TransferSyntaxUid, transferSyntaxOf } from './uids.ts';
import { isCharacterSetText } from './valueRepresentation.ts';

export interface ParseOptions {
  /** Reads the header only; what follows the start of the pixel data is not looked at. */
  readonly stopAtPixelData?: boolean;
  /** For sentences; the file's name as the user knows it. */
  readonly fileName?: string;
}

/** A file that may have been read in part only. */
export interface ParsedFile {
  readonly file: DicomFile;
  readonly problem: Problem | null;
  /** All that stands before the pixel data was read, and nothing after. */
  readonly stoppedAtPixelData: boolean;
}

/**
 * Reads a DICOM file of any uncompressed, deflated or encapsulated transfer syntax, with or without its meta header.
 * Values are views on `bytes`; pixel data are not decoded.
 *
 * @throws Failure INPUT_NOT_USABLE; `detail.finding` is FILE_EMPTY, NOT_DICOM, FILE_TRUNCATED, FILE_MALFORMED, FILE_TOO_LARGE …
 */
export function parseDicomFile(bytes: Uint8Array, options: ParseOptions = {}): DicomFile {
  const { file, problem } = parseAsFarAsPossible(bytes, options);
  if (problem) throw failureOf(problem, options.fileName);
  return file;
}

/**
 * The header of a file from its first bytes alone; null where they do not reach its pixel data, or make no sense: then
 * more of the file has to be read.
 */
export function parseDicomHead(head: Uint8Array): DicomFile | null {
  try {
    const { file, stoppedAtPixelData } = parseAsFarAsPossible(head, { stopAtPixelData: true });
    return stoppedAtPixelData ? file : null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** The sentence for a file that could not be read to its end. */
export function failureOf(problem: Problem, fileName: string | undefined): Failure {
  const advice = problem.code === 'FILE_TRUNCATED' ? 'it was not read; send it again' : 'it was not read';
  return new Failure('INPUT_NOT_USABLE', `${subjectOf(fileName)} ${problem.what}; ${advice}.`, {
    finding: problem.code,
    ...(problem.tag === 0 ? {} : { tag: tagText(tagKey(problem.tag)) }),
  });
}

export const subjectOf = (fileName: string | undefined): string =>
  fileName?.split(/[/\\]/).pop() || 'The file';

/** As parseDicomFile, but a file that ends early or is malformed gives what stands before, with the problem. */
export function parseAsFarAsPossible(bytes: Uint8Array, options: ParseOptions = {}): ParsedFile {
  const subject = subjectOf(options.fileName);
  if (bytes.length === 0) {
    throw new Failure('INPUT_NOT_USABLE', `${subject} is empty (0 bytes) and was left out.`, {
      finding: 'FILE_EMPTY',
    });
  }
  const repairs: Finding[] = [];
  const header = readMetaInformation(bytes, subject, repairs);
  let content = bytes;
  let { start } = header;
  if (transferSyntaxOf(header.transferSyntaxUid).deflated) {
    content = inflateBounded(bytes.subarray(start), subject);
    start = 0;
  }
  const stated = header.isStated ? transferSyntaxOf(header.transferSyntaxUid) : null;
  const encoding = encodingOf(content, start, stated, subject, repairs);
  const result = readElements(content, {
    start,
    ...encoding,
    stopAtPixelData: options.stopAtPixelData ?? false,
  });
  if (!header.hasMagic && result.root.elements.length < 2) throw notDicom(subject);
  const dataSet = new ParsedDataSet(content, result.root);
  noteRepairs(result, content, repairs);
  const pixelData = options.stopAtPixelData ? undefined : pixelElementOf(content, result.root, encoding);
  const file: DicomFile = {
    sopClassUid: dataSet.text(Tag.SOPClassUID) || header.sopClassUid,
    sopInstanceUid: dataSet.text(Tag.SOPInstanceUID) || header.sopInstanceUid,
    transferSyntaxUid: transferSyntaxUidOf(header, encoding, stated),
    dataSet,
    repairs,
    ...(pixelData ? { pixelData } : {}),
  };
  return { file, problem: result.problem, stoppedAtPixelData: result.stoppedAtPixelData };
}

interface MetaInformation {
  readonly start: number;
  readonly hasMagic: boolean;
  readonly isStated: boolean;
  readonly transferSyntaxUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

const notDicom = (subject: string): Failure =>
  new Failure('INPUT_NOT_USABLE', `${subject} is not a DICOM file and was left out.`, {
    finding: 'NOT_DICOM',
  });

function readMetaInformation(bytes: Uint8Array, subject: string, repairs: Finding[]): MetaInformation {
  const at = preambleLength(bytes);
  const hasMagic = at > 0;
  if (!hasMagic && !detectEncoding(bytes, 0)) throw notDicom(subject);
  const { end, isCut } = endOfMetaInformation(bytes, at);
  if (isCut || (hasMagic && bytes.length - end < 8)) {
    throw new Failure('INPUT_NOT_USABLE', `${subject} ends within its file header; send it again.`, {
      finding: 'FILE_TRUNCATED',
      tag: '(0002,0000)',
    });
  }
  const { root } = readElements(bytes.subarray(0, end), {
    start: at,
    explicit: true,
    littleEndian: true,
    stopAtPixelData: false,
  });
  const meta = new ParsedDataSet(bytes, root);
  const transferSyntaxUid = meta.text(Tag.TransferSyntaxUID) ?? '';
  if (!hasMagic || end === at) {
    repairs.push({
      code: 'META_HEADER_MISSING',
      severity: 'information',
      message: 'The file has no complete DICOM header; its encoding was told from its data.',
      tag: '(0002,0010)',
    });
  }
  return {
    start: end,
    hasMagic,
    transferSyntaxUid,
    isStated: transferSyntaxUid !== '',
    sopClassUid: meta.text(Tag.MediaStorageSOPClassUID) ?? '',
    sopInstanceUid: meta.text(Tag.MediaStorageSOPInstanceUID) ?? '',
  };
}

function encodingOf(
  bytes: Uint8Array,
  start: number,
  stated: Encoding | null,
  subject: string,
  repairs: Finding[],
): Encoding {
  const detected = detectEncoding(bytes, start);
  if (!stated) {
    if (!detected) throw notDicom(subject);
    return detected;
  }
  if (!detected || (detected.explicit === stated.explicit && detected.littleEndian === stated.littleEndian)) {
    return { explicit: stated.explicit, littleEndian: stated.littleEndian };
  }
  repairs.push({
    code: 'TRANSFER_SYNTAX_WRONG',
    severity: 'warning',
    message: 'The data are encoded otherwise than the header says; they were read as they are.',
    tag: '(0002,0010)',
  });
  return detected;
}

function transferSyntaxUidOf(
  header: MetaInformation,
  encoding: Encoding,
  stated: TransferSyntax | null,
): string {
  const asStated =
    stated && stated.explicit === encoding.explicit && stated.littleEndian === encoding.littleEndian;
  // How the pixel data are packed is stated in the header alone
  if (stated && (asStated || stated.packing !== 'native')) return header.transferSyntaxUid;
  if (!encoding.explicit) return TransferSyntaxUid.ImplicitVRLittleEndian;
  return encoding.littleEndian
    ? TransferSyntaxUid.ExplicitVRLittleEndian
    : TransferSyntaxUid.ExplicitVRBigEndian;
}

function noteRepairs(result: ReadResult, bytes: Uint8Array, repairs: Finding[]): void {
  if (result.trailingBytes > 0) {
    repairs.push({
      code: 'VALUE_REPAIRED',
      severity: 'information',
      tag: '(7FE0,0010)',
      message: `${result.trailingBytes} bytes after the pixel data are no DICOM elements and were left out.`,
    });
  }
  if (result.delimiterMissing) {
    repairs.push({
      code: 'VALUE_REPAIRED',
      severity: 'warning',
      tag: '(7FE0,0010)',
      message: 'The pixel data have no end mark; the file may have been cut off at its end.',
    });
  }
  if (result.strayItems > 0) {
    repairs.push({
      code: 'VALUE_REPAIRED',
      severity: 'warning',
      message: 'The file has a sequence item without its sequence; the item was left out.',
    });
  }
  const text = undeclaredText(bytes, result.root);
  if (text) {
    repairs.push({
      code: 'CHARACTER_SET_ASSUMED',
      severity: 'information',
      tag: text,
      message:
        'The file has letters beyond ASCII but names no character set that is known; Latin-1 was assumed.',
    });
  }
}

/** The first text with bytes beyond ASCII for which no known character set is named. */
function undeclaredText(bytes: Uint8Array, root: ElementSet): string | undefined {
  const open: { set: ElementSet; isDeclared: boolean }[] = [{ set: root, isDeclared: false }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { set } = next;
    const named = set.find(0x00080005);
    const isDeclared =
      named && named.length > 0
        ? isKnownSet(new ParsedDataSet(bytes, set).texts(Tag.SpecificCharacterSet))
        : next.isDeclared;
    for (const element of set.elements) {
      if (element.items) for (const item of element.items) open.push({ set: item, isDeclared });
      else if (!isDeclared && isCharacterSetText(element.vr || (vrOfTagNumber(element.tag) ?? ''))) {
        for (let i = element.offset; i < element.offset + element.length; i++) {
          if ((bytes[i] ?? 0) >= 0x80) return tagText(tagKey(element.tag));
        }
      }
    }
  }
  return undefined;
}

const isKnownSet = (terms: readonly string[]): boolean => characterSetOf(terms).unknown.length === 0;

const PIXEL_TAGS: readonly number[] = [PIXEL_DATA, 0x7fe00008, 0x7fe00009];

function pixelElementOf(bytes: Uint8Array, root: ElementSet, encoding: Encoding): PixelElement | undefined {
  for (const tag of PIXEL_TAGS) {
    const element = root.find(tag);
    if (!element) continue;
    const key: TagKey = tagKey(tag);
    const { fragments } = element;
    if (!fragments) {
      const value = bytes.subarray(element.offset, element.offset + element.length);
      return {
        tag: key,
        vr: element.vr,
        littleEndian: encoding.littleEndian,
        value,
        fragments: null,
        offsetTable: null,
      };
    }
    const views: Uint8Array[] = [];
    for (let i = 0; i < fragments.length; i += 2) {
      const at = fragments[i] ?? 0;
      views.push(bytes.subarray(at, at + (fragments[i + 1] ?? 0)));
    }
    const [offsetTable, ...rest] = views;
    return {
      tag: key,
      vr: element.vr,
      littleEndian: encoding.littleEndian,
      value: new Uint8Array(0),
      fragments: rest,
      offsetTable: offsetTable ?? null,
    };
  }
  return undefined;
}
