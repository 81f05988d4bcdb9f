/** Whether this is a person's browser that opens a page, by the header `Accept`. */
export const acceptsHtml = (accept: string | undefined): boolean =>
  accept !== undefined && /(^|,)\s*text\/html\s*(;|,|$)/.test(accept);
