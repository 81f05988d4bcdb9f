/** Where the page of a thing is, below the base. Names come from ARNs, which hold no cluster's or family's `/`. */

const lastOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Of a cluster's name or ARN. */
export const clusterAddress = (cluster: string): string => `/clusters/${encodeURIComponent(lastOf(cluster))}`;

/** `arn:aws:ecs:…:service/<cluster>/<name>`; without a cluster, in ARNs of old form, it is the default one. */
export const serviceAddress = (arn: string): string => `/services/${twoPartsOf(arn)}`;

/** `arn:aws:ecs:…:task/<cluster>/<id>`. */
export const taskAddress = (arn: string): string => `/tasks/${twoPartsOf(arn)}`;

/** Of `<family>:<revision>` or the ARN that ends with it; the family alone is the page of its revisions. */
export function taskDefinitionAddress(definition: string): string {
  const [family = '', revision] = lastOf(definition).split(':');
  const base = `/task-definitions/${encodeURIComponent(family)}`;
  return revision === undefined ? base : `${base}/${revision}`;
}

/** The last part of an ARN: a name, an id, or `<family>:<revision>`. */
export const nameOf = (arn: string | undefined): string => (arn === undefined ? '' : lastOf(arn));

function twoPartsOf(arn: string): string {
  const parts = arn.split('/');
  const cluster = parts.length > 2 ? (parts[1] ?? '') : 'default';
  return `${encodeURIComponent(cluster)}/${encodeURIComponent(parts.at(-1) ?? '')}`;
}
