import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { isMap, isPair, isScalar, parseDocument } from 'yaml';
import { jsonKeyOf } from './json-key.ts';
import type { ObjectReference, SecretReference } from './references.ts';
import type { Wanted } from './wanted.ts';

/** What local files have, as they were when they were read. Undefined: not there. */
export type LocalValues = {
  /** Throws an Error when a secret lacks the JSON key that is wanted. */
  value(wanted: Wanted): string | undefined;
  secret(reference: SecretReference): string | undefined;
  /** Throws an Error when the file it is cannot be read. */
  object(reference: ObjectReference): Promise<string | undefined>;
};

export type LocalFiles = {
  /** In the order in which they count. */
  readonly paths: readonly string[];
  /** A file that is not there is an error: it was asked for by name. */
  readonly areRequired: boolean;
  readonly warn: (text: string) => void;
};

/** Read anew at each use, so that an edit counts for the next task. */
export type LocalSource = { read(): Promise<LocalValues> };

const NOTHING: LocalValues = {
  value: () => undefined,
  secret: () => undefined,
  object: () => Promise.resolve(undefined),
};

/**
 * Secrets from files on this machine: `secrets.yaml`, with the members `secrets` (by name or ARN: text, or a mapping that
 * stands for a JSON object), `parameters` (by name or ARN) and `files` (by `bucket/key`: path of a file, or its text, or a
 * mapping of variables); and env files, whose lines are called like the variable in the container.
 */
export function createLocalSource({ paths, areRequired, warn }: LocalFiles): LocalSource {
  const warned = new Set<string>();

  /** A file that others may read is told once. */
  const checkMode = (path: string, mode: number): void => {
    if ((mode & 0o044) === 0 || warned.has(path) || process.platform === 'win32') return;
    warned.add(path);
    warn(`${path} holds secrets and can be read by others; chmod 600 ${path}`);
  };

  const readOne = async (path: string): Promise<LocalValues> => {
    let text: string;
    try {
      checkMode(path, (await stat(path)).mode);
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error) && !areRequired) return NOTHING;
      throw unreadable(path, error);
    }
    return isEnvFile(path) ? fromEnvFile(text) : fromYaml(text, path);
  };

  return {
    async read() {
      const all = await Promise.all(paths.map(readOne));
      return {
        value: (wanted) => first(all, (one) => one.value(wanted)),
        secret: (reference) => first(all, (one) => one.secret(reference)),
        async object(reference) {
          for (const one of all) {
            const text = await one.object(reference);
            if (text !== undefined) return text;
          }
          return undefined;
        },
      };
    },
  };
}

const first = <T>(all: readonly LocalValues[], get: (one: LocalValues) => T | undefined): T | undefined => {
  for (const one of all) {
    const value = get(one);
    if (value !== undefined) return value;
  }
  return undefined;
};

const unreadable = (path: string, error: unknown): Error =>
  new Error(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const isEnvFile = (path: string): boolean =>
  !['.yaml', '.yml', '.json'].includes(extname(path)) || basename(path).startsWith('.env');

/** As `node --env-file` reads it. A line is the variable itself, so that a JSON key has nothing to choose from. */
function fromEnvFile(text: string): LocalValues {
  const variables = new Map(Object.entries(parseEnv(text)));
  return { ...NOTHING, value: ({ name }) => variables.get(name) };
}

type Node = string | ReadonlyMap<string, Node>;

function fromYaml(text: string, path: string): LocalValues {
  const root = parseYaml(text, path);
  const members = (name: string): ReadonlyMap<string, Node> => {
    const found = root.get(name) ?? new Map<string, Node>();
    if (typeof found === 'string') throw new Error(`${path}: ${name} is to be a mapping`);
    return found;
  };
  const [secrets, parameters, files] = ['secrets', 'parameters', 'files'].map(members) as [
    ReadonlyMap<string, Node>,
    ReadonlyMap<string, Node>,
    ReadonlyMap<string, Node>,
  ];
  const secret = ({ secretId }: SecretReference): string | undefined => {
    // The whole name first: `foo-backup` may be a name, or `foo` with its suffix.
    for (const name of secretNames(secretId)) {
      const found = [...secrets].find(([key]) => secretNames(key).includes(name));
      if (found) return asText(found[1]);
    }
    return undefined;
  };
  return {
    value({ reference }) {
      if (reference.kind === 'parameter') {
        const found = [...parameters].find(([key]) => reference.names.includes(parameterName(key)));
        return found && asText(found[1]);
      }
      const found = secret(reference);
      if (found === undefined || reference.jsonKey === undefined) return found;
      return jsonKeyOf(found, reference.jsonKey);
    },
    secret,
    async object({ bucket, key }) {
      const found = files.get(`${bucket}/${key}`) ?? files.get(`arn:aws:s3:::${bucket}/${key}`);
      if (found === undefined) return undefined;
      if (typeof found !== 'string')
        return [...found].map(([name, value]) => `${name}=${asText(value)}\n`).join('');
      if (found.includes('\n')) return found;
      const file = resolve(dirname(path), found);
      return readFile(file, 'utf8').catch((error: unknown) => {
        throw unreadable(file, error);
      });
    },
  };
}

/** The name in a parameter's ARN, else what is given. */
const parameterName = (key: string): string => {
  const [, name] = /^arn:[^:]*:ssm:[^:]*:[^:]*:parameter\/(.*)$/.exec(key) ?? [];
  return name === undefined ? key : name.includes('/') ? `/${name}` : name;
};

/** What a secret may be called by: its ARN's name, and that without the suffix of six characters. */
function secretNames(id: string): string[] {
  const [, inArn] = /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.*)$/.exec(id) ?? [];
  if (inArn === undefined) return [id];
  return [inArn, ...(/-[A-Za-z0-9]{6}$/.test(inArn) ? [inArn.slice(0, -7)] : [])];
}

const asText = (node: Node): string => (typeof node === 'string' ? node : JSON.stringify(asObject(node)));

const asObject = (node: Node): unknown =>
  typeof node === 'string'
    ? node
    : Object.fromEntries([...node].map(([name, member]) => [name, asObject(member)]));

/** All scalars as they are written. Throws an Error that says where, and never what, cannot be read. */
function parseYaml(text: string, path: string): ReadonlyMap<string, Node> {
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: true, uniqueKeys: true });
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line;
    throw new Error(`${path} is no valid YAML${line === undefined ? '' : ` (line ${line})`}: ${error.code}`);
  }
  if (document.contents === null) return new Map();
  const root = toNode(document.contents, path);
  if (typeof root === 'string') throw new Error(`${path} is to have secrets, parameters or files`);
  return root;
}

function toNode(node: unknown, path: string): Node {
  if (node === null) return '';
  if (isScalar<string | null>(node)) return node.value ?? '';
  if (!isMap(node)) throw new Error(`${path} has something else than text and mappings`);
  return new Map(
    node.items.flatMap((pair) =>
      isPair(pair) && isScalar(pair.key) ? [[String(pair.key.value), toNode(pair.value, path)] as const] : [],
    ),
  );
}
