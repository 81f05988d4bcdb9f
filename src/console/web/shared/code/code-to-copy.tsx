import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { CodeBox } from './code-box.tsx';

/** A file to read and to copy. */
export function CodeToCopy({
  label,
  text,
  language,
}: {
  /** What it is, e.g. `Compose file`. */
  readonly label: string;
  readonly text: string;
  readonly language: 'json' | 'yaml';
}) {
  return (
    <SpaceBetween size="s">
      <CopyToClipboard
        copyButtonText={`Copy ${label}`}
        textToCopy={text}
        copySuccessText="Copied"
        copyErrorText="It could not be copied"
      />
      <CodeBox label={label} language={language} text={text} />
    </SpaceBetween>
  );
}
