/** Path of Electron's binary, or null where it has not been fetched. */
export function electronBinary(): string | null;
