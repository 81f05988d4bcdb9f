import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useWork } from '../../aws/queries.ts';
import { nameOf, taskAddress } from '../../shared/addresses.ts';
import { failureText } from '../../shared/failure-text.ts';
import { Page } from '../../shared/page.tsx';
import { counted } from '../../shared/plural.ts';
import { Section } from '../../shared/resource-form.tsx';
import { TagsEditor } from '../../shared/tags.tsx';
import { useActiveDefinitions, useClusterNames, useDefinition } from './queries.ts';
import { runInput, type OverrideDraft, type RunDraft } from './run-input.ts';

export function Component() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const [draft, setDraft] = useState<RunDraft>({
    ...EMPTY,
    cluster: search.get('cluster') ?? EMPTY.cluster,
    taskDefinition: search.get('definition') ?? '',
  });
  const set = (change: Partial<RunDraft>): void => {
    setDraft((before) => ({ ...before, ...change }));
  };
  const run = useWork(
    async (aws, chosen: RunDraft) => {
      const { tasks = [], failures = [] } = await aws.ecs('RunTask', runInput(chosen));
      // AWS answers so where no task could be placed.
      if (tasks.length === 0 && failures.length > 0)
        throw new Error(failures.map(({ arn, reason }) => `${nameOf(arn)}: ${reason ?? ''}`).join(' '));
      return tasks;
    },
    (_, tasks) => `${counted(tasks.length, 'task')} started.`,
    { showsFailure: false },
  );
  const submit = (): void => {
    run.mutate(draft, {
      onSuccess: ([first, ...others]) =>
        void navigate(first && others.length === 0 ? taskAddress(first.taskArn ?? '') : '/tasks'),
    });
  };
  return (
    <Page title="Run task" crumbs={[{ text: 'Tasks', to: '/tasks' }]}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Form
          errorText={run.error && failureText(run.error)}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" variant="link" onClick={() => void navigate('/tasks')}>
                Cancel
              </Button>
              <Button variant="primary" loading={run.isPending} disabled={draft.taskDefinition === ''}>
                Run task
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            <WhatToRun draft={draft} set={set} />
            <Definition draft={draft} set={set} />
            <Section title="Tags">
              <TagsEditor
                tags={draft.tags}
                onChange={(tags) => {
                  set({ tags });
                }}
              />
            </Section>
          </SpaceBetween>
        </Form>
      </form>
    </Page>
  );
}

const EMPTY: RunDraft = {
  cluster: 'default',
  taskDefinition: '',
  count: '1',
  launchType: '',
  subnets: '',
  securityGroups: '',
  assignsPublicIp: false,
  group: '',
  overrides: [],
  tags: [],
};

type FieldsProps = { readonly draft: RunDraft; readonly set: (change: Partial<RunDraft>) => void };

function WhatToRun({ draft, set }: FieldsProps) {
  const clusters = useClusterNames();
  const definitions = useActiveDefinitions();
  const named = [...new Set([...(clusters.data ?? []), draft.cluster])].sort();
  return (
    <Section title="Task">
      <FormField label="Task definition">
        <Select
          filteringType="auto"
          placeholder="Choose a revision"
          empty="No active task definition"
          statusType={definitions.data ? 'finished' : 'loading'}
          selectedOption={draft.taskDefinition === '' ? null : optionOf(draft.taskDefinition)}
          options={(definitions.data ?? []).map(optionOf)}
          onChange={({ detail }) => {
            // What was said of other containers says nothing of these.
            set({ taskDefinition: detail.selectedOption.value ?? '', overrides: [] });
          }}
        />
      </FormField>
      <FormField label="Cluster">
        <Select
          selectedOption={optionOf(draft.cluster)}
          options={named.map(optionOf)}
          onChange={({ detail }) => {
            set({ cluster: detail.selectedOption.value ?? '' });
          }}
        />
      </FormField>
      <FormField label="Launch type">
        <Select
          selectedOption={LAUNCH_TYPES.find(({ value }) => value === draft.launchType) ?? LAUNCH_TYPES[0]}
          options={LAUNCH_TYPES}
          onChange={({ detail }) => {
            set({ launchType: detail.selectedOption.value ?? '' });
          }}
        />
      </FormField>
      <FormField label="Number of tasks" description="1 to 10">
        <Input
          type="number"
          value={draft.count}
          onChange={({ detail }) => {
            set({ count: detail.value });
          }}
        />
      </FormField>
      <FormField label="Group" description="Tasks of a group can be found by it; optional.">
        <Input
          value={draft.group}
          onChange={({ detail }) => {
            set({ group: detail.value });
          }}
        />
      </FormField>
    </Section>
  );
}

const LAUNCH_TYPES = [
  { value: '', label: "The cluster's default" },
  { value: 'EC2', label: 'EC2' },
  { value: 'FARGATE', label: 'FARGATE' },
  { value: 'EXTERNAL', label: 'EXTERNAL' },
] as const;

const optionOf = (value: string) => ({ value, label: value });

/** What hangs on the chosen definition: its network, and its containers' overrides. */
function Definition({ draft, set }: FieldsProps) {
  const { data: definition, error } = useDefinition(draft.taskDefinition);
  if (error) return <Alert type="error">{failureText(error)}</Alert>;
  const overrides = (definition?.containerDefinitions ?? []).map(
    ({ name = '' }) =>
      draft.overrides.find((one) => one.name === name) ?? { name, command: '', environment: '' },
  );
  const replace = (changed: OverrideDraft): void => {
    set({ overrides: overrides.map((one) => (one.name === changed.name ? changed : one)) });
  };
  return (
    <>
      {definition?.networkMode === 'awsvpc' && <Network draft={draft} set={set} />}
      {overrides.map((override) => (
        <Section key={override.name} title={`Overrides of ${override.name}`}>
          <FormField label="Command" description='A JSON list, such as ["echo", "hello"]; empty for its own.'>
            <Textarea
              rows={2}
              value={override.command}
              spellcheck={false}
              onChange={({ detail }) => {
                replace({ ...override, command: detail.value });
              }}
            />
          </FormField>
          <FormField label="Environment" description="NAME=value, a line each; added to its own.">
            <Textarea
              rows={2}
              value={override.environment}
              spellcheck={false}
              onChange={({ detail }) => {
                replace({ ...override, environment: detail.value });
              }}
            />
          </FormField>
        </Section>
      ))}
    </>
  );
}

function Network({ draft, set }: FieldsProps) {
  return (
    <Section title="Network">
      <FormField label="Subnets" description="Ids, separated by commas; any will do here.">
        <Input
          value={draft.subnets}
          placeholder="subnet-0123456789abcdef0"
          onChange={({ detail }) => {
            set({ subnets: detail.value });
          }}
        />
      </FormField>
      <FormField label="Security groups" description="Ids, separated by commas; optional.">
        <Input
          value={draft.securityGroups}
          onChange={({ detail }) => {
            set({ securityGroups: detail.value });
          }}
        />
      </FormField>
      <Checkbox
        checked={draft.assignsPublicIp}
        onChange={({ detail }) => {
          set({ assignsPublicIp: detail.checked });
        }}
      >
        Assign a public address
      </Checkbox>
    </Section>
  );
}
