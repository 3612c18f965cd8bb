/** Where one element of a file lies. Values stay in the file's bytes. */
export class Element {
  readonly tag: number;
  /** As the file states it; '' in implicit VR. */
  readonly vr: string;
  /** Of the value, bytes from the start. */
  readonly offset: number;
  /** Of the value, bytes; for undefined lengths what was found. */
  length: number;
  items: ElementSet[] | null = null;
  /** Encapsulated data: offset and length of each fragment in turn, the offset table first. */
  fragments: number[] | null = null;

  constructor(tag: number, vr: string, offset: number, length: number) {
    this.tag = tag;
    this.vr = vr;
    this.offset = offset;
    this.length = length;
  }
}

const INDEX_FROM = 16;

/** The elements of a data set or item in file order. Of elements with the same tag the first counts. */
export class ElementSet {
  readonly elements: Element[] = [];
  readonly parent: ElementSet | null;
  readonly explicit: boolean;
  readonly littleEndian: boolean;
  #index: Map<number, Element> | null = null;

  constructor(parent: ElementSet | null, explicit: boolean, littleEndian: boolean) {
    this.parent = parent;
    this.explicit = explicit;
    this.littleEndian = littleEndian;
  }

  find(tag: number): Element | undefined {
    const { elements } = this;
    if (elements.length < INDEX_FROM) {
      for (const element of elements) if (element.tag === tag) return element;
      return undefined;
    }
    if (this.#index?.size !== elements.length) {
      this.#index = new Map();
      for (let i = elements.length - 1; i >= 0; i--) {
        const element = elements[i];
        if (element) this.#index.set(element.tag, element);
      }
    }
    return this.#index.get(tag);
  }
}
