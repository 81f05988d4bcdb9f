import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { LogLine } from './line-buffer.ts';
import './line-list.css';

const LINE_PX = 20;
/** Nearer to the end than this is at the end. */
const END_PX = 3 * LINE_PX;

/** Lines of logs, of which only those in sight are in the document. */
export function LineList({
  lines,
  showsStreams,
  isWrapped,
  isFollowing,
  onFollow,
}: {
  readonly lines: readonly LogLine[];
  readonly showsStreams: boolean;
  readonly isWrapped: boolean;
  /** The newest line stays in sight. */
  readonly isFollowing: boolean;
  /** The reader scrolled away from the end, or to it. */
  readonly onFollow: (isFollowing: boolean) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  // eslint-disable-next-line react-hooks/incompatible-library -- it is what makes 100,000 lines scroll
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => lines[index]?.id ?? index,
    overscan: 20,
  });
  useEffect(() => {
    if (isFollowing && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [isFollowing, lines, virtualizer]);
  return (
    <div
      ref={box}
      className={isWrapped ? 'log-lines log-lines-wrapped' : 'log-lines'}
      role="log"
      aria-label="Log lines"
      aria-live="off"
      // Keys scroll it.
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        const isUp = scrollTop < lastTop.current;
        lastTop.current = scrollTop;
        const isAtEnd = scrollHeight - scrollTop - clientHeight < END_PX;
        if (isUp && !isAtEnd && isFollowing) onFollow(false);
        if (isAtEnd && !isFollowing && !isUp) onFollow(true);
      }}
    >
      <div className="log-lines-inner" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index];
          return (
            line && (
              <div
                key={key}
                ref={isWrapped ? virtualizer.measureElement : undefined}
                data-index={index}
                className="log-line"
                style={{ transform: `translateY(${start}px)` }}
              >
                <span className="log-line-time">{timeOf(line.timestampMs)}</span>
                {showsStreams && <span className="log-line-stream">{line.stream}</span>}
                <span>{line.text}</span>
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

/** e.g. `2026-01-31 13:05:09.123`, in this machine's time. */
export function timeOf(timestampMs: number): string {
  const local = new Date(timestampMs - new Date(timestampMs).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 23).replace('T', ' ');
}
