import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import './code-text.css';
import { piecesOf } from './highlight.ts';

/** A file to read and copy, with its keys, strings and comments coloured. */
export function CodeText({
  text,
  label,
}: {
  readonly text: string;
  /** What it is, for who does not see it. */
  readonly label: string;
}) {
  return (
    <>
      <CopyToClipboard
        variant="button"
        copyButtonText="Copy"
        copyButtonAriaLabel={`Copy ${label}`}
        textToCopy={text}
        copySuccessText="Copied"
        copyErrorText="It could not be copied"
      />
      {/* Long lines scroll; by keys too. */}
      <pre className="code-text" tabIndex={0} role="region" aria-label={label}>
        {text.split('\n').map((line, at) => (
          // Lines have no other name than their number.
          <code key={at}>
            {piecesOf(line).map((piece, index) =>
              piece.kind === 'plain' ? (
                piece.text
              ) : (
                <span key={index} className={`code-${piece.kind}`}>
                  {piece.text}
                </span>
              ),
            )}
            {'\n'}
          </code>
        ))}
      </pre>
    </>
  );
}
