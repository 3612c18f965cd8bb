/** Remembers lists of values and tells whether one differs from the list of that name before. */
export class Changes {
  readonly #known = new Map<string, readonly unknown[]>();

  differs(name: string, values: readonly unknown[]): boolean {
    const before = this.#known.get(name);
    if (before && before.length === values.length && values.every((value, n) => Object.is(value, before[n])))
      return false;
    this.#known.set(name, values);
    return true;
  }

  forget(name?: string): void {
    if (name === undefined) this.#known.clear();
    else this.#known.delete(name);
  }
}
