/**
 * A function that puts `***` for these values wherever a text has them, as they are or as a quoted string has them, a
 * line of several for itself. What is shorter than `minLength` stays: it would be found in every text.
 */
export function createRedactor(values: Iterable<string>, minLength: number): (text: string) => string {
  const parts = [...values].flatMap((value) => {
    const lines = value.split(/\r?\n/);
    return [value, ...(lines.length > 1 ? lines : [])].flatMap((part) => [
      part,
      JSON.stringify(part).slice(1, -1),
    ]);
  });
  // A value that has another one in it goes first.
  const hidden = [...new Set(parts)]
    .filter((part) => part.trim().length >= minLength)
    .sort((a, b) => b.length - a.length);
  return (text) => hidden.reduce((rest, part) => rest.replaceAll(part, '***'), text);
}
