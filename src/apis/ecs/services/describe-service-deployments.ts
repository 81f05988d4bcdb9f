import type {
  DescribeServiceDeploymentsRequest,
  DescribeServiceDeploymentsResponse,
  Failure,
} from '@aws-sdk/client-ecs';
import type { ServiceDeploymentArn } from '../../../model/arn.ts';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { EcsOperation } from '../dependencies.ts';
import { atMost } from '../limits.ts';
import { serviceDeploymentShape } from './deployment-shape.ts';
import { serviceOfPart } from './find-service.ts';

/** Source: ECS API reference, DescribeServiceDeployments: up to 20 ARNs. */
const MAX_ARNS = 20;

/** Describes deployments of services, also those that are over. */
export const describeServiceDeployments: EcsOperation<
  DescribeServiceDeploymentsRequest,
  DescribeServiceDeploymentsResponse
> = (context, { serviceDeploymentArns = [] }) => {
  // The wording follows that of DescribeServices.
  if (serviceDeploymentArns.length === 0)
    throw new InvalidParameterException('serviceDeploymentArns cannot be empty.');
  atMost('serviceDeploymentArns', serviceDeploymentArns, MAX_ARNS);
  const serviceDeployments: DescribeServiceDeploymentsResponse['serviceDeployments'] = [];
  const failures: Failure[] = [];
  for (const arn of new Set(serviceDeploymentArns)) {
    const service = serviceOfPart(context, arn, 'service-deployment');
    const record = context.store.services.getDeployment(arn as ServiceDeploymentArn);
    if (service && record) serviceDeployments.push(serviceDeploymentShape(context, service, record));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { serviceDeployments, failures };
};
