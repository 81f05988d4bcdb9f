import { readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Api } from '../model/api.ts';
import { AwsError } from '../model/aws-error.ts';
import { parseRegistryPath, registryPath, type EcrStore, type ImageRegistry } from '../model/ecr.ts';
import { createRegistryHttp, isForRegistry } from './http.ts';
import { createPasswords } from './passwords.ts';
import { createRegistryProgram } from './program.ts';

export type RegistryOptions = {
  readonly ecr: EcrStore;
  readonly dataDir: string;
  readonly environment: NodeJS.ProcessEnv;
  /** `host:port` as the engine reaches the gateway. */
  readonly host: () => string;
  readonly now: () => Date;
  readonly log: (text: string) => void;
};

/** How the engine has an image of our registry, and what it has to say there. */
export type RegistryImage = {
  readonly image: string;
  readonly credentials: { readonly username: string; readonly password: string };
};

export type Registry = ImageRegistry & {
  /** Docker's side of it, for the gateway. */
  readonly api: Api;
  /**
   * The image of a repository of ours, by whichever name: ECR's own, LocalStack's, or the one of repositoryUri. Undefined:
   * it is of no repository here.
   */
  locate(image: string): RegistryImage | undefined;
  close(): Promise<void>;
};

/** The registry of images behind ECR: a program of its own, with ECR's rules before it. */
export function createRegistry({ ecr, dataDir, environment, host, now, log }: RegistryOptions): Registry {
  const program = createRegistryProgram({ folder: join(dataDir, 'registry'), environment, log });
  const passwords = createPasswords(readKey(join(dataDir, 'registry.key')));
  const serve = createRegistryHttp({ ecr, passwords, port: () => program.port(), now });
  /** Whether the program does it. */
  const ask = async (method: string, path: string, body?: string, type = ''): Promise<boolean> => {
    const { ok, body: answer } = await fetch(`http://127.0.0.1:${await program.port()}/v2/${path}`, {
      method,
      ...(body !== undefined && { body, headers: { 'content-type': type } }),
    });
    // What nobody reads holds its connection.
    await answer?.cancel();
    return ok;
  };
  const never = (): AwsError => new AwsError('InvalidRequest', 'This is no AWS request.');
  return {
    host,
    password: () => passwords.make(now()),
    async putManifest(path, reference, manifest, mediaType) {
      const isStored = await ask('PUT', `${path}/manifests/${reference}`, manifest, mediaType);
      // Source: ECR's words, as its users quote them.
      if (!isStored)
        throw new AwsError(
          'InvalidParameterException',
          `Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax' or layers that are not there`,
        );
    },
    async deleteManifests(path, digests) {
      program.noteGarbage();
      for (const digest of digests) await ask('DELETE', `${path}/manifests/${digest}`);
    },
    locate(image) {
      const [, registry = '', path = '', reference = ''] =
        /^([^/]+)\/([^:@]+)((?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?)$/.exec(image) ?? [];
      const [, account, region] =
        /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com|localhost)/.exec(registry) ?? [];
      const found =
        account !== undefined && region !== undefined
          ? { scope: { account, region }, name: path }
          : registry === host()
            ? parseRegistryPath(path)
            : undefined;
      if (!found || !ecr.getRepository(found.scope, found.name)) return undefined;
      return {
        image: `${host()}/${registryPath(found.scope, found.name)}${reference || ':latest'}`,
        credentials: { username: 'AWS', password: passwords.make(now()).password },
      };
    },
    api: {
      service: 'registry',
      wire: { protocol: 'rest', claims: isForRegistry },
      serve: (_context, request) => serve(request),
      actions: {},
      missingMember: never,
      invalidEnum: never,
      invalidValue: never,
    },
    close: () => program.close(),
  };
}

/** The key with which passwords are signed; it lives as long as the data folder, so that a login outlives a restart. */
function readKey(path: string): Buffer {
  try {
    writeFileSync(path, randomBytes(32), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = readFileSync(path);
  return key.length === 32 ? key : randomBytes(32);
}
