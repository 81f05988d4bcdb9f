import ColumnLayout from '@cloudscape-design/components/column-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { fieldsOf, TextAreaField, TextField, type FieldsProps } from '../../shared/fields.tsx';
import type { OverrideDraft, TaskOverrideDraft } from './run-input.ts';

/** What a run changes of a container. */
export function ContainerFields(props: FieldsProps<OverrideDraft>) {
  const field = fieldsOf(props);
  return (
    <SpaceBetween size="m">
      <TextAreaField
        label="Command"
        description='A JSON list, such as ["echo", "hello"]; empty for its own.'
        {...field('command')}
      />
      <TextAreaField
        label="Environment"
        description="NAME=value, a line each; added to its own."
        {...field('environment')}
      />
      <TextAreaField
        label="Environment files"
        description="ARNs of S3 objects, separated by commas; added to its own."
        {...field('environmentFiles')}
      />
      <ColumnLayout columns={3}>
        <TextField label="CPU" description="In units; 1024 a core." isNumber {...field('cpu')} />
        <TextField label="Memory limit" description="In MiB." isNumber {...field('memory')} />
        <TextField
          label="Memory reservation"
          description="In MiB."
          isNumber
          {...field('memoryReservation')}
        />
      </ColumnLayout>
    </SpaceBetween>
  );
}

/** What a run changes of the task as a whole. */
export function TaskFields(props: FieldsProps<TaskOverrideDraft>) {
  const field = fieldsOf(props);
  return (
    <SpaceBetween size="m">
      <ColumnLayout columns={3}>
        <TextField label="Task CPU" description="In units, or as 0.5 vCPU." {...field('cpu')} />
        <TextField label="Task memory" description="In MiB, or as 2 GB." {...field('memory')} />
        <TextField
          label="Ephemeral storage"
          description="In GiB; on Fargate alone."
          isNumber
          {...field('ephemeralStorageGib')}
        />
      </ColumnLayout>
      <TextField
        label="Task role"
        description="ARN of what the containers may do."
        {...field('taskRoleArn')}
      />
      <TextField
        label="Task execution role"
        description="ARN of what ECS may do for the task."
        {...field('executionRoleArn')}
      />
    </SpaceBetween>
  );
}
