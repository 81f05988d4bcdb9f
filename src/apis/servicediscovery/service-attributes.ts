import type {
  DeleteServiceAttributesRequest,
  GetServiceAttributesRequest,
  GetServiceAttributesResponse,
  UpdateServiceAttributesRequest,
} from '@aws-sdk/client-servicediscovery';
import { AwsError } from '../../model/aws-error.ts';
import { discoveryServiceArn } from '../../model/service-discovery.ts';
import type { Nothing } from '../../model/ports.ts';
import type { DiscoveryAction } from './dependencies.ts';
import { invalidInput } from './errors.ts';
import { findService } from './find.ts';

/** Source: Cloud Map API reference, UpdateServiceAttributes. */
const MAX_ATTRIBUTES = 30;
const MAX_KEY = 255;
const MAX_VALUE = 1024;

export const getServiceAttributes: DiscoveryAction<
  GetServiceAttributesRequest,
  GetServiceAttributesResponse
> = (context, { ServiceId }) => {
  const service = findService(context, ServiceId);
  return {
    ServiceAttributes: {
      ServiceArn: discoveryServiceArn(service),
      ResourceOwner: service.scope.account,
      Attributes: service.attributes,
    },
  };
};

/** Adds attributes, or changes their values. */
export const updateServiceAttributes: DiscoveryAction<UpdateServiceAttributesRequest, Nothing> = (
  context,
  { ServiceId, Attributes = {} },
) => {
  const service = findService(context, ServiceId);
  checkAttributes(Attributes);
  const attributes = { ...service.attributes, ...Attributes };
  if (Object.keys(attributes).length > MAX_ATTRIBUTES)
    throw new AwsError(
      'ServiceAttributesLimitExceededException',
      `A service can have up to ${MAX_ATTRIBUTES} attributes.`,
    );
  context.discovery.putService({ ...service, attributes });
  return {};
};

/** Removes attributes by key; a key that is not there is no error. */
export const deleteServiceAttributes: DiscoveryAction<DeleteServiceAttributesRequest, Nothing> = (
  context,
  { ServiceId, Attributes = [] },
) => {
  const service = findService(context, ServiceId);
  const kept = Object.entries(service.attributes).filter(([key]) => !Attributes.includes(key));
  context.discovery.putService({ ...service, attributes: Object.fromEntries(kept) });
  return {};
};

/** Refuses what attributes of services and of instances cannot be. The wording is ours. */
export function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (!/^[!-~]+$/.test(key) || key.length > MAX_KEY)
      throw invalidInput(
        `The attribute key ${key} must be 1 to ${MAX_KEY} printable characters without spaces.`,
      );
    if (value.length > MAX_VALUE)
      throw invalidInput(`The value of the attribute ${key} can have up to ${MAX_VALUE} characters.`);
  }
}
