import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useWork } from '../../aws/queries.ts';
import { nameOf, taskAddress } from '../../shared/addresses.ts';
import { failureText } from '../../shared/failure-text.ts';
import { CheckField, fieldsOf, SelectField, TextField, type FieldsProps } from '../../shared/fields.tsx';
import { Page } from '../../shared/page.tsx';
import { counted } from '../../shared/plural.ts';
import { FoldedSection, ResourceForm, Section } from '../../shared/resource-form.tsx';
import { TagsEditor } from '../../shared/tags.tsx';
import { ComputeFields, NetworkFields } from '../launch/compute-fields.tsx';
import { PlacementFields } from '../launch/placement-fields.tsx';
import { useDefinition } from '../launch/queries.ts';
import { ClusterField, DefinitionField } from '../launch/what-fields.tsx';
import { ContainerFields, TaskFields } from './override-fields.tsx';
import { EMPTY, NO_OVERRIDE, runInput, type RunDraft } from './run-input.ts';

export function Component() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const [draft, setDraft] = useState<RunDraft>({
    ...EMPTY,
    cluster: search.get('cluster') ?? EMPTY.cluster,
    taskDefinition: search.get('definition') ?? EMPTY.taskDefinition,
  });
  const set = (change: Partial<RunDraft>): void => {
    setDraft((before) => ({ ...before, ...change }));
  };
  const definition = useDefinition(draft.taskDefinition);
  const isAwsvpc = definition.data?.networkMode === 'awsvpc';
  const run = useWork(
    async (aws, chosen: RunDraft) => {
      const { tasks = [], failures = [] } = await aws.ecs('RunTask', runInput(chosen, isAwsvpc));
      // AWS answers so where no task could be placed.
      if (tasks.length === 0 && failures.length > 0)
        throw new Error(failures.map(({ arn, reason }) => `${nameOf(arn)}: ${reason ?? ''}`).join(' '));
      return tasks;
    },
    (_, tasks) => `${counted(tasks.length, 'task')} started.`,
    { showsFailure: false },
  );
  return (
    <Page title="Run task" crumbs={[{ text: 'Tasks', to: '/tasks' }]}>
      <ResourceForm
        submitText="Run task"
        isBusy={run.isPending}
        error={run.error}
        cancelTo="/tasks"
        onSubmit={() => {
          run.mutate(draft, {
            onSuccess: ([first, ...others]) =>
              void navigate(first && others.length === 0 ? taskAddress(first.taskArn ?? '') : '/tasks'),
          });
        }}
      >
        <Section title="Task">
          <DefinitionField
            value={draft.taskDefinition}
            onChange={(taskDefinition) => {
              // What was said of other containers says nothing of these.
              set({ taskDefinition, containers: [] });
            }}
          />
          <ClusterField draft={draft} set={set} />
          <TextField
            label="Number of tasks"
            description="1 to 10"
            isNumber
            {...fieldsOf({ draft, set })('count')}
          />
        </Section>
        <Section title="Compute">
          <ComputeFields draft={draft} set={set} cluster={draft.cluster} />
        </Section>
        {definition.error && <Alert type="error">{failureText(definition.error)}</Alert>}
        {isAwsvpc && (
          <Section title="Network">
            <NetworkFields draft={draft} set={set} />
          </Section>
        )}
        <Containers
          draft={draft}
          set={set}
          names={definition.data?.containerDefinitions?.flatMap(({ name }) => name ?? []) ?? []}
        />
        <FoldedSection title="Overrides of the task" description="CPU, memory and roles">
          <TaskFields
            draft={draft.task}
            set={(change) => {
              set({ task: { ...draft.task, ...change } });
            }}
          />
        </FoldedSection>
        <FoldedSection title="Placement" description="On which container instances the tasks run">
          <PlacementFields draft={draft} set={set} />
        </FoldedSection>
        <FoldedSection title="More" description="Group, started by, ECS Exec, tags that are added">
          <MoreFields draft={draft} set={set} />
        </FoldedSection>
        <Section title="Tags">
          <TagsEditor tags={draft.tags} onChange={fieldsOf({ draft, set })('tags').onChange} />
        </Section>
      </ResourceForm>
    </Page>
  );
}

/** The overrides of the definition's containers. */
function Containers({ draft, set, names }: FieldsProps<RunDraft> & { readonly names: readonly string[] }) {
  const overrides = names.map(
    (name) => draft.containers.find((one) => one.name === name) ?? { ...NO_OVERRIDE, name },
  );
  const sections = overrides.map((override) => (
    <FoldedSection
      key={override.name}
      title={`Overrides of ${override.name}`}
      description="Command, environment, CPU and memory"
      // With more containers the rest of the form would be out of sight.
      isOpen={overrides.length === 1}
    >
      <ContainerFields
        draft={override}
        set={(change) => {
          set({
            containers: overrides.map((one) => (one.name === override.name ? { ...one, ...change } : one)),
          });
        }}
      />
    </FoldedSection>
  ));
  return sections.length > 0 && <SpaceBetween size="l">{sections}</SpaceBetween>;
}

function MoreFields(props: FieldsProps<RunDraft>) {
  const field = fieldsOf(props);
  return (
    <SpaceBetween size="m">
      <TextField
        label="Group"
        description="Tasks of a group can be found, and spread, by it; empty for family:<family>."
        {...field('group')}
      />
      <TextField label="Started by" description="Up to 128 letters, digits, - _ /" {...field('startedBy')} />
      <SelectField label="Propagate tags from" choices={PROPAGATED} {...field('propagateTags')} />
      <CheckField label="Enable ECS managed tags" {...field('managesTags')} />
      <CheckField label="Enable ECS Exec" {...field('allowsExec')} />
    </SpaceBetween>
  );
}

const PROPAGATED = [
  { value: 'NONE', label: 'None' },
  { value: 'TASK_DEFINITION', label: 'Task definition' },
] as const;
