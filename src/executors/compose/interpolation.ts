import { createHash } from 'node:crypto';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import type { ResolvedInputs } from '../../model/ports.ts';

const VARIABLE = Symbol('variable');

/**
 * Stands in a project for a value that Compose takes from its own environment, so that the file never holds it:
 * `composeText` writes `${NAME}`. An object with a key that nobody else has, so that no text of a request can be one.
 */
export type Interpolation = { readonly [VARIABLE]: string };

/** A text, of the file or of Compose's environment. */
export type Text = string | Interpolation;

/** Values of which some are given to Compose at the time of `up`. */
export type Values = Readonly<Record<string, string | Interpolation>>;

type Service = NonNullable<ComposeSpecification['services']>[string];
type Without<T, Names> = { [Name in keyof T as Name extends Names ? never : Name]: T[Name] };

/** A service of Compose in which variables and log options may be interpolations. */
export type ComposeService = Without<Service, 'environment' | 'logging'> & {
  environment?: Service['environment'] | Values;
  logging?: Service['logging'] | { readonly driver: string; readonly options?: Values };
};

/** A project with such services and configs; every ComposeSpecification is one. */
export type ComposeProject = Without<ComposeSpecification, 'services' | 'configs'> & {
  configs?: ComposeSpecification['configs'] | Record<string, { readonly content: Text }>;
  services?: Record<string, ComposeService>;
};

/** What an interpolation is for: a variable of a container, an option of its log driver, or a router's file of S3. */
type Use = 'ENV' | 'LOG' | 'FIRELENS';

/** The name of the variable that `value` stands for; undefined for anything else. */
export const variableOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && VARIABLE in value
    ? (value as Interpolation)[VARIABLE]
    : undefined;

/** Variables of a container that come from `secrets`. Throws an Error for one without a name. */
export function secretVariables({ name = '', secrets = [] }: ContainerDefinition): Values {
  const names = secrets.map((secret) => secret.name ?? '');
  if (names.some(isNameless)) throw new Error('an environment variable has no name');
  return interpolations('ENV', name, names);
}

/** Line breaks are no part of a name. */
export const isNameless = (name: string): boolean => name.replace(/[\r\n]/g, '') === '';

/** Variables of a container that its environment files were found to have. */
export const fileVariables = ({ name = '' }: ContainerDefinition, inputs: ResolvedInputs): Values =>
  interpolations('ENV', name, [...(inputs.get(name)?.fileVariables.keys() ?? [])]);

/** Options of a container's log driver that come from `logConfiguration.secretOptions`. */
export const secretLogOptions = ({ name = '', logConfiguration }: ContainerDefinition): Values =>
  interpolations(
    'LOG',
    name,
    (logConfiguration?.secretOptions ?? []).map((option) => option.name ?? ''),
  );

/** The configuration of a FireLens router that lies on S3. */
export const firelensText = ({ name = '' }: ContainerDefinition): Text => ({
  [VARIABLE]: variableName('FIRELENS', name, 'config'),
});

/** What Compose has to find in its environment so that the containers of a project get what was fetched for them. */
export function composeVariables(inputs: ResolvedInputs): Record<string, string> {
  const variables = [...inputs].flatMap(([container, found]) => [
    ...named('ENV', container, found.fileVariables),
    // Of two values for one variable, the last counts: the secret's.
    ...named('ENV', container, found.secrets),
    ...named('LOG', container, found.logOptions),
    ...(found.firelensConfig === undefined
      ? []
      : // Compose makes a folder of a configuration without text.
        [[variableName('FIRELENS', container, 'config'), found.firelensConfig || '\n'] as const]),
  ]);
  return Object.fromEntries(variables);
}

const named = (
  use: Use,
  container: string,
  values: ReadonlyMap<string, string>,
): (readonly [string, string])[] =>
  [...values].map(([name, value]) => [variableName(use, container, name), value] as const);

function interpolations(use: Use, container: string, names: readonly string[]): Values {
  return Object.fromEntries(
    names.map((name) => [name, { [VARIABLE]: variableName(use, container, name) } as const]),
  );
}

/**
 * `ECSIDECAR_ENV_app__DB_PASSWORD`: readable, and another one for every other container, name or use. Names that do not
 * tell by themselves where the container's ends are told apart by a hash.
 */
export function variableName(use: Use, container: string, name: string): string {
  const isClear = [container, name].every((part) => /^[A-Za-z0-9]+(_[A-Za-z0-9]+)*$/.test(part));
  const readable = [container, name].map((part) => part.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, ''));
  const hash = createHash('sha256')
    .update(JSON.stringify([container, name]))
    .digest('hex')
    .slice(0, 16);
  return ['ECSIDECAR', use, [...readable, ...(isClear ? [] : [hash])].join('__')].join('_');
}
