import type { CloudFormationContext } from '../dependencies.ts';
import { readPolicy } from '../engine/stack-policy.ts';
import { validationError } from '../template/errors.ts';
import { readTemplateSource } from './template-source.ts';

/** A stack policy as a request gives it, by its text or its place in S3; undefined when it gives none. Throws ValidationError. */
export async function readPolicyInput(
  context: Pick<CloudFormationContext, 'calls' | 'caller' | 'signal'>,
  body = '',
  url = '',
): Promise<string | undefined> {
  if (body === '' && url === '') return undefined;
  const text = await readTemplateSource(context, { TemplateBody: body, TemplateURL: url });
  // Source: public reports of this message.
  if (!readPolicy(text)) throw validationError('Error validating stack policy: Invalid stack policy');
  return text;
}
