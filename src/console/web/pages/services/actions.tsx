import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAction } from '../../aws/queries.ts';
import { nameOf, serviceAddress } from '../../shared/addresses.ts';
import { DeleteServices } from './delete-services.tsx';
import { previousDefinition } from './previous.ts';
import { usePastDeployments, type Service } from './queries.ts';

/** What can be done with a service. */
export function Actions({ service }: { readonly service: Service }) {
  const navigate = useNavigate();
  const { data: past } = usePastDeployments(service);
  const [isDeleting, setDeleting] = useState(false);
  const { clusterArn: cluster, serviceName: name, currentServiceDeployment: underWay } = service;
  const update = useAction('ecs', 'UpdateService', ({ taskDefinition }) =>
    taskDefinition === undefined
      ? `A new deployment of ${name} begins.`
      : `The service ${name} goes back to ${nameOf(taskDefinition)}.`,
  );
  const stop = useAction('ecs', 'StopServiceDeployment', () => `The deployment of ${name} is rolled back.`);
  const previous = previousDefinition(service.taskDefinition, past ?? []);
  const isExternal = service.deploymentController?.type === 'EXTERNAL';
  const doIt: Readonly<Record<string, () => void>> = {
    force: () => {
      update.mutate({ cluster, service: name, forceNewDeployment: true });
    },
    stop: () => {
      stop.mutate({ serviceDeploymentArn: underWay, stopType: 'ROLLBACK' });
    },
    previous: () => {
      update.mutate({ cluster, service: name, taskDefinition: previous });
    },
    delete: () => {
      setDeleting(true);
    },
  };
  return (
    <>
      <SpaceBetween direction="horizontal" size="xs">
        <ButtonDropdown
          loading={update.isPending || stop.isPending}
          items={[
            { id: 'force', text: 'Force new deployment', disabled: isExternal },
            {
              id: 'stop',
              text: 'Roll back the deployment under way',
              disabled: underWay === undefined,
              disabledReason: 'No deployment is under way.',
            },
            {
              id: 'previous',
              text:
                previous === undefined
                  ? 'Roll back to the revision before'
                  : `Roll back to ${nameOf(previous)}`,
              disabled: previous === undefined || isExternal,
              disabledReason: 'No deployment of another revision was completed.',
            },
            { id: 'delete', text: 'Delete service' },
          ]}
          onItemClick={({ detail: { id } }) => {
            doIt[id]?.();
          }}
        >
          Actions
        </ButtonDropdown>
        <Button
          variant="primary"
          onClick={() => void navigate(`${serviceAddress(service.serviceArn ?? '')}/update`)}
        >
          Update service
        </Button>
      </SpaceBetween>
      {isDeleting && (
        <DeleteServices
          services={[service]}
          onDone={(refused) => {
            setDeleting(false);
            if (refused.length === 0) void navigate('/services');
          }}
          onCancel={() => {
            setDeleting(false);
          }}
        />
      )}
    </>
  );
}
