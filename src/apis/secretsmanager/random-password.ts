import { randomInt } from 'node:crypto';
import type { GetRandomPasswordRequest, GetRandomPasswordResponse } from '@aws-sdk/client-secrets-manager';
import type { SecretsOperation } from './dependencies.ts';
import { invalidParameter } from './errors.ts';

const CLASSES = {
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
} as const;

/** A password by its rules. Source: Secrets Manager API reference, GetRandomPassword. */
export const getRandomPassword: SecretsOperation<GetRandomPasswordRequest, GetRandomPasswordResponse> = (
  _context,
  input,
) => {
  const length = input.PasswordLength ?? 32;
  const excluded = input.ExcludeCharacters ?? '';
  const keep = (letters: string): string =>
    Array.from(letters)
      .filter((letter) => !excluded.includes(letter))
      .join('');
  const classes = [
    input.ExcludeLowercase === true ? '' : keep(CLASSES.lower),
    input.ExcludeUppercase === true ? '' : keep(CLASSES.upper),
    input.ExcludeNumbers === true ? '' : keep(CLASSES.digits),
    input.ExcludePunctuation === true ? '' : keep(CLASSES.punctuation),
  ].filter((letters) => letters !== '');
  const all = classes.join('') + (input.IncludeSpace === true ? ' ' : '');
  const needed = input.RequireEachIncludedType === false ? [] : classes;
  if (length < Math.max(needed.length, 1) || length > 4096)
    throw invalidParameter(
      `Password length must be at least ${Math.max(needed.length, 1)} and at most 4096 based on the required types.`,
    );
  if (all === '') throw invalidParameter('The password has no characters to be made of.');
  const pick = (letters: string): string => letters.charAt(randomInt(letters.length));
  const letters = [...needed.map(pick), ...Array.from({ length: length - needed.length }, () => pick(all))];
  for (let at = letters.length - 1; at > 0; at--) {
    const other = randomInt(at + 1);
    [letters[at], letters[other]] = [letters[other] ?? '', letters[at] ?? ''];
  }
  return { RandomPassword: letters.join('') };
};
