import { autocompletion } from '@codemirror/autocomplete';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { linter, lintGutter } from '@codemirror/lint';
import { unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import './code-box.css';
import { completeBySchema } from './complete-by-schema.ts';
import { problemsBySchema } from './problems-by-schema.ts';
import type { SchemaDefinition } from './schema.ts';

type CodeBoxProps = {
  /** What it is, for those who do not see it. */
  readonly label: string;
  readonly text: string;
  readonly language: 'json' | 'yaml';
  /** Without it the text can only be read. */
  readonly onChange?: (text: string) => void;
  /** Checks and completes what is typed. */
  readonly schema?: SchemaDefinition;
  /** Shows what is another in the text than in this one. */
  readonly original?: string;
};

/** Code with highlighting, to read or to edit. */
export function CodeBox(props: CodeBoxProps) {
  const { label, text, language, onChange, schema, original } = props;
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  }, [onChange]);
  const isReadOnly = onChange === undefined;

  useEffect(() => {
    if (!box.current) return undefined;
    // Within a shadow root its styles are adopted sheets: the Content-Security-Policy lets no <style> in.
    const root = box.current.shadowRoot ?? box.current.attachShadow({ mode: 'open' });
    const opened = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        extensions: extensionsOf({ label, language, isReadOnly, schema, original }, (typed) =>
          tell.current?.(typed),
        ),
      }),
    });
    view.current = opened;
    return () => {
      opened.destroy();
      view.current = undefined;
    };
  }, [label, language, isReadOnly, schema, original]);

  useEffect(() => {
    const shown = view.current;
    if (!shown || shown.state.doc.toString() === text) return;
    shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: text } });
    // With the same dependencies as the making of the view: a new one is empty.
  }, [text, label, language, isReadOnly, schema, original]);
  return <div ref={box} className="code-box" data-testid={label} />;
}

function extensionsOf(
  {
    label,
    language,
    isReadOnly,
    schema,
    original,
  }: Pick<CodeBoxProps, 'label' | 'language' | 'schema' | 'original'> & { readonly isReadOnly: boolean },
  changed: (text: string) => void,
): Extension[] {
  return [
    basicSetup,
    language === 'json' ? json() : yaml(),
    syntaxHighlighting(COLOURS),
    LOOK,
    // The key Tab reaches it, also where it can only be read: it scrolls.
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    ...(isReadOnly ? [EditorState.readOnly.of(true)] : []),
    ...(schema && !isReadOnly
      ? [
          lintGutter(),
          linter((shown) => problemsBySchema(shown.state.doc.toString(), schema)),
          autocompletion({ override: [completeBySchema(schema)] }),
        ]
      : []),
    ...(original === undefined
      ? []
      : [unifiedMergeView({ original, mergeControls: false, collapseUnchanged: { margin: 3 } })]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !isReadOnly) changed(update.state.doc.toString());
    }),
  ];
}

/** `light-dark` follows the `color-scheme` that code-box.css sets. */
const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'light-dark(#003e91, #75b6ff)' },
  { tag: [tags.string, tags.content], color: 'light-dark(#0b6125, #7fd49a)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'light-dark(#8a2a00, #ffb482)' },
  { tag: tags.comment, color: 'light-dark(#5c6470, #a8b0bd)' },
]);

const LOOK = EditorView.theme({
  '&': { color: 'light-dark(#0f141a, #dedee3)', background: 'light-dark(#ffffff, #161d26)' },
  '.cm-content': { caretColor: 'light-dark(#000000, #ffffff)' },
  '.cm-cursor': { borderLeftColor: 'light-dark(#000000, #ffffff)' },
  '.cm-gutters': { color: 'light-dark(#5c6470, #a8b0bd)', background: 'light-dark(#f6f6f9, #1b232d)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'rgb(127 127 127 / 12%)' },
  '.cm-tooltip': { color: 'light-dark(#0f141a, #dedee3)', background: 'light-dark(#ffffff, #1b232d)' },
  '.cm-panels': { color: 'light-dark(#0f141a, #dedee3)', background: 'light-dark(#f6f6f9, #1b232d)' },
  '.cm-scroller': { overflow: 'auto', fontFamily: "Menlo, Consolas, 'DejaVu Sans Mono', monospace" },
  '.cm-deletedChunk': { background: 'light-dark(#ffecec, #43181b)' },
  '&.cm-merge-b .cm-changedLine': { background: 'light-dark(#eafbe9, #11331c)' },
});
