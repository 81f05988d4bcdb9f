import Link, { type LinkProps } from '@cloudscape-design/components/link';
import type { ReactNode } from 'react';
import { useHref, useNavigate } from 'react-router';

/** A link to another page of ours; `to` is its address below the base. A click with Ctrl opens a tab, as always. */
export function RouterLink({
  to,
  variant,
  children,
}: {
  readonly to: string;
  readonly variant?: LinkProps.Variant;
  readonly children: ReactNode;
}) {
  const navigate = useNavigate();
  return (
    <Link
      href={useHref(to)}
      {...(variant && { variant })}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(to);
      }}
    >
      {children}
    </Link>
  );
}
