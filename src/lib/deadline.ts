/** Rejects with an Error of this text when the promise has not settled within `deadlineMs`; the work itself goes on. */
export async function withDeadline<T>(work: Promise<T>, deadlineMs: number, text: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(text));
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
