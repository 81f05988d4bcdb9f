import type { ListAccountSettingsRequest, ListAccountSettingsResponse, Setting } from '@aws-sdk/client-ecs';
import { pageOf } from '../../../lib/paging.ts';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { EcsOperation } from '../dependencies.ts';
import { pageRequest } from '../limits.ts';
import { effectiveSettings } from './effective.ts';
import { accountSetting } from './rules.ts';

/**
 * A principal's own settings, or with effectiveSettings all that hold for it.
 * Source: ECS API reference, ListAccountSettings: ten a page; `value` only beside `name`.
 */
export const listAccountSettings: EcsOperation<ListAccountSettingsRequest, ListAccountSettingsResponse> = (
  context,
  input,
) => {
  const { store, caller } = context;
  const { name, value, principalArn = caller.principalArn } = input;
  if (name !== undefined) accountSetting(name);
  if (value !== undefined && name === undefined) {
    throw new InvalidParameterException('A setting name must be specified when a value is specified.');
  }
  const { limit, position } = pageRequest('ListAccountSettings', input, { max: 10 });
  const [after] = position ?? [];
  const all = input.effectiveSettings
    ? effectiveSettings(context, principalArn)
    : store.settings.list(caller).filter((setting) => setting.principalArn === principalArn);
  const nameOf = (setting: Setting): string => setting.name ?? '';
  const matching = all
    .filter(
      (setting) =>
        (name === undefined || setting.name === name) && (value === undefined || setting.value === value),
    )
    .toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
    .filter((setting) => after === undefined || nameOf(setting) > after);
  const { items, nextToken } = pageOf(
    matching.slice(0, limit + 1),
    limit,
    'ListAccountSettings',
    (setting) => [nameOf(setting)],
  );
  return { settings: [...items], ...(nextToken !== undefined && { nextToken }) };
};
