import { re2 } from '../../lib/re2.ts';
import { AwsError } from '../../model/aws-error.ts';
import type { StackTag } from '../../model/stack.ts';

/** A list as EC2's forms have it: `Filter.1.Name`, `VpcId.1`. */
type Numbered<Item> = Readonly<Record<string, Item>>;

export type Filters = {
  readonly Filter?: Numbered<{ readonly Name?: string; readonly Value?: Numbered<string> }>;
};

export type IdList = Numbered<string> | undefined;
export const itemsOf = (list: IdList): string[] => Object.values(list ?? {});

/**
 * Those that every filter lets through. `valuesOf` has the value of each filter that the action knows; tags are known
 * everywhere. Throws InvalidParameterValue for others, in EC2's words.
 */
export function filtered<Item extends { readonly tags: readonly StackTag[] }>(
  items: readonly Item[],
  { Filter = {} }: Filters,
  valuesOf: Readonly<Record<string, (item: Item) => string | readonly string[]>>,
): Item[] {
  const tests = Object.values(Filter).map(({ Name: name = '', Value = {} }) => {
    const patterns = Object.values(Value).map(patternOf);
    const read = readerOf(name, valuesOf);
    return (item: Item) => read(item).some((value) => patterns.some((matches) => matches(value)));
  });
  return items.filter((item) => tests.every((test) => test(item)));
}

function readerOf<Item extends { readonly tags: readonly StackTag[] }>(
  name: string,
  valuesOf: Readonly<Record<string, (item: Item) => string | readonly string[]>>,
): (item: Item) => readonly string[] {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return ({ tags }) => tags.filter(({ Key }) => Key === key).map(({ Value }) => Value);
  }
  if (name === 'tag-key') return ({ tags }) => tags.map(({ Key }) => Key);
  const read = Object.hasOwn(valuesOf, name) ? valuesOf[name] : undefined;
  if (!read) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  return (item) => [read(item)].flat();
}

/** `*` and `?` stand for any letters and for one. Source: EC2 API reference, filters. */
function patternOf(text: string): (value: string) => boolean {
  const { RE2JS } = re2();
  const source = RE2JS.quote(text).replaceAll('\\*', '.*').replaceAll('\\?', '.');
  const pattern = RE2JS.compile(source, RE2JS.DOTALL);
  return (value) => pattern.matches(value);
}
