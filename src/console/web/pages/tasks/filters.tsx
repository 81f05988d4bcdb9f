import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Select from '@cloudscape-design/components/select';
import { useSearchParams } from 'react-router';
import { nameOf } from '../../shared/addresses.ts';
import type { Task } from './queries.ts';

/** By what tasks are chosen: a part of the address each, and what a task has of it. */
const FILTERS = {
  cluster: { label: 'Cluster', of: ({ clusterArn }: Task) => nameOf(clusterArn) },
  family: {
    label: 'Family',
    of: ({ taskDefinitionArn }: Task) => nameOf(taskDefinitionArn).split(':')[0] ?? '',
  },
  service: {
    label: 'Service',
    of: ({ group = '' }: Task) => (group.startsWith('service:') ? group.slice('service:'.length) : ''),
  },
  status: { label: 'Status', of: ({ lastStatus }: Task) => lastStatus ?? '' },
  launch: { label: 'Launch type', of: ({ launchType }: Task): string => launchType ?? '' },
} as const;

type FilterName = keyof typeof FILTERS;
const NAMES = Object.keys(FILTERS) as FilterName[];

export type TaskFilters = Readonly<Partial<Record<FilterName, string>>>;

export const readFilters = (search: URLSearchParams): TaskFilters =>
  Object.fromEntries(NAMES.flatMap((name) => (search.get(name) ? [[name, search.get(name)]] : [])));

export const matchesFilters = (task: Task, filters: TaskFilters): boolean =>
  NAMES.every((name) => filters[name] === undefined || FILTERS[name].of(task) === filters[name]);

/** A choice for each; what can be chosen is what the tasks have. */
export function Filters({ tasks }: { readonly tasks: readonly Task[] }) {
  const [search, setSearch] = useSearchParams();
  const filters = readFilters(search);
  return (
    <Grid gridDefinition={NAMES.map(() => ({ colspan: { default: 6, xs: 4, s: 2 } }))}>
      {NAMES.map((name) => {
        const { label, of } = FILTERS[name];
        const chosen = filters[name];
        const values = new Set([...tasks.map(of), ...(chosen === undefined ? [] : [chosen])]);
        const options = [...values]
          .filter((value) => value !== '')
          .sort()
          .map((value) => ({ value, label: value }));
        return (
          <FormField key={name} label={label}>
            <Select
              selectedOption={options.find(({ value }) => value === chosen) ?? ANY}
              options={[ANY, ...options]}
              onChange={({ detail }) => {
                const next = new URLSearchParams(search);
                if (detail.selectedOption.value) next.set(name, detail.selectedOption.value);
                else next.delete(name);
                setSearch(next, { replace: true });
              }}
            />
          </FormField>
        );
      })}
    </Grid>
  );
}

const ANY = { value: '', label: 'Any' };
