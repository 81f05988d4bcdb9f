import type { Scope } from './caller.ts';

export type Repository = {
  readonly scope: Scope;
  readonly name: string;
  readonly createdAt: Date;
  readonly isImmutable: boolean;
  readonly scanOnPush: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Stored and answered; nothing acts on them. */
  readonly policy?: string;
  readonly lifecyclePolicy?: string;
  readonly encryption?: { readonly encryptionType: string; readonly kmsKey?: string };
};

/** An image of a repository: what was pushed as one manifest. */
export type EcrImage = {
  readonly scope: Scope;
  readonly repository: string;
  /** `sha256:…` of the manifest. */
  readonly digest: string;
  readonly mediaType: string;
  /** As it was pushed. */
  readonly manifest: string;
  readonly sizeBytes: number;
  readonly tags: readonly string[];
  readonly pushedAt: Date;
};

export interface EcrStore {
  getRepository(scope: Scope, name: string): Repository | undefined;
  putRepository(repository: Repository): void;
  /** With all its images. */
  deleteRepository(repository: Repository): void;
  /** Ascending by name. */
  listRepositories(scope: Scope): Repository[];
  /** Saves an image; its tags are taken from the others of its repository. */
  putImage(image: EcrImage): void;
  deleteImage(image: EcrImage): void;
  listImages(repository: Repository): EcrImage[];
}

/** The name of a repository within our one registry: `000000000000.dkr.ecr.us-east-1/name`. */
export const registryPath = ({ account, region }: Scope, name: string): string =>
  `${account}.dkr.ecr.${region}/${name}`;

/** The scope and name of a path that `registryPath` made; undefined for any other. */
export function parseRegistryPath(path: string): { scope: Scope; name: string } | undefined {
  const [, account, region, name] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\/(.+)$/.exec(path) ?? [];
  return account !== undefined && region !== undefined && name !== undefined
    ? { scope: { account, region }, name }
    : undefined;
}

/** The registry of images behind ECR, as its API needs it. */
export interface ImageRegistry {
  /** `host:port` as the engine reaches it, from which image names begin. */
  host(): string;
  /** A password for the user AWS, and when it ends. */
  password(): { readonly password: string; readonly expiresAt: Date };
  /** Stores a manifest whose layers are there already. Throws AwsError. */
  putManifest(path: string, reference: string, manifest: string, mediaType: string): Promise<void>;
  /** Deletes manifests; one that is not there is no error. */
  deleteManifests(path: string, digests: readonly string[]): Promise<void>;
}
