import { pause } from '../../lib/pause.ts';
import { bindActions, type Api } from '../../model/api.ts';
import { sharedRefusals } from '../../model/violation.ts';
import type { LogsDependencies } from './dependencies.ts';
import { violation } from './errors.ts';
import { filterLogEvents } from './events/filter-log-events.ts';
import { getLogEvents } from './events/get-log-events.ts';
import { putLogEvents } from './events/put-log-events.ts';
import { createLogGroup } from './groups/create-log-group.ts';
import { deleteLogGroup } from './groups/delete-log-group.ts';
import { deleteRetentionPolicy } from './groups/delete-retention-policy.ts';
import { describeLogGroups } from './groups/describe-log-groups.ts';
import { putRetentionPolicy } from './groups/put-retention-policy.ts';
import { startLiveTail } from './live-tail/start-live-tail.ts';
import { createLogStream } from './streams/create-log-stream.ts';
import { deleteLogStream } from './streams/delete-log-stream.ts';
import { describeLogStreams } from './streams/describe-log-streams.ts';
import { listTagsForResource } from './tags/list-tags-for-resource.ts';
import { listTagsLogGroup } from './tags/list-tags-log-group.ts';
import { tagLogGroup } from './tags/tag-log-group.ts';
import { tagResource } from './tags/tag-resource.ts';
import { untagLogGroup } from './tags/untag-log-group.ts';
import { untagResource } from './tags/untag-resource.ts';
import { logsHead } from './wire.ts';

/** Every action that is built, by its AWS name. The others of CloudWatch Logs may be had from an upstream. */
export const operations = {
  CreateLogGroup: createLogGroup,
  DeleteLogGroup: deleteLogGroup,
  DescribeLogGroups: describeLogGroups,
  PutRetentionPolicy: putRetentionPolicy,
  DeleteRetentionPolicy: deleteRetentionPolicy,
  CreateLogStream: createLogStream,
  DeleteLogStream: deleteLogStream,
  DescribeLogStreams: describeLogStreams,
  PutLogEvents: putLogEvents,
  GetLogEvents: getLogEvents,
  FilterLogEvents: filterLogEvents,
  StartLiveTail: startLiveTail,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
  TagLogGroup: tagLogGroup,
  UntagLogGroup: untagLogGroup,
  ListTagsLogGroup: listTagsLogGroup,
} as const;

/** CloudWatch Logs bound to what it needs. `pause` waits between the updates of a live tail. */
export function createLogsApi(
  dependencies: Omit<LogsDependencies, 'pause'> & Partial<Pick<LogsDependencies, 'pause'>>,
): Api {
  const whole: LogsDependencies = { pause, ...dependencies };
  return {
    ...logsHead,
    actions: bindActions(operations, whole),
    schema: 'logs',
    ...sharedRefusals(violation),
  };
}
