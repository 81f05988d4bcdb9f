import { createHash } from 'node:crypto';
import type { Json, JsonMap } from '../../../model/stack.ts';
import {
  generatedName,
  textOf,
  type AttributeContext,
  type Outcome,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';
import { createKnownTypes, kindOf, type KnownTypes } from './known-types.ts';
import { RECORDED_TYPES, REFUSED_TYPES, type RecordedType } from './recorded-types.ts';
import { recordedFrom, standIn } from './stand-in.ts';
import { NOT_WAITED } from './wait-condition.ts';

/** Types whose functions run in no one's Lambda here, each with attributes of its own. */
const CUSTOM: RecordedType = { id: '{name}', lacks: 'its function does not run here.' };
/** What is read where a number is wanted, as Copilot's templates do for a service's DesiredCount. */
const A_NUMBER = /(Count|Cpu|Memory|Minutes|Number|Percent|Port|Seconds|Size)$/;

/** Types whose attributes are what a function answers. */
export const isCustomType = (type: string): boolean =>
  type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';

/**
 * The handler of a type that is recorded only: by its row in the table, else by what CloudFormation's specification says
 * of it. Undefined for types that are in neither, and for those that are refused.
 */
export function recordedHandler(
  type: string,
  knownTypes: KnownTypes = createKnownTypes(),
): ResourceHandler | undefined {
  const isCustom = isCustomType(type);
  const found = rowOf(type, knownTypes) ?? (isCustom ? CUSTOM : undefined);
  if (!found) return undefined;
  const { id, name, attributes = {} } = found;
  const attributesOf = (context: ResourceContext): JsonMap =>
    Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, fillJson(value, found, context)]),
    );
  const make = (context: ResourceContext): Promise<Outcome> => {
    const { physicalId = '' } = context;
    const unknown = isCustom ? context.reads.filter((read) => !Object.hasOwn(attributes, read)) : [];
    const note = type.startsWith('AWS::CDK::') ? undefined : noteOf(found, context, unknown);
    return Promise.resolve({
      kind: 'done',
      physicalId,
      attributes: attributesOf(context),
      ...(note !== undefined && { note }),
    });
  };
  return {
    createOnly: name === undefined ? [] : [name],
    nameOf: (context) => fill(id, found, context),
    create: make,
    update: make,
    attributesOf,
    remove: () => Promise.resolve('done'),
    attributeOf(context, asked) {
      // What the function would have answered nobody knows: the note of its event says so.
      if (isCustom) return A_NUMBER.test(asked) ? '1' : `${context.physicalId}-${asked}`;
      const known = knownTypes.of(type);
      const kind = known && kindOf(known, asked);
      return kind && standIn(kind, asked, known, context);
    },
  };
}

/** The row of a type: written, or made of the specification. */
function rowOf(type: string, knownTypes: KnownTypes): RecordedType | undefined {
  if (Object.hasOwn(RECORDED_TYPES, type)) return RECORDED_TYPES[type];
  const known = isRefused(type) ? undefined : knownTypes.of(type);
  return known && recordedFrom(type, known);
}

const isRefused = (type: string): boolean => Object.hasOwn(REFUSED_TYPES, type);

type FillContext = Omit<AttributeContext, 'physicalId'> & { readonly physicalId: string | undefined };

/** What the event of its creation says. */
function noteOf(
  { lacks }: RecordedType,
  { creationPolicy }: ResourceContext,
  unknown: readonly string[],
): string {
  const said = lacks === undefined ? 'Recorded only by ecsidecar.' : `Recorded only by ecsidecar: ${lacks}`;
  const note =
    unknown.length === 0
      ? said
      : `${said} What the template reads of it is not what the function would answer: ${unknown.join(', ')}.`;
  return creationPolicy?.['ResourceSignal'] === undefined ? note : `${note} ${NOT_WAITED}.`;
}

function fillJson(value: Json, type: RecordedType, context: FillContext): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => fillJson(item, type, context));
  if (typeof value !== 'string') return value;
  const whole = /^\{!(\w+)\}$/.exec(value)?.[1];
  return whole === undefined ? fill(value, type, context) : (context.properties[whole] ?? []);
}

/** Puts the values of placeholders in their places. One that stands for a property may have a text after `|` in its place. */
function fill(text: string, type: RecordedType, context: FillContext): string {
  return text.replaceAll(
    /\{(\w+)(?:\|((?:[^{}]|\{\w+\})*))?\}/g,
    (_all, key: string, fallback: string | undefined) =>
      valueOf(key, type, context) ?? textOf(context.properties, key) ?? fill(fallback ?? '', type, context),
  );
}

function valueOf(key: string, type: RecordedType, context: FillContext): string | undefined {
  const { scope, stackName, token, physicalId = '', properties } = context;
  const digest = createHash('sha256').update(token).digest('hex');
  const hex = /^(hex|HEX)(\d+)$/.exec(key);
  if (hex) {
    const letters = digest.slice(0, Number(hex[2]));
    return hex[1] === 'HEX' ? letters.toUpperCase() : letters;
  }
  switch (key) {
    case 'id':
      return physicalId;
    case 'account':
      return scope.account;
    case 'region':
      return scope.region;
    case 'stack':
      return stackName;
    case 'byte':
      return String((Number.parseInt(digest.slice(0, 4), 16) % 250) + 4);
    case 'number':
      return String(Number.parseInt(digest.slice(0, 8), 16));
    case 'kind':
      return textOf(properties, 'Type') === 'network' ? 'net' : 'app';
    case 'name':
      return (
        (type.name === undefined ? undefined : textOf(properties, type.name)) ??
        generatedName(context, type.nameLength)
      );
    default:
      return undefined;
  }
}
