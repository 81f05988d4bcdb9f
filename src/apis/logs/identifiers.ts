import { AwsError, InvalidParameterException } from '../../model/aws-error.ts';
import type { Scope } from '../../model/caller.ts';
import type { LogGroup, LogStream } from '../../model/log-event.ts';
import type { LogStore } from '../../model/ports.ts';
import { checkGroupName, checkStreamName } from './checks.ts';
import { groupNotFound, streamNotFound } from './errors.ts';

/** The ARN as DescribeLogGroups tells it in `logGroupArn`, and as the tag actions take it. */
export const groupArn = ({ account, region }: Scope, name: string): string =>
  `arn:aws:logs:${region}:${account}:log-group:${name}`;

export const streamArn = (scope: Scope, group: string, stream: string): string =>
  `${groupArn(scope, group)}:log-stream:${stream}`;

const GROUP_ARN = /^arn:[^:]+:logs:([^:]*):([^:]*):log-group:([^:*]+)(?::\*)?$/;

/** The scope and name in a log group's ARN, with or without `:*` at its end; undefined when it is no such ARN. */
export function parseGroupArn(arn: string): { scope: Scope; name: string } | undefined {
  const [, region, account, name] = GROUP_ARN.exec(arn) ?? [];
  return region === undefined || account === undefined || name === undefined
    ? undefined
    : { scope: { account, region }, name };
}

/** The group of this name. Throws ResourceNotFoundException, InvalidParameterException. */
export function findGroup(logs: LogStore, { account, region }: Scope, name: string): LogGroup {
  checkGroupName(name);
  const group = logs.getGroup({ account, region }, name);
  if (!group) throw groupNotFound();
  return group;
}

/** The group that a request names by name or by identifier, which is a name or an ARN. */
export function requestedGroup(
  logs: LogStore,
  scope: Scope,
  {
    logGroupName,
    logGroupIdentifier,
  }: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
): LogGroup {
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    // Source: LocalStack's recordings of CloudWatch Logs, DescribeLogStreams.
    throw new AwsError(
      'ValidationException',
      'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    );
  }
  if (logGroupName !== undefined) return findGroup(logs, scope, logGroupName);
  if (logGroupIdentifier === undefined) {
    throw new InvalidParameterException('Either logGroupName or logGroupIdentifier must be specified.');
  }
  return identifiedGroup(logs, scope, logGroupIdentifier);
}

/** The group of a name or an ARN; groups of other accounts and regions are not found. */
export function identifiedGroup(logs: LogStore, scope: Scope, identifier: string): LogGroup {
  if (!identifier.startsWith('arn:')) return findGroup(logs, scope, identifier);
  const parsed = parseGroupArn(identifier);
  if (!parsed) throw new InvalidParameterException(`The log group ARN '${identifier}' is invalid.`);
  if (parsed.scope.account !== scope.account || parsed.scope.region !== scope.region) throw groupNotFound();
  return findGroup(logs, scope, parsed.name);
}

/** The stream of this name. Throws ResourceNotFoundException, InvalidParameterException. */
export function findStream(logs: LogStore, group: LogGroup, name: string, path?: string): LogStream {
  checkStreamName(name, path);
  const stream = logs.getStream(group, name);
  if (!stream) throw streamNotFound();
  return stream;
}
