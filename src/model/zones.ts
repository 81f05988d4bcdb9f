/** Names of the three availability zones that a region has here: `us-east-1a`. */
export const zonesOf = (region: string): string[] => ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
