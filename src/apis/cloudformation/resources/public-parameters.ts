import { publishedValue } from '../../../model/public-parameter.ts';

/** Newer than any that templates ask for. */
const BOOTSTRAP_VERSION = '30';

/**
 * The value of a parameter that AWS publishes. Every template of the CDK's default synthesizer also asks for the version of
 * its bootstrap stack, and makes no use of it but to refuse an old one: here such templates can be deployed without one.
 * Undefined for all other names.
 */
export const publicParameter = (name: string): string | undefined =>
  /^\/cdk-bootstrap\/[^/]+\/version$/.test(name) ? BOOTSTRAP_VERSION : publishedValue(name);
