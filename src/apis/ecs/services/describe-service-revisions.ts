import type {
  DescribeServiceRevisionsRequest,
  DescribeServiceRevisionsResponse,
  Failure,
  ServiceRevision as AwsServiceRevision,
} from '@aws-sdk/client-ecs';
import type { ServiceRevisionArn } from '../../../model/arn.ts';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { Service, ServiceRevision } from '../../../model/service.ts';
import type { EcsContext, EcsOperation } from '../dependencies.ts';
import { atMost } from '../limits.ts';
import { serviceNotFound, serviceOfPart } from './find-service.ts';

/** Source: ECS API reference, DescribeServiceRevisions: up to 20 ARNs. */
const MAX_ARNS = 20;

/** What the tasks of services are and were made from. Recorded from ECS: refused once the service is INACTIVE. */
export const describeServiceRevisions: EcsOperation<
  DescribeServiceRevisionsRequest,
  DescribeServiceRevisionsResponse
> = (context, { serviceRevisionArns = [] }) => {
  if (serviceRevisionArns.length === 0)
    throw new InvalidParameterException('serviceRevisionArns cannot be empty.');
  atMost('serviceRevisionArns', serviceRevisionArns, MAX_ARNS);
  const serviceRevisions: AwsServiceRevision[] = [];
  const failures: Failure[] = [];
  for (const arn of new Set(serviceRevisionArns)) {
    const service = serviceOfPart(context, arn, 'service-revision');
    const found = context.store.services.getRevision(arn as ServiceRevisionArn);
    if (service?.status === 'INACTIVE') throw serviceNotFound();
    if (service && found) serviceRevisions.push(shape(context, service, found.revision));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { serviceRevisions, failures };
};

function shape(context: EcsContext, service: Service, revision: ServiceRevision): AwsServiceRevision {
  const { launchType, platformVersion, platformFamily, networkConfiguration, serviceConnectConfiguration } =
    revision;
  return {
    serviceRevisionArn: revision.arn,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    taskDefinition: revision.taskDefinitionArn,
    capacityProviderStrategy: [...revision.capacityProviderStrategy],
    ...(launchType !== undefined && { launchType }),
    ...(platformVersion !== undefined && { platformVersion }),
    ...(platformFamily !== undefined && { platformFamily }),
    loadBalancers: [...revision.loadBalancers],
    serviceRegistries: [...revision.serviceRegistries],
    ...(networkConfiguration && { networkConfiguration }),
    containerImages: containerImages(context, service, revision),
    guardDutyEnabled: false,
    ...(serviceConnectConfiguration && { serviceConnectConfiguration }),
    volumeConfigurations: [...revision.volumeConfigurations],
    createdAt: revision.createdAt,
  };
}

/** The images of a revision, with the digest that its first task resolved them to. */
function containerImages(
  { store }: EcsContext,
  service: Service,
  revision: ServiceRevision,
): NonNullable<AwsServiceRevision['containerImages']> {
  const deployment = service.deployments.find((one) => one.revision.arn === revision.arn);
  const tasks = (deployment?.taskArns ?? []).flatMap((arn) => store.tasks.get(arn)?.containers ?? []);
  const definition = store.taskDefinitions.getByArn(revision.taskDefinitionArn)?.definition;
  return (definition?.containerDefinitions ?? []).map(({ name = '', image = '' }) => {
    const pin = revision.images?.[name];
    const imageDigest = pin
      ? (pin.reference?.replace(/^.*@/, '') ?? pin.imageId)
      : tasks.find((container) => container.name === name && container.imageDigest)?.imageDigest;
    return { containerName: name, image, ...(imageDigest !== undefined && { imageDigest }) };
  });
}
