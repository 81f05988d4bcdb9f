/** Key of Docker Hub in config.json. Source: docker/cli. */
const DOCKER_HUB = 'https://index.docker.io/v1/';

/** The registry of an image name, as config.json names it: the part before the first `/` when it looks like a host. */
export function registryOf(image: string): string {
  const first = image.split('/')[0] ?? '';
  const isHost = image.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  return isHost && first !== 'docker.io' && first !== 'index.docker.io' ? first : DOCKER_HUB;
}

/** A name without tag and digest, as the engine shortens it. */
export function repositoryOf(image: string): string {
  const name = image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  return name.replace(/^(index\.)?docker\.io\/(library\/)?/, '');
}

/** Whether a name means one image for ever: by its digest, or by its id. */
export const isImmutable = (image: string): boolean => /@sha256:|^sha256:/.test(image);

const ECR_REGISTRY = /^\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\//;

/**
 * The name of the local image that stands in for one of a private registry of ECR: the same repository and tag. Undefined
 * for other registries, and for a digest, which says by itself which image it is.
 */
export function ecrStandIn(image: string): string | undefined {
  if (isImmutable(image) || !ECR_REGISTRY.test(image)) return undefined;
  const name = image.replace(ECR_REGISTRY, '');
  return name === '' || name.startsWith('/') ? undefined : name;
}
