/** Of the nouns of ECS, all of which are regular: `capacity provider`, `task`, `family`. */
export const plural = (noun: string): string =>
  /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;

/** e.g. `1 task`, `2 tasks`. */
export const counted = (count: number, noun: string): string =>
  `${count} ${count === 1 ? noun : plural(noun)}`;
