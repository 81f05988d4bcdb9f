import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a text has one of these secrets, each with what stands around it. */
export const leaksIn = (where: string, text: string, secrets: readonly string[]): string[] =>
  secrets
    .filter((secret) => text.includes(secret))
    .map((secret) => {
      const at = text.indexOf(secret);
      return `${where} has ${secret}: ${text.slice(Math.max(0, at - 80), at + 20)}`;
    });

/** The same of every file below a folder, databases and their journals too. */
export async function leaksInFolder(folder: string, secrets: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return leaksIn(path, await readFile(path, 'latin1'), secrets);
    });
  return (await Promise.all(found)).flat();
}
