/** A map that keeps the entries used last and forgets the rest. */
export type Lru<Key, Value> = {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
  clear(): void;
};

/**
 * Keeps the `maxEntries / 2` entries used last and at most `maxEntries`: two generations, of which the older one is
 * dropped when the younger one is full. Reading a young entry changes nothing, which makes it as cheap as a Map.
 */
export function createLru<Key, Value>(maxEntries: number): Lru<Key, Value> {
  const generationSize = Math.max(1, Math.floor(maxEntries / 2));
  let young = new Map<Key, Value>();
  let old = new Map<Key, Value>();

  const put = (key: Key, value: Value): void => {
    if (!young.has(key) && young.size >= generationSize) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  };

  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) put(key, older);
      return older;
    },
    set(key, value) {
      old.delete(key);
      put(key, value);
    },
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
    clear() {
      young.clear();
      old.clear();
    },
  };
}
