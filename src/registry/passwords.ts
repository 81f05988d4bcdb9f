import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Source: ECR API reference, GetAuthorizationToken: valid for twelve hours. */
const VALID_MS = 12 * 60 * 60_000;

export type Passwords = {
  make(now: Date): { readonly password: string; readonly expiresAt: Date };
  check(password: string, now: Date): 'valid' | 'expired' | 'wrong';
};

/** Passwords that carry their own end, signed with a key that lives as long as this process does, or that is given. */
export function createPasswords(key: Buffer = randomBytes(32)): Passwords {
  const sign = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return {
    make(now) {
      const expiresAt = new Date(now.getTime() + VALID_MS);
      const text = String(expiresAt.getTime());
      return { password: `${text}.${sign(text).toString('base64url')}`, expiresAt };
    },
    check(password, now) {
      const [text = '', signature = ''] = password.split('.');
      const given = Buffer.from(signature, 'base64url');
      const right = sign(text);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return 'wrong';
      return Number(text) > now.getTime() ? 'valid' : 'expired';
    },
  };
}
