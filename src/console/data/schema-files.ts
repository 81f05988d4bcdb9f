import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AwsError } from '../../model/aws-error.ts';

/** The generated schemas of requests, by the names of their files. Rejects with an AwsError, 404, for any other name. */
export function createSchemaFiles(): (file: string) => Promise<Buffer> {
  // The same place from `src` and from `dist`.
  const folder = new URL('../../../schemas/', import.meta.url);
  const files = new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => [name, new URL(name, folder)]),
  );
  return async (file) => {
    const url = files.get(file);
    if (url) return readFile(url);
    throw new AwsError(
      'NotFoundException',
      `There is no such schema. There is: ${[...files.keys()].join(', ')}.`,
      {
        status: 404,
      },
    );
  };
}
