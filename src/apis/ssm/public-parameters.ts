import { createHash } from 'node:crypto';
import type { Parameter as AwsParameter } from '@aws-sdk/client-ssm';
import type { Scope } from '../../model/caller.ts';

/**
 * AWS's public parameters that name machine images, of which templates are full: an id that is the same for the same name and
 * stands for nothing here. Undefined: none of these. Source: ECS developer guide, retrieving ECS-optimized AMI metadata.
 */
export function publicParameter({ region }: Scope, name: string, now: Date): AwsParameter | undefined {
  if (!/^\/aws\/service\/(ecs\/optimized-ami|ami-|bottlerocket|canonical|eks)/.test(name)) return undefined;
  const imageId = `ami-${createHash('sha256').update(`${region}${name}`).digest('hex').slice(0, 17)}`;
  const isWhole = /^\/aws\/service\/ecs\/optimized-ami\/.*\/recommended$/.test(name);
  const whole = {
    schema_version: 1,
    image_name: name.split('/').at(-2),
    image_id: imageId,
    os: 'Amazon Linux 2023',
    ecs_runtime_version: 'Docker version',
    ecs_agent_version: '1.0.0',
  };
  return {
    Name: name,
    Type: 'String',
    Value: isWhole ? JSON.stringify(whole) : imageId,
    Version: 1,
    LastModifiedDate: now,
    ARN: `arn:aws:ssm:${region}::parameter${name}`,
    DataType: name.endsWith('/image_id') ? 'aws:ec2:image' : 'text',
  };
}
