import type { FindingCode } from '../../model/index.ts';
import { Element, ElementSet } from './elements.ts';
import { vrOfTagNumber } from './tags.ts';
import { representationOf } from './valueRepresentation.ts';

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
export const PIXEL_DATA = 0x7fe00010;
const FIRST_PIXEL_ELEMENT = 0x7fe00008;

/** Deeper nesting than any object of DICOM needs; protects readers that walk the tree recursively. */
const MAXIMUM_DEPTH = 100;
/** Bounds memory: a large structure set has a tenth of it. */
const MAXIMUM_ELEMENTS = 4_000_000;

export interface Problem {
  readonly code: FindingCode;
  readonly tag: number;
  /** What is wrong, as the end of a sentence whose subject is the file. */
  readonly what: string;
}

export interface ReadResult {
  readonly root: ElementSet;
  /** Why reading stopped early; null where the file was read to its end. */
  readonly problem: Problem | null;
  /** Bytes after the pixel data that are no elements. */
  readonly trailingBytes: number;
  /** The fragments of encapsulated pixel data ran to the end of the file without a delimiter. */
  readonly delimiterMissing: boolean;
  /** Items that stand in no sequence and were left out. */
  readonly strayItems: number;
  /** Reading stopped where the pixel data begin, as it was asked to. */
  readonly stoppedAtPixelData: boolean;
}

export interface ReadOptions {
  readonly start: number;
  readonly explicit: boolean;
  readonly littleEndian: boolean;
  readonly stopAtPixelData: boolean;
}

/** An open item (set) or sequence (items). */
interface Frame {
  readonly set: ElementSet | null;
  readonly items: ElementSet[] | null;
  readonly tag: number;
  readonly end: number;
  readonly hasLength: boolean;
  readonly explicit: boolean;
  readonly littleEndian: boolean;
  readonly parent: ElementSet | null;
  /** Taken for a sequence because it looks like one: if that fails it is kept as bytes. */
  readonly guess: Element | null;
}

