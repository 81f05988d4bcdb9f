import { declareParameters } from './declare-parameters.ts';
import {
  declareConditions,
  declareMappings,
  declareOutputs,
  declareResources,
  declareRules,
  entriesOf,
  textMember,
} from './declarations.ts';
import { validationError } from './errors.ts';
import { isList, isObject, own } from './json.ts';
import type { JsonObject, Template } from './types.ts';

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Transform',
  'Resources',
  'Outputs',
  'Hooks',
];

/** Source: the error in public reports: "'Description' length is greater than 1024". */
const MAX_DESCRIPTION_LENGTH = 1024;

export const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';
export const LOOP = 'Fn::ForEach::';

/**
 * The sections of a template. Loops of AWS::LanguageExtensions are left out: they are members only once they are
 * expanded. Throws ValidationError.
 */
export function templateFromDocument(document: JsonObject): Template {
  const transforms = declareTransforms(document);
  // A section that a macro takes is its own; that the macro is not built is told once the template is used.
  const isWhole = transforms.every((name) => name === LANGUAGE_EXTENSIONS);
  const unknown = Object.keys(document).filter((key) => !SECTIONS.includes(key));
  // Source: public reports of this message.
  if (unknown.length > 0 && isWhole)
    throw validationError(`Invalid template property or properties [${unknown.join(', ')}]`);
  // Source: Eucalyptus, which took CloudFormation's words.
  if ((textMember(document, 'AWSTemplateFormatVersion') ?? '2010-09-09') !== '2010-09-09')
    throw validationError('Template format error: unsupported value for AWSTemplateFormatVersion.');
  const description = textMember(document, 'Description');
  if (description !== undefined && Buffer.byteLength(description) > MAX_DESCRIPTION_LENGTH)
    throw validationError(
      `Template format error: 'Description' length is greater than ${MAX_DESCRIPTION_LENGTH}`,
    );
  const policies = transforms.includes(LANGUAGE_EXTENSIONS) ? 'may be functions' : 'are texts';
  const members = (section: string): ReturnType<typeof entriesOf> =>
    policies === 'may be functions'
      ? entriesOf(document, section).filter(([key]) => !key.startsWith(LOOP))
      : entriesOf(document, section);
  // Source: recorded in LocalStack's tests against AWS.
  if (entriesOf(document, 'Resources').length === 0)
    throw validationError('Template format error: At least one Resources member must be defined.');
  const metadata = own(document, 'Metadata');
  return {
    description,
    metadata: isObject(metadata) ? metadata : undefined,
    transforms,
    parameters: declareParameters(document),
    mappings: declareMappings(document),
    conditions: declareConditions(members('Conditions')),
    rules: declareRules(document),
    resources: declareResources(members('Resources'), policies),
    outputs: declareOutputs(members('Outputs'), policies),
    document,
  };
}

function declareTransforms(document: JsonObject): readonly string[] {
  const value = own(document, 'Transform');
  if (value === undefined) return [];
  return (isList(value) ? value : [value]).map((item) => {
    const name = isObject(item) ? own(item, 'Name') : item;
    // Source: recorded in LocalStack's tests against AWS.
    if (typeof name !== 'string') throw validationError('Key Name of transform definition must be a string.');
    return name;
  });
}
