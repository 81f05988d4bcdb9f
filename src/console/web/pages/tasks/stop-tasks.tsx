import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useAction } from '../../aws/queries.ts';
import { nameOf } from '../../shared/addresses.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import type { Task } from './queries.ts';

/** Asks for the reason and stops tasks; what is refused is shown above the page. */
export function StopTasks({
  tasks,
  onDone,
}: {
  readonly tasks: readonly Task[];
  readonly onDone: () => void;
}) {
  const [reason, setReason] = useState('');
  const stop = useAction('ecs', 'StopTask', ({ task }) => `The task ${nameOf(task)} is being stopped.`);
  return (
    <ConfirmDelete
      what={tasks.map(({ taskArn }) => nameOf(taskArn))}
      kind="task"
      verb="Stop"
      isBusy={stop.isPending}
      onCancel={onDone}
      onConfirm={() => {
        const stops = tasks.map(({ clusterArn, taskArn }) =>
          stop.mutateAsync({
            cluster: clusterArn,
            task: taskArn,
            ...(reason !== '' && { reason }),
          }),
        );
        void Promise.allSettled(stops).then(onDone);
      }}
    >
      <FormField label="Reason" description="Shown as the reason of the stop; optional.">
        <Input
          value={reason}
          onChange={({ detail }) => {
            setReason(detail.value);
          }}
        />
      </FormField>
    </ConfirmDelete>
  );
}
