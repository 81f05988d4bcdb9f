/** Ids or names, separated by commas or spaces. */
export const listOf = (text: string): string[] => text.split(/[\s,]+/).filter((one) => one !== '');

/** A whole number as it was typed; undefined when nothing was. Throws an Error for what JSON could not say. */
export function wholeNumber(text: string, what: string): number | undefined {
  if (text.trim() === '') return undefined;
  if (!/^\d{1,9}$/.test(text.trim())) throw new Error(`${what} is a whole number.`);
  return Number(text);
}

/** As wholeNumber, for what may have a fraction. */
export function percent(text: string, what: string): number | undefined {
  if (text.trim() === '') return undefined;
  if (!/^\d{1,3}(\.\d{1,4})?$/.test(text.trim())) throw new Error(`${what} is a number.`);
  return Number(text);
}

/** The members that say something: neither undefined nor an empty list. */
export function said<T extends object>(members: T): T {
  const isSaid = (value: unknown): boolean =>
    value !== undefined && !(Array.isArray(value) && value.length === 0);
  // What is taken away could be undefined before.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => isSaid(value))) as T;
}
