import type { Parameter as AwsParameter } from '@aws-sdk/client-ssm';
import type { Scope } from '../../model/caller.ts';
import { publishedValue } from '../../model/public-parameter.ts';

/** A parameter of those that AWS publishes for everybody. Undefined: none of these. */
export function publicParameter({ region }: Scope, name: string, now: Date): AwsParameter | undefined {
  const value = publishedValue(name);
  if (value === undefined) return undefined;
  return {
    Name: name,
    Type: 'String',
    Value: value,
    Version: 1,
    LastModifiedDate: now,
    ARN: `arn:aws:ssm:${region}::parameter${name}`,
    DataType: name.endsWith('/image_id') ? 'aws:ec2:image' : 'text',
  };
}
