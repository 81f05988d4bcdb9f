import { validationError } from './errors.ts';

/** Why transforms of AWS are not built; those of an account are Lambda functions. The wording is ours. */
const REASONS: Readonly<Record<string, string>> = {
  'AWS::SecretsManager-2020-07-23': 'it makes Lambda functions that rotate secrets',
  'AWS::SecretsManager-2024-09-16': 'it makes Lambda functions that rotate secrets',
  'AWS::Serverless-2016-10-31': 'it makes Lambda functions and what calls them',
  'AWS::ServiceCatalog': 'it reads from Service Catalog, which is not served here',
};

/** The refusal of a transform. */
export const notBuilt = (name: string): Error =>
  validationError(
    `Transform ${name} is not built in ecsidecar: ${
      Object.hasOwn(REASONS, name) ? (REASONS[name] ?? '') : 'macros of an account are Lambda functions'
    }. AWS::Include and AWS::LanguageExtensions are built.`,
  );
