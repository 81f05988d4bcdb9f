import type { LogGroup as SdkLogGroup, LogStream as SdkLogStream } from '@aws-sdk/client-cloudwatch-logs';
import type { Wire } from '../../aws/call.ts';
import { allPages, useAws } from '../../aws/queries.ts';

export type LogGroup = Wire<SdkLogGroup>;
export type LogStream = Wire<SdkLogStream>;

/** All groups whose names begin so. */
export const useLogGroups = (prefix?: string) =>
  useAws(['logGroup'], ['logGroups', prefix], (aws) =>
    allPages(
      (nextToken) =>
        aws.logs('DescribeLogGroups', {
          nextToken,
          ...(prefix !== undefined && { logGroupNamePrefix: prefix }),
        }),
      ({ logGroups }) => logGroups,
    ),
  );

/** The streams of a group, those that were written to last first. */
export const useLogStreams = (logGroupName: string) =>
  useAws(['logGroup', 'logStream'], ['logStreams', logGroupName], (aws) =>
    allPages(
      (nextToken) =>
        aws.logs('DescribeLogStreams', {
          logGroupName,
          nextToken,
          orderBy: 'LastEventTime',
          descending: true,
        }),
      ({ logStreams }) => logStreams,
    ),
  );
