import { AwsError } from '../../model/aws-error.ts';
import { discoveryServiceArn, type DiscoveryService, type Namespace } from '../../model/service-discovery.ts';
import { violationWords } from '../../model/violation.ts';

export const invalidInput = (message: string): AwsError => new AwsError('InvalidInput', message);

/** A value outside the service's model. Source: Cloud Map's answers, which have the words that AWS's services share. */
export const violation = (shown: string, path: string, rule: string): AwsError =>
  invalidInput(violationWords(shown, path, rule));

/** Source: Cloud Map's words, as public reports quote them. */
export const namespaceNotFound = (): AwsError => new AwsError('NamespaceNotFound', 'Namespace not found');

// The wording of these follows that of the namespace.
export const serviceNotFound = (): AwsError => new AwsError('ServiceNotFound', 'Service not found');
export const instanceNotFound = (): AwsError => new AwsError('InstanceNotFound', 'Instance not found');
export const operationNotFound = (): AwsError => new AwsError('OperationNotFound', 'Operation not found');

// The wording of these is ours.
export const namespaceExists = ({ id, name, creatorRequestId }: Namespace): AwsError =>
  new AwsError('NamespaceAlreadyExists', `A namespace with the name ${name} already exists.`, {
    members: { NamespaceId: id, CreatorRequestId: creatorRequestId },
  });

export const serviceExists = (service: DiscoveryService): AwsError =>
  new AwsError('ServiceAlreadyExists', `A service with the name ${service.name} already exists.`, {
    members: {
      ServiceId: service.id,
      ServiceArn: discoveryServiceArn(service),
      CreatorRequestId: service.creatorRequestId,
    },
  });

export const namespaceInUse = (): AwsError =>
  new AwsError(
    'ResourceInUse',
    'Namespace contains services; delete the services before deleting the namespace',
  );

/** Source: Cloud Map's words, as public reports quote them. */
export const serviceInUse = (): AwsError =>
  new AwsError(
    'ResourceInUse',
    'Service contains registered instances; delete the instances before deleting the service',
  );

export const noCustomHealth = (): AwsError =>
  new AwsError('CustomHealthNotFound', 'The service has no HealthCheckCustomConfig.');
