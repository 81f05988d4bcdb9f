import { InvalidParameterException } from '../../../model/aws-error.ts';
import { oneOf } from '../limits.ts';

const ENABLED = ['enabled', 'disabled', 'on', 'off'] as const;

/**
 * Every account setting with its values and the one that holds when nothing was put.
 * Source: ECS API reference, PutAccountSetting.name and .value; long ARNs are the default now.
 */
export const ACCOUNT_SETTINGS: Readonly<
  Record<string, { readonly values: readonly string[]; readonly initial: string }>
> = {
  serviceLongArnFormat: { values: ENABLED, initial: 'enabled' },
  taskLongArnFormat: { values: ENABLED, initial: 'enabled' },
  containerInstanceLongArnFormat: { values: ENABLED, initial: 'enabled' },
  awsvpcTrunking: { values: ENABLED, initial: 'disabled' },
  containerInsights: { values: [...ENABLED, 'enhanced'], initial: 'disabled' },
  fargateFIPSMode: { values: ENABLED, initial: 'disabled' },
  tagResourceAuthorization: { values: ['on', 'off'], initial: 'on' },
  fargateTaskRetirementWaitPeriod: { values: ['0', '7', '14'], initial: '7' },
  guardDutyActivate: { values: ['on', 'off'], initial: 'off' },
  defaultLogDriverMode: { values: ['blocking', 'non-blocking'], initial: 'non-blocking' },
  fargateEventWindows: { values: ENABLED, initial: 'disabled' },
};

/** The setting's values and default. Source: ECS's words begin with `unknown should be one of [serviceLongArnFormat,`. */
export function accountSetting(name: string | undefined): {
  name: string;
  values: readonly string[];
  initial: string;
} {
  const setting =
    name === undefined || !Object.hasOwn(ACCOUNT_SETTINGS, name) ? undefined : ACCOUNT_SETTINGS[name];
  if (name === undefined || !setting) {
    throw new InvalidParameterException(
      `unknown should be one of [${Object.keys(ACCOUNT_SETTINGS).join(',')}]`,
    );
  }
  return { name, ...setting };
}

/** The value of a setting after it was checked. */
export function checkValue(name: string | undefined, value: string | undefined): string {
  const { values } = accountSetting(name);
  if (value === undefined) throw new InvalidParameterException('value can not be blank.');
  oneOf('value', value, values);
  // Source: ECS API reference: only AWS changes this one.
  if (name === 'guardDutyActivate') {
    throw new InvalidParameterException(
      'The guardDutyActivate setting is managed by AWS and cannot be changed.',
    );
  }
  return value;
}
