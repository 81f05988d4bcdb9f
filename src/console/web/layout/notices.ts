import { createContext, useContext } from 'react';

export type Notice = {
  readonly id: string;
  readonly type: 'success' | 'error' | 'warning' | 'info';
  readonly header?: string;
  readonly text: string;
};

/** What is shown above the page until it is dismissed. */
export type Notices = {
  readonly success: (text: string) => void;
  readonly warning: (text: string) => void;
  /** AWS's own code and words, where the error is AWS's. */
  readonly failure: (error: Error) => void;
};

const none = (): void => undefined;

export const NoticesContext = createContext<Notices>({ success: none, warning: none, failure: none });

export const useNotices = (): Notices => useContext(NoticesContext);
