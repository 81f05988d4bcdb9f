import { createHash } from 'node:crypto';

/** Newer than any that templates ask for. */
const BOOTSTRAP_VERSION = '30';

/**
 * A stand-in for a parameter below `/aws/service/`, which AWS publishes: an image's id is the same for the same name.
 * Every
 * template of the CDK's default synthesizer also asks for the version of its bootstrap stack, and makes no use of it but
 * to refuse an old one: here such templates can be deployed without one. Undefined for all other names.
 */
export function publicParameter(name: string): string | undefined {
  if (/^\/cdk-bootstrap\/[^/]+\/version$/.test(name)) return BOOTSTRAP_VERSION;
  if (!name.startsWith('/aws/service/')) return undefined;
  const id = `ami-0${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  const isWhole = name.endsWith('/recommended');
  return isWhole ? JSON.stringify({ image_id: id, image_name: name, os: 'Linux' }) : id;
}
