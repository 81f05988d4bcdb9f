import {
  generatedName,
  ignoreAbsent,
  isMadeBefore,
  textOf,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';
import { tagChanges, tagMap } from './tags.ts';

const groupArn = ({ scope, physicalId = '' }: ResourceContext): string =>
  `arn:aws:logs:${scope.region}:${scope.account}:log-group:${physicalId}:*`;

async function setRetention({ call, properties, physicalId }: ResourceContext): Promise<void> {
  const days = textOf(properties, 'RetentionInDays');
  if (days === undefined) await call('logs', 'DeleteRetentionPolicy', { logGroupName: physicalId });
  else await call('logs', 'PutRetentionPolicy', { logGroupName: physicalId, retentionInDays: Number(days) });
}

/** `AWS::Logs::LogGroup`: `Ref` is its name. */
export const logGroup: ResourceHandler = {
  serviceName: 'CloudWatchLogs',
  isTagged: true,
  createOnly: ['LogGroupName'],
  nameOf: (context) => textOf(context.properties, 'LogGroupName') ?? generatedName(context, 512),
  async create(context) {
    const { physicalId = '', call } = context;
    await call('logs', 'CreateLogGroup', { logGroupName: physicalId, tags: tagMap(context, 'logs') }).catch(
      (error: unknown) => {
        if (!isMadeBefore(error, context)) throw error;
      },
    );
    if (context.properties['RetentionInDays'] !== undefined) await setRetention(context);
    return { kind: 'done', physicalId, attributes: { Arn: groupArn(context) } };
  },
  async update(context) {
    await setRetention(context);
    const { put, gone } = tagChanges(context);
    const resourceArn = groupArn(context);
    if (gone.length > 0) await context.call('logs', 'UntagResource', { resourceArn, tagKeys: gone });
    if (put.size > 0)
      await context.call('logs', 'TagResource', { resourceArn, tags: Object.fromEntries(put) });
    return { kind: 'done', physicalId: context.physicalId ?? '' };
  },
  async read({ physicalId, call }) {
    const { logGroups = [] } = (await call('logs', 'DescribeLogGroups', {
      logGroupNamePrefix: physicalId,
    })) as { readonly logGroups?: readonly { logGroupName?: string; retentionInDays?: number }[] };
    const found = logGroups.find(({ logGroupName }) => logGroupName === physicalId);
    return found && { LogGroupName: physicalId ?? '', RetentionInDays: found.retentionInDays ?? '' };
  },
  async remove({ physicalId, call }) {
    await call('logs', 'DeleteLogGroup', { logGroupName: physicalId }).catch(ignoreAbsent);
    return 'done';
  },
};

/** `AWS::Logs::LogStream`: `Ref` is its name. */
export const logStream: ResourceHandler = {
  serviceName: 'CloudWatchLogs',
  createOnly: ['LogGroupName', 'LogStreamName'],
  nameOf: (context) => textOf(context.properties, 'LogStreamName') ?? generatedName(context, 512),
  async create(context) {
    const { physicalId = '', properties, call } = context;
    const logGroupName = textOf(properties, 'LogGroupName');
    await call('logs', 'CreateLogStream', { logGroupName, logStreamName: physicalId }).catch(
      (error: unknown) => {
        if (!isMadeBefore(error, context)) throw error;
      },
    );
    return { kind: 'done', physicalId };
  },
  async remove({ physicalId, properties, call }) {
    const logGroupName = textOf(properties, 'LogGroupName');
    await call('logs', 'DeleteLogStream', { logGroupName, logStreamName: physicalId }).catch(ignoreAbsent);
    return 'done';
  },
};
