import { randomBytes } from 'node:crypto';

/** Begins the access keys that are made here, so that they are never taken for AWS's own (ASIA…). Source: LocalStack's form. */
const PREFIX = 'LSIA';
/** Begins our session tokens. */
const TOKEN_PREFIX = 'ecsidecar.';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * An access key of twenty letters and digits from which its account can be read again, in the way of AWS's: base32 of ten
 * bytes, of which bits 1 to 40 are the account.
 */
export function temporaryAccessKey(account: string, random: (size: number) => Buffer = randomBytes): string {
  const bytes = random(10);
  const noise = BigInt(bytes[5] ?? 0) & 0x7fn;
  bytes.writeUIntBE(Number((1n << 47n) | (BigInt(account) << 7n) | noise), 0, 6);
  const bits = BigInt(`0x${bytes.toString('hex')}`);
  return (
    PREFIX +
    Array.from({ length: 16 }, (_, at) => BASE32[Number((bits >> BigInt(75 - at * 5)) & 31n)]).join('')
  );
}

/** The account of an access key that was made here; undefined for any other. */
export function accountOfTemporaryKey(accessKey: string): string | undefined {
  if (!/^LSIA[A-Z2-7]{16}$/.test(accessKey)) return undefined;
  const letters = Array.from(accessKey.slice(PREFIX.length, PREFIX.length + 10));
  const bits = letters.reduce((sum, letter) => (sum << 5n) | BigInt(BASE32.indexOf(letter)), 0n);
  const account = (bits >> 9n) & ((1n << 40n) - 1n);
  return account < 10n ** 12n ? String(account).padStart(12, '0') : undefined;
}

/** A session token that tells who its bearer is. Signatures are not verified here, so it need not be secret. */
export const sessionToken = (principalArn: string): string =>
  TOKEN_PREFIX + Buffer.from(JSON.stringify({ principalArn })).toString('base64url');

/** Who bears a session token that was made here; undefined for any other. */
export function principalOfToken(token: string): string | undefined {
  if (!token.startsWith(TOKEN_PREFIX)) return undefined;
  try {
    const text = Buffer.from(token.slice(TOKEN_PREFIX.length), 'base64url').toString('utf8');
    const { principalArn } = JSON.parse(text) as { principalArn?: unknown };
    return typeof principalArn === 'string' && /^arn:aws:(iam|sts)::\d{12}:[\w+=,.@/-]+$/.test(principalArn)
      ? principalArn
      : undefined;
  } catch {
    return undefined;
  }
}
