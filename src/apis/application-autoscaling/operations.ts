import { bindActions, type Api } from '../../model/api.ts';
import { sharedRefusals } from '../../model/violation.ts';
import type { ScalingDependencies } from './dependencies.ts';
import { violation } from './errors.ts';
import { deleteScalingPolicy, describeScalingPolicies, putScalingPolicy } from './policies.ts';
import {
  deleteScheduledAction,
  describeScalingActivities,
  describeScheduledActions,
  putScheduledAction,
} from './scheduled-actions.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import { deregisterScalableTarget, describeScalableTargets, registerScalableTarget } from './targets.ts';
import { scalingHead } from './wire.ts';

/** Every action that is built, by its AWS name. */
export const operations = {
  RegisterScalableTarget: registerScalableTarget,
  DescribeScalableTargets: describeScalableTargets,
  DeregisterScalableTarget: deregisterScalableTarget,
  PutScalingPolicy: putScalingPolicy,
  DescribeScalingPolicies: describeScalingPolicies,
  DeleteScalingPolicy: deleteScalingPolicy,
  PutScheduledAction: putScheduledAction,
  DescribeScheduledActions: describeScheduledActions,
  DeleteScheduledAction: deleteScheduledAction,
  DescribeScalingActivities: describeScalingActivities,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
} as const;

/** Application Auto Scaling bound to what it needs. */
export function createScalingApi(dependencies: ScalingDependencies): Api {
  return {
    ...scalingHead,
    actions: bindActions(operations, dependencies),
    schema: 'application-autoscaling',
    ...sharedRefusals(violation),
  };
}
