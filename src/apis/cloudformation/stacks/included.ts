import type { CloudFormationContext } from '../dependencies.ts';
import { NO_SURROUNDINGS } from '../template/conditions.ts';
import { declareParameters } from '../template/declare-parameters.ts';
import { validationError } from '../template/errors.ts';
import { createScope } from '../template/evaluate.ts';
import { hasIncludes, withIncludes } from '../template/includes.ts';
import { resolveParameters, type ParameterSources } from '../template/parameters.ts';
import { readTemplate } from '../template/read-template.ts';
import { readObject } from './template-source.ts';

/** A template's text with its `AWS::Include`s in their places; undefined when it has none. Throws ValidationError. */
export async function readIncluded(
  context: Pick<CloudFormationContext, 'calls' | 'caller' | 'signal'>,
  body: string,
  texts: ParameterSources,
): Promise<string | undefined> {
  // Most templates have none, and are not read twice.
  if (!body.includes('AWS::Include')) return undefined;
  const document = readTemplate(body);
  if (!hasIncludes(document)) return undefined;
  const { account, region } = context.caller;
  const scope = createScope({
    mappings: new Map(),
    parameters: await resolveParameters({ parameters: declareParameters(document) }, texts),
    pseudo: {
      accountId: account,
      region,
      partition: 'aws',
      urlSuffix: 'amazonaws.com',
      stackId: '',
      stackName: '',
      notificationArns: [],
    },
    surroundings: NO_SURROUNDINGS,
    condition: () => undefined,
  });
  const included = await withIncludes(document, (written) => {
    const location = scope.evaluate(written);
    const [, bucket, key] =
      typeof location === 'string' ? (/^s3:\/\/([^/]+)\/(.+)$/.exec(location) ?? []) : [];
    if (bucket === undefined || key === undefined)
      throw validationError(
        'Transform AWS::Include failed with: The location parameter is not a valid S3 uri.',
      );
    return readObject(context, { bucket, key });
  });
  return JSON.stringify(included);
}
