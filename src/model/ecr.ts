import type { Scope } from './caller.ts';

/** Of a manifest that says of itself no other. */
export const DEFAULT_MEDIA_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

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

type Manifest = {
  readonly config?: { readonly size?: number };
  readonly layers?: readonly { readonly size?: number }[];
  readonly manifests?: readonly { readonly digest?: string }[];
} | null;

/** Bytes of the layers and the configuration; of a list of manifests, those of all of them that are here. */
function sizeOf(manifest: string, images: readonly EcrImage[]): number {
  try {
    const { config, layers = [], manifests = [] } = (JSON.parse(manifest) as Manifest) ?? {};
    const own = [config, ...layers].reduce((sum, part) => sum + (part?.size ?? 0), 0);
    return manifests.reduce(
      (sum, { digest }) => sum + (images.find((image) => image.digest === digest)?.sizeBytes ?? 0),
      own,
    );
  } catch {
    return 0;
  }
}

/** What is noted of a manifest that was stored: one that is there already gets a further tag. */
export function imageOf(
  { scope, name }: Repository,
  images: readonly EcrImage[],
  pushed: Pick<EcrImage, 'digest' | 'mediaType' | 'manifest' | 'pushedAt'> & {
    readonly tag: string | undefined;
  },
): EcrImage {
  const { tag, ...rest } = pushed;
  const before = images.find(({ digest }) => digest === rest.digest);
  return {
    scope,
    repository: name,
    ...rest,
    sizeBytes: sizeOf(rest.manifest, images),
    tags: [...new Set([...(before?.tags ?? []), ...(tag === undefined ? [] : [tag])])],
    pushedAt: before?.pushedAt ?? rest.pushedAt,
  };
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
