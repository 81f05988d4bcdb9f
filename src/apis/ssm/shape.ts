import { createHash } from 'node:crypto';
import type { Parameter as AwsParameter, ParameterHistory, ParameterMetadata } from '@aws-sdk/client-ssm';
import type { Parameter, ParameterVersion } from '../../model/parameter.ts';
import { parameterArn } from './names.ts';

/** A parameter's newest version. */
export const newest = ({ versions }: Parameter): ParameterVersion => versions.at(-1) ?? versions[0];

/** What a SecureString shows without decryption: no value, and the same for the same value. */
const sealed = (value: string): string =>
  Buffer.concat([Buffer.from('AQICAH', 'base64'), createHash('sha512').update(value).digest()]).toString(
    'base64',
  );

const shownValue = ({ type, value }: ParameterVersion, isDecrypted: boolean): string =>
  type === 'SecureString' && !isDecrypted ? sealed(value) : value;

/** As GetParameter answers it. */
export const parameterShape = (
  { scope, name }: Parameter,
  version: ParameterVersion,
  { isDecrypted, selector }: { isDecrypted: boolean; selector?: string | undefined },
): AwsParameter => ({
  Name: name,
  Type: version.type,
  Value: shownValue(version, isDecrypted),
  Version: version.version,
  ...(selector !== undefined && { Selector: `:${selector}` }),
  LastModifiedDate: version.modifiedAt,
  ARN: parameterArn(scope, name),
  DataType: version.dataType,
});

/** As DescribeParameters answers it. */
export function metadataShape(parameter: Parameter): ParameterMetadata {
  const version = newest(parameter);
  return {
    Name: parameter.name,
    ARN: parameterArn(parameter.scope, parameter.name),
    ...detail(version),
  };
}

/** As GetParameterHistory answers it. */
export const historyShape = (
  { name }: Parameter,
  version: ParameterVersion,
  isDecrypted: boolean,
): ParameterHistory => ({
  Name: name,
  ...detail(version),
  Value: shownValue(version, isDecrypted),
  Labels: [...version.labels],
});

const detail = (version: ParameterVersion) => ({
  Type: version.type,
  ...(version.keyId !== undefined && { KeyId: version.keyId }),
  LastModifiedDate: version.modifiedAt,
  LastModifiedUser: version.modifiedBy,
  ...(version.description !== undefined && { Description: version.description }),
  ...(version.allowedPattern !== undefined && { AllowedPattern: version.allowedPattern }),
  Version: version.version,
  Tier: version.tier,
  Policies: version.policies === undefined ? [] : [{ PolicyText: version.policies }],
  DataType: version.dataType,
});
