import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Grid from '@cloudscape-design/components/grid';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useDeferredValue, useMemo, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useAction } from '../../aws/queries.ts';
import { taskDefinitionAddress } from '../../shared/addresses.ts';
import { CodeBox } from '../../shared/code/code-box.tsx';
import { Page } from '../../shared/page.tsx';
import { Answered, Failure, Loading } from '../../shared/states.tsx';
import { parsed, START, type Registration } from './draft.ts';
import { DefinitionForm } from './form.tsx';
import { registrationOf, usePreview, useRegistrationSchema, useTaskDefinition } from './queries.ts';

export function Component() {
  const [search] = useSearchParams();
  const from = search.get('from') ?? undefined;
  const base = useTaskDefinition(from);
  return (
    <Page
      title={from === undefined ? 'Register task definition' : `New revision of ${from.split(':')[0] ?? ''}`}
      crumbs={[
        { text: 'Task definitions', to: '/task-definitions' },
        ...(from === undefined ? [] : [{ text: from, to: taskDefinitionAddress(from) }]),
      ]}
    >
      {from === undefined ? (
        <Editor start={START} />
      ) : (
        <Answered query={base}>
          {({ definition, tags }) => (
            <Editor
              start={`${JSON.stringify(registrationOf(definition, tags), undefined, 2)}\n`}
              from={from}
            />
          )}
        </Answered>
      )}
    </Page>
  );
}

/** `start` is what it begins with: another revision of others does not undo what is typed. */
function Editor({ start, from }: { readonly start: string; readonly from?: string }) {
  const navigate = useNavigate();
  const [original] = useState(start);
  const [text, setText] = useState(start);
  const [side, setSide] = useState<'form' | 'json'>('form');
  const [result, setResult] = useState<'compose' | 'diff'>('compose');
  const schema = useRegistrationSchema();
  const definition = useMemo(() => parsed(text), [text]);
  const register = useAction('ecs', 'RegisterTaskDefinition', (_, { taskDefinition }) => {
    const { family = '', revision = '' } = taskDefinition ?? {};
    return `${family}:${revision} was registered.`;
  });
  const cancelTo = from === undefined ? '/task-definitions' : taskDefinitionAddress(from);
  return (
    <SpaceBetween size="l">
      <Grid gridDefinition={[{ colspan: { default: 12, s: 6 } }, { colspan: { default: 12, s: 6 } }]}>
        <Tabs
          ariaLabel="Definition"
          activeTabId={side}
          onChange={({ detail }) => {
            setSide(detail.activeTabId === 'json' ? 'json' : 'form');
          }}
          tabs={[
            {
              id: 'form',
              label: 'Form',
              content:
                side === 'form' &&
                (definition ? (
                  <DefinitionForm text={text} definition={definition} onChange={setText} />
                ) : (
                  <Alert type="warning">The JSON cannot be read; mend it there first.</Alert>
                )),
            },
            {
              id: 'json',
              label: 'JSON',
              content: side === 'json' && (
                <Answered query={schema}>
                  {(known) => (
                    <CodeBox
                      label="Task definition"
                      language="json"
                      text={text}
                      onChange={setText}
                      schema={known}
                    />
                  )}
                </Answered>
              ),
            },
          ]}
        />
        <Tabs
          ariaLabel="Result"
          activeTabId={result}
          onChange={({ detail }) => {
            setResult(detail.activeTabId === 'diff' ? 'diff' : 'compose');
          }}
          tabs={[
            {
              id: 'compose',
              label: 'Compose file',
              content: result === 'compose' && <Preview definition={definition} />,
            },
            ...(from === undefined
              ? []
              : [
                  {
                    id: 'diff',
                    label: `Changes to ${from}`,
                    content: result === 'diff' && (
                      <CodeBox label={`Changes to ${from}`} language="json" text={text} original={original} />
                    ),
                  },
                ]),
          ]}
        />
      </Grid>
      <Box float="right">
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="link" onClick={() => void navigate(cancelTo)}>
            Cancel
          </Button>
          <Button
            variant="primary"
            disabled={definition === undefined}
            loading={register.isPending}
            onClick={() => {
              register.mutate(definition as Parameters<typeof register.mutate>[0], {
                onSuccess: ({ taskDefinition }) =>
                  void navigate(taskDefinitionAddress(taskDefinition?.taskDefinitionArn ?? '')),
              });
            }}
          >
            Register
          </Button>
        </SpaceBetween>
      </Box>
    </SpaceBetween>
  );
}

/** The Compose file while one types; what was last good stays in sight while ECS refuses. */
function Preview({ definition }: { readonly definition: Registration | undefined }) {
  const [good, setGood] = useState<string>();
  const preview = usePreview(useDeferredValue(definition));
  const compose = preview.data?.compose;
  if (compose !== undefined && compose !== good) setGood(compose);
  if (good === undefined && !preview.error) return <Loading />;
  return (
    <SpaceBetween size="s">
      {preview.error && <Failure error={preview.error} />}
      {good !== undefined && <CodeBox label="Compose file" language="yaml" text={good} />}
    </SpaceBetween>
  );
}
