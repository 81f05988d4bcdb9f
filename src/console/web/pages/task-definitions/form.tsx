import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import { environmentOf, environmentText } from '../../shared/environment.ts';
import { portsOf, portsText, withValue, type Registration } from './draft.ts';

type Path = readonly (string | number)[];
/** Writes a value into the definition; undefined takes the member away. */
type Set = (path: Path, value: unknown) => void;
type ContainerDefinition = NonNullable<Registration['containerDefinitions']>[number];

const NETWORK_MODES = ['bridge', 'awsvpc', 'host', 'none'] as const;
const DEFAULT_MODE = { value: '', label: 'ECS chooses' } as const;

/** The common fields; all others are in the JSON. */
export function DefinitionForm({
  text,
  definition,
  onChange,
}: {
  readonly text: string;
  readonly definition: Registration;
  readonly onChange: (text: string) => void;
}) {
  const set: Set = (path, value) => {
    onChange(withValue(text, path, value));
  };
  const containers = Array.isArray(definition.containerDefinitions) ? definition.containerDefinitions : [];
  const modes = [DEFAULT_MODE, ...NETWORK_MODES.map((value) => ({ value, label: value }))];
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Task</Header>}>
        <SpaceBetween size="s">
          <Text
            label="Family"
            value={definition.family}
            onChange={(value) => {
              set(['family'], value);
            }}
          />
          <FormField label="Network mode">
            <Select
              selectedOption={modes.find(({ value }) => value === (definition.networkMode ?? '')) ?? null}
              options={modes}
              onChange={({ detail }) => {
                set(['networkMode'], detail.selectedOption.value || undefined);
              }}
            />
          </FormField>
          <Text
            label="CPU of the task"
            description="in CPU units, 1024 a processor"
            value={definition.cpu}
            onChange={(value) => {
              set(['cpu'], value || undefined);
            }}
          />
          <Text
            label="Memory of the task"
            description="in MiB"
            value={definition.memory}
            onChange={(value) => {
              set(['memory'], value || undefined);
            }}
          />
        </SpaceBetween>
      </Container>
      {containers.map((container, at) => (
        // A container's name may be typed here, so its place among so many is its key.
        <ContainerFields
          key={`${at}/${containers.length}`}
          container={container}
          at={at}
          set={set}
          onRemove={
            containers.length > 1
              ? () => {
                  set(['containerDefinitions', at], undefined);
                }
              : undefined
          }
        />
      ))}
      <Button
        iconName="add-plus"
        onClick={() => {
          set(['containerDefinitions', containers.length], {
            name: `container-${containers.length + 1}`,
            image: 'busybox',
            memory: 128,
          });
        }}
      >
        Add container
      </Button>
    </SpaceBetween>
  );
}

function ContainerFields({
  container,
  at,
  set,
  onRemove,
}: {
  readonly container: ContainerDefinition;
  readonly at: number;
  readonly set: Set;
  readonly onRemove: (() => void) | undefined;
}) {
  const put = (member: keyof ContainerDefinition, value: unknown): void => {
    set(['containerDefinitions', at, member], value);
  };
  return (
    <Container
      header={
        <Header variant="h2" actions={onRemove && <Button onClick={onRemove}>Remove container</Button>}>
          Container {at + 1}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <Text
          label="Name"
          value={container.name}
          onChange={(value) => {
            put('name', value);
          }}
        />
        <Text
          label="Image"
          value={container.image}
          onChange={(value) => {
            put('image', value);
          }}
        />
        <Text
          label="Memory of the container"
          description="in MiB, its limit"
          value={container.memory?.toString()}
          isNumber
          onChange={(value) => {
            put('memory', value === '' ? undefined : Number(value));
          }}
        />
        <Toggle
          checked={container.essential ?? true}
          onChange={({ detail }) => {
            put('essential', detail.checked);
          }}
        >
          Essential: the task stops with it
        </Toggle>
        <Typed
          label="Command"
          description={'a JSON list: ["node", "app.js"]'}
          text={container.command === undefined ? '' : JSON.stringify(container.command)}
          read={commandOf}
          wrong={'It is a JSON list of texts: ["sleep", "60"].'}
          onChange={(command) => {
            put('command', command.length === 0 ? undefined : command);
          }}
        />
        <Typed
          label="Ports"
          description="container port, or host:container, with /udp if need be; separated by commas"
          text={portsText(container.portMappings ?? [])}
          read={portsOf}
          wrong="e.g. 80, 8080:80, 53/udp"
          onChange={(ports) => {
            put('portMappings', ports.length === 0 ? undefined : ports);
          }}
        />
        {container.environment?.some(({ value }) => value?.includes('\n')) ? (
          <FormField label="Environment" description="It has values of several lines: edit them as JSON." />
        ) : (
          <Typed
            label="Environment"
            description="a line each: NAME=value"
            text={environmentText(container.environment ?? [])}
            read={environmentOf}
            isMultiline
            onChange={(environment) => {
              put('environment', environment.length === 0 ? undefined : environment);
            }}
          />
        )}
      </SpaceBetween>
    </Container>
  );
}

function commandOf(text: string): string[] | undefined {
  if (text.trim() === '') return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((word) => typeof word === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

function Text({
  label,
  description,
  value = '',
  isNumber = false,
  onChange,
}: {
  readonly label: string;
  readonly description?: string;
  readonly value?: string;
  readonly isNumber?: boolean;
  readonly onChange: (value: string) => void;
}) {
  return (
    <FormField label={label} description={description}>
      <Input
        value={value}
        type={isNumber ? 'number' : 'text'}
        autoComplete={false}
        spellcheck={false}
        onChange={({ detail }) => {
          onChange(detail.value);
        }}
      />
    </FormField>
  );
}

/** A text that stands for something else: what is typed stays as it is typed, what it means goes into the definition. */
function Typed<T>({
  label,
  description,
  text,
  read,
  wrong,
  isMultiline = false,
  onChange,
}: {
  readonly label: string;
  readonly description: string;
  readonly text: string;
  readonly read: (text: string) => T | undefined;
  readonly wrong?: string;
  readonly isMultiline?: boolean;
  readonly onChange: (value: T) => void;
}) {
  const [typed, setTyped] = useState(text);
  const change = ({ detail }: { readonly detail: { readonly value: string } }): void => {
    setTyped(detail.value);
    const value = read(detail.value);
    if (value !== undefined) onChange(value);
  };
  return (
    <FormField
      label={label}
      description={description}
      errorText={read(typed) === undefined ? wrong : undefined}
    >
      {isMultiline ? (
        <Textarea value={typed} onChange={change} spellcheck={false} rows={3} />
      ) : (
        <Input value={typed} onChange={change} autoComplete={false} spellcheck={false} />
      )}
    </FormField>
  );
}