/** Reads the element structure of a data set without recursion and without copying values. */
export function readElements(bytes: Uint8Array, options: ReadOptions): ReadResult {
  return new Reader(bytes, options).read();
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #options: ReadOptions;
  readonly #root: ElementSet;
  readonly #stack: Frame[] = [];
  #position: number;
  #count = 0;
  #pixelDataSeen = false;
  #delimiterMissing = false;
  #strayItems = 0;
  #trailingBytes = 0;
  #problem: Problem | null = null;
  #cut: Problem | null = null;
  #done = false;
  #stopped = false;

  constructor(bytes: Uint8Array, options: ReadOptions) {
    this.#bytes = bytes;
    this.#options = options;
    this.#position = options.start;
    this.#root = new ElementSet(null, options.explicit, options.littleEndian);
  }

  read(): ReadResult {
    const { explicit, littleEndian } = this.#options;
    this.#stack.push({
      set: this.#root,
      items: null,
      tag: 0,
      end: this.#bytes.length,
      hasLength: true,
      explicit,
      littleEndian,
      parent: null,
      guess: null,
    });
    while (!this.#done) {
      const frame = this.#stack[this.#stack.length - 1];
      if (!frame) break;
      if (this.#position >= frame.end) {
        if (!frame.hasLength)
          this.#fail(this.#codeAt(frame.end), frame.tag, 'ends within a sequence that is not closed');
        else this.#stack.pop();
      } else if (frame.set) this.#readElement(frame, frame.set);
      else if (frame.items) this.#readItem(frame, frame.items);
    }
    return {
      root: this.#root,
      problem: this.#problem ?? this.#cut,
      trailingBytes: this.#trailingBytes,
      delimiterMissing: this.#delimiterMissing,
      strayItems: this.#strayItems,
      stoppedAtPixelData: this.#stopped,
    };
  }

  /** Gives up the innermost guessed sequence and reads on behind it; without one, gives up the file. */
  #fail(code: FindingCode, tag: number, what: string): void {
    const isCut = this.#cut !== null && code === 'FILE_TRUNCATED';
    for (let i = this.#stack.length - 1; i > 0 && !isCut; i--) {
      const frame = this.#stack[i];
      if (!frame?.guess || !frame.hasLength) continue;
      this.#stack.length = i;
      frame.guess.items = null;
      this.#position = frame.end;
      return;
    }
    this.#done = true;
    if (this.#stack.length === 1 && this.#pixelDataSeen)
      this.#trailingBytes = this.#bytes.length - this.#position;
    else this.#problem = { code, tag, what };
  }

  #u16(at: number, littleEndian: boolean): number {
    const a = this.#bytes[at] ?? 0;
    const b = this.#bytes[at + 1] ?? 0;
    return littleEndian ? a | (b << 8) : b | (a << 8);
  }

  #u32(at: number, littleEndian: boolean): number {
    const first = this.#u16(at, littleEndian);
    const second = this.#u16(at + 2, littleEndian);
    return littleEndian ? first + second * 0x10000 : first * 0x10000 + second;
  }

  #tag(at: number, littleEndian: boolean): number {
    return this.#u16(at, littleEndian) * 0x10000 + this.#u16(at + 2, littleEndian);
  }

  #counted(): boolean {
    if (++this.#count <= MAXIMUM_ELEMENTS) return true;
    this.#stack.length = 1;
    this.#pixelDataSeen = false;
    this.#fail('FILE_TOO_LARGE', 0, `has more than ${MAXIMUM_ELEMENTS} elements`);
    return false;
  }

  #readItem(frame: Frame, items: ElementSet[]): void {
    const at = this.#position;
    if (frame.end - at < 8) {
      this.#fail(this.#codeAt(frame.end), frame.tag, 'ends within a sequence');
      return;
    }
    const tag = this.#tag(at, frame.littleEndian);
    const length = this.#u32(at + 4, frame.littleEndian);
    this.#position = at + 8;
    if (tag === SEQUENCE_END) {
      if (!frame.hasLength) this.#stack.pop();
      return;
    }
    if (tag !== ITEM) {
      this.#fail('FILE_MALFORMED', frame.tag, 'has a sequence with something else than items in it');
      return;
    }
    if (!this.#counted()) return;
    const hasLength = length !== UNDEFINED_LENGTH;
    const end = hasLength ? at + 8 + length : frame.end;
    if (end > frame.end && !this.#cutAt(frame.end, frame.tag, end)) return;
    const explicit = frame.explicit || (frame.guess?.vr === 'UN' && this.#looksExplicit(at + 8));
    const set = new ElementSet(frame.parent, explicit, frame.littleEndian);
    items.push(set);
    this.#open({
      ...frame,
      set,
      items: null,
      end: Math.min(end, frame.end),
      hasLength,
      explicit,
      parent: set,
      guess: null,
    });
  }

  #readElement(frame: Frame, set: ElementSet): void {
    const at = this.#position;
    const isRoot = this.#stack.length === 1;
    if (isRoot && this.#bytes[at] === 0 && this.#onlyZeros(at)) {
      this.#done = true;
      return;
    }
    if (frame.end - at < 8) {
      this.#fail(this.#codeAt(frame.end), frame.tag, 'ends within the head of an element');
      return;
    }
    const tag = this.#tag(at, frame.littleEndian);
    if (tag === ITEM_END || tag === SEQUENCE_END) {
      if (frame.hasLength) this.#position = at + 8;
      else {
        if (tag === ITEM_END) this.#position = at + 8;
        this.#stack.pop();
      }
      return;
    }
    if (tag === ITEM) {
      this.#skipStrayItem(frame, at);
      return;
    }
    if (isRoot && this.#pixelDataSeen && tag < FIRST_PIXEL_ELEMENT) {
      this.#fail('FILE_MALFORMED', tag, 'has elements out of order');
      return;
    }
    this.#readValue(frame, set, tag, at);
  }

  /** An item whose sequence lost its head: its length tells where the data set goes on. */
  #skipStrayItem(frame: Frame, at: number): void {
    const end = at + 8 + this.#u32(at + 4, frame.littleEndian);
    if (end > frame.end) {
      this.#fail('FILE_MALFORMED', frame.tag, 'has an item outside a sequence');
      return;
    }
    this.#strayItems++;
    this.#position = end;
  }

  #readValue(frame: Frame, set: ElementSet, tag: number, at: number): void {
    const { littleEndian } = frame;
    let vr = '';
    let head = 8;
    let length: number;
    const representation = frame.explicit ? this.#representation(at) : undefined;
    if (representation) {
      vr = representation.name;
      if (representation.long) {
        head = 12;
        if (frame.end - at < 12) {
          this.#fail(this.#codeAt(frame.end), tag, 'ends within the head of an element');
          return;
        }
        length = this.#u32(at + 8, littleEndian);
      } else length = this.#u16(at + 6, littleEndian);
    } else length = this.#u32(at + 4, littleEndian);

    const offset = at + head;
    const isPixelData = tag === PIXEL_DATA || tag === 0x7fe00008 || tag === 0x7fe00009;
    if (!this.#counted()) return;
    const element = new Element(tag, vr, offset, length);
    if (this.#options.stopAtPixelData && isPixelData && set === this.#root) {
      this.#done = this.#stopped = true;
      return;
    }
    this.#position = offset;
    if (length === UNDEFINED_LENGTH) {
      this.#readUndefinedLength(frame, set, element);
      return;
    }

    const end = offset + length;
    const isSequence = vr === 'SQ' || this.#looksLikeSequence(element, frame);
    if (end > frame.end) {
      if (!isSequence) {
        const missing = end - this.#bytes.length;
        const where = isPixelData ? 'ends within its pixel data' : 'ends within an element';
        if (frame.end === this.#bytes.length) {
          this.#fail('FILE_TRUNCATED', tag, `${where} (${missing} bytes are missing)`);
          return;
        }
        this.#fail('FILE_MALFORMED', tag, 'has an element that is longer than the item it lies in');
        return;
      }
      if (!this.#cutAt(frame.end, tag, end)) return;
    }
    set.elements.push(element);
    if (isSequence) this.#openSequence(frame, set, element, Math.min(end, frame.end), true);
    else this.#position = end;
    if (isPixelData && set === this.#root) this.#pixelDataSeen = true;
  }

  #readUndefinedLength(frame: Frame, set: ElementSet, element: Element): void {
    set.elements.push(element);
    const { vr, tag } = element;
    if (tag === PIXEL_DATA || vr === 'OB' || vr === 'OW') {
      this.#readFragments(frame, set, element);
      return;
    }
    element.length = 0;
    this.#openSequence(frame, set, element, frame.end, false);
  }

  #openSequence(frame: Frame, set: ElementSet, element: Element, end: number, hasLength: boolean): void {
    const isStated = element.vr === 'SQ';
    // PS3.5 6.2.2: the content of UN is implicit VR little endian
    const isUnknown = element.vr === 'UN';
    element.items = [];
    this.#open({
      set: null,
      items: element.items,
      tag: element.tag,
      end,
      hasLength,
      explicit: isUnknown ? false : frame.explicit,
      littleEndian: isUnknown || frame.littleEndian,
      parent: set,
      guess: isStated ? null : element,
    });
  }

  #open(frame: Frame): void {
    if (this.#stack.length < 2 * MAXIMUM_DEPTH) this.#stack.push(frame);
    else {
      this.#stack.length = 1;
      this.#fail('FILE_MALFORMED', frame.tag, `nests sequences more than ${MAXIMUM_DEPTH} deep`);
    }
  }

  #readFragments(frame: Frame, set: ElementSet, element: Element): void {
    const fragments: number[] = [];
    element.fragments = fragments;
    let at = element.offset;
    for (;;) {
      if (frame.end - at < 8) {
        if (frame.end !== this.#bytes.length || fragments.length === 0) {
          this.#fail(this.#codeAt(frame.end), element.tag, 'ends within its pixel data');
          return;
        }
        this.#delimiterMissing = true;
        at = frame.end;
        break;
      }
      const tag = this.#tag(at, frame.littleEndian);
      const length = this.#u32(at + 4, frame.littleEndian);
      at += 8;
      if (tag === SEQUENCE_END) break;
      if (tag !== ITEM) {
        this.#fail(
          'PIXEL_DATA_MALFORMED',
          element.tag,
          'has pixel data whose fragments cannot be told apart',
        );
        return;
      }
      if (at + length > frame.end) {
        this.#fail(
          'FILE_TRUNCATED',
          element.tag,
          `ends within its pixel data (${at + length - this.#bytes.length} bytes are missing)`,
        );
        return;
      }
      if (!this.#counted()) return;
      fragments.push(at, length);
      at += length;
    }
    element.length = at - element.offset;
    this.#position = at;
    if (element.tag === PIXEL_DATA && set === this.#root) this.#pixelDataSeen = true;
  }

  /** Notes where the file is cut and lets reading go on to the cut; false where the length is just wrong. */
  #cutAt(frameEnd: number, tag: number, claimedEnd: number): boolean {
    if (frameEnd !== this.#bytes.length) {
      this.#fail('FILE_MALFORMED', tag, 'has a sequence that is longer than what it lies in');
      return false;
    }
    this.#cut ??= {
      code: 'FILE_TRUNCATED',
      tag,
      what: `ends within a sequence (${claimedEnd - frameEnd} bytes are missing)`,
    };
    return true;
  }

  #codeAt(end: number): FindingCode {
    return end === this.#bytes.length ? 'FILE_TRUNCATED' : 'FILE_MALFORMED';
  }

  /** The stated representation; undefined where no letters stand, and the element is then read as implicit. */
  #representation(at: number): { name: string; long: boolean } | undefined {
    const first = this.#bytes[at + 4] ?? 0;
    const second = this.#bytes[at + 5] ?? 0;
    const known = representationOf((first << 8) | second);
    if (known) return known;
    if (first < 65 || first > 90 || second < 65 || second > 90) return undefined;
    // PS3.5 6.2: representations to come will have the long form
    return { name: 'UN', long: this.#u16(at + 6, true) === 0 };
  }

  #looksExplicit(at: number): boolean {
    return representationOf(((this.#bytes[at + 4] ?? 0) << 8) | (this.#bytes[at + 5] ?? 0)) !== undefined;
  }

  /** Elements whose representation is not stated: by the dictionary, else by an item's head at the start of the value. */
  #looksLikeSequence(element: Element, frame: Frame): boolean {
    if (element.vr !== '' && element.vr !== 'UN') return false;
    const known = vrOfTagNumber(element.tag);
    if (known === 'SQ') return true;
    if (known !== undefined || element.length < 8) return false;
    return this.#tag(element.offset, element.vr === 'UN' || frame.littleEndian) === ITEM;
  }

  #onlyZeros(from: number): boolean {
    for (let i = from; i < this.#bytes.length; i++) if (this.#bytes[i] !== 0) return false;
    return true;
  }
}
