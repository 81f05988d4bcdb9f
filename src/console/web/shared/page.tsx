import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import { useEffect, type ReactNode } from 'react';
import { useHref, useNavigate } from 'react-router';

/** A page above this one; `to` is its address below the base. */
export type Crumb = { readonly text: string; readonly to: string };

/** The frame of a page: its title (the window's too), the way to it, and what can be done with all of it. */
export function Page({
  title,
  crumbs = [],
  actions,
  description,
  children,
}: {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly actions?: ReactNode;
  readonly description?: ReactNode;
  readonly children: ReactNode;
}) {
  const navigate = useNavigate();
  const base = useHref('/').replace(/\/$/, '');
  useEffect(() => {
    document.title = `${title} – ecsidecar`;
  }, [title]);
  return (
    <ContentLayout
      breadcrumbs={
        crumbs.length > 0 && (
          <BreadcrumbGroup
            items={[...crumbs.map(({ text, to }) => ({ text, href: base + to })), { text: title, href: '' }]}
            onFollow={(event) => {
              event.preventDefault();
              void navigate(event.detail.href.slice(base.length));
            }}
          />
        )
      }
      header={
        <Header variant="h1" actions={actions} description={description}>
          {title}
        </Header>
      }
    >
      {children}
    </ContentLayout>
  );
}
