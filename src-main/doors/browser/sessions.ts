import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const secret = (): string => randomBytes(32).toString('base64url');
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether two secrets are one, in a time that does not tell how much of them agrees. */
const same = (a: string, b: Buffer): boolean => timingSafeEqual(digest(a), b);

export interface Sessions {
  /** A one-time code for the URL's fragment. A new one ends the one before. */
  newCode(): string;
  /** The session's token for a code that still lives; the code is dead after it, right or wrong in time. */
  exchange(code: string): string | null;
  holds(token: string): boolean;
}

/** Codes live `codeSeconds`, for one use; tokens as long as the door. Only hashes are kept. */
export function createSessions({
  codeSeconds = 60,
  now = () => performance.now(),
}: { codeSeconds?: number; now?: () => number } = {}): Sessions {
  let code: { readonly hash: Buffer; readonly until: number } | null = null;
  const tokens: Buffer[] = [];
  return {
    newCode() {
      const made = secret();
      code = { hash: digest(made), until: now() + codeSeconds * 1000 };
      return made;
    },
    exchange(given) {
      if (code === null || now() > code.until) {
        code = null;
        return null;
      }
      // A wrong guess does not end the code, else anything on this machine could lock the person out; 256 bits do not yield to guessing.
      if (!same(given, code.hash)) return null;
      code = null;
      const token = secret();
      tokens.push(digest(token));
      return token;
    },
    holds(token) {
      let found = false;
      for (const hash of tokens) found = same(token, hash) || found;
      return found;
    },
  };
}
