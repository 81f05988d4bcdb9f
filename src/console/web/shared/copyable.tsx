import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';

/** A text with a button that copies it: an ARN, an id, an address. */
export function Copyable({ text, what = 'ARN' }: { readonly text: string; readonly what?: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={`Copy ${what}`}
      copySuccessText={`${what} copied`}
      copyErrorText={`${what} could not be copied`}
    />
  );
}
