import type { Schema } from '@cfworker/json-schema';
import type { CompletionSource } from '@codemirror/autocomplete';
import { getLocation } from 'jsonc-parser';
import { schemaAt, type SchemaDefinition } from './schema.ts';

/** Proposes members, and values where there are only some, at the place in a JSON text where one types. */
export const completeBySchema =
  (definition: SchemaDefinition): CompletionSource =>
  (context) => {
    const { state, pos, explicit } = context;
    const text = state.doc.toString();
    const word = context.matchBefore(/"?\w*/);
    if (!word || (word.from === word.to && !explicit)) return null;
    const { path, isAtPropertyKey } = getLocation(text, pos);
    const schema = schemaAt(definition, isAtPropertyKey ? path.slice(0, -1) : path);
    const values = isAtPropertyKey ? Object.keys(schema?.properties ?? {}) : valuesOf(schema);
    const typed = word.text.replace('"', '').toLowerCase();
    // The quote at the end is there already where an editor closed it.
    const end = text[pos] === '"' ? -1 : undefined;
    return {
      from: word.from,
      // What is typed begins with a quote, which names do not.
      filter: false,
      options: values
        .filter((value) => String(value).toLowerCase().includes(typed))
        .map((value) => ({
          label: String(value),
          apply: JSON.stringify(value).slice(0, typeof value === 'string' ? end : undefined),
          type: isAtPropertyKey ? 'property' : 'enum',
        })),
    };
  };

const valuesOf = (schema: Schema | undefined): readonly unknown[] =>
  schema?.type === 'boolean' ? [true, false] : (schema?.enum ?? []);
