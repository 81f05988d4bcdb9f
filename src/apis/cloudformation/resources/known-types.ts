import { readFileSync } from 'node:fs';

/** What an attribute is: by this, and by its name, something stands in for its value. */
export type ValueKind = 'text' | 'number' | 'flag' | 'list' | 'map';

/** What is known of a type without anything written for it here: its attributes by what they are. */
export type KnownType = {
  /** Properties or attributes that `Ref` gives, joined by `|`. */
  readonly id: readonly string[];
  /** What tells one of it from all others, where that is something else; empty where nothing does. */
  readonly identifier?: readonly string[];
  /** With `${Partition}`, `${Region}`, `${Account}` and names of its own. */
  readonly arn?: string;
} & { readonly [Kind in ValueKind]?: readonly string[] };

/** A type of CloudFormation's; undefined for one that it does not have. */
export type KnownTypes = {
  readonly of: (type: string) => KnownType | undefined;
  readonly names: () => readonly string[];
};

/** Types from the generated file, which is read when the first is asked for. */
export function createKnownTypes(): KnownTypes {
  let read: Readonly<Record<string, KnownType>> | undefined;
  const types = (): Readonly<Record<string, KnownType>> => {
    if (!read) {
      const url = new URL('../../../../schemas/resource-types.json', import.meta.url);
      const file = JSON.parse(readFileSync(url, 'utf8')) as {
        readonly types: Readonly<Record<string, KnownType>>;
      };
      read = file.types;
    }
    return read;
  };
  return {
    of: (type) => (Object.hasOwn(types(), type) ? types()[type] : undefined),
    names: () => Object.keys(types()),
  };
}

/** What an attribute of a type is; undefined when the type has no such attribute. */
export const kindOf = (type: KnownType, attribute: string): ValueKind | undefined =>
  (['text', 'number', 'flag', 'list', 'map'] as const).find((kind) => type[kind]?.includes(attribute));
