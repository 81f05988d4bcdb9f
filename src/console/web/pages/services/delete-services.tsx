import Checkbox from '@cloudscape-design/components/checkbox';
import { useState } from 'react';
import { useAction } from '../../aws/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import type { Service } from './queries.ts';

/** Asks and deletes; what is refused is shown above the page, and given to `onDone`. */
export function DeleteServices({
  services,
  onDone,
  onCancel,
}: {
  readonly services: readonly Service[];
  readonly onDone: (refused: readonly Service[]) => void;
  readonly onCancel: () => void;
}) {
  const [forces, setForces] = useState(false);
  const remove = useAction(
    'ecs',
    'DeleteService',
    ({ service }) => `The service ${service} is being deleted.`,
  );
  const needsForce = services.some(
    ({ desiredCount = 0, deployments = [] }) => desiredCount > 0 || deployments.length > 1,
  );
  const deleteAll = async (): Promise<void> => {
    const outcomes = await Promise.allSettled(
      services.map(({ clusterArn, serviceName }) =>
        remove.mutateAsync({ cluster: clusterArn, service: serviceName, ...(forces && { force: true }) }),
      ),
    );
    onDone(services.filter((_, at) => outcomes[at]?.status === 'rejected'));
  };
  return (
    <ConfirmDelete
      what={services.map(({ serviceName = '' }) => serviceName)}
      kind="service"
      isBusy={remove.isPending}
      onConfirm={() => void deleteAll()}
      onCancel={onCancel}
    >
      {needsForce && (
        <Checkbox
          checked={forces}
          description="Without it ECS refuses services that are scaled above 0 or are being deployed."
          onChange={({ detail }) => {
            setForces(detail.checked);
          }}
        >
          Force: stop the tasks too
        </Checkbox>
      )}
    </ConfirmDelete>
  );
}
