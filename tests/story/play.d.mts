/** What stands at a path: keys and positions with slashes between them. */
export function at(value: unknown, path: string): unknown;
/** Whether a value is what is expected: the same, within a range, or a text that a pattern is found in. */
export function fits(found: unknown, expected: unknown): boolean;
/** The step with every $word replaced by what was kept under it. */
export function withWords<T>(value: T, words: ReadonlyMap<string, string>): T;
/** How many pods there are, and of those that are ready how many, on how many nodes, and which. */
export function standing(pods: readonly { readonly state: string; readonly node: string; readonly name: string }[]): {
  count: number;
  ready: number;
  nodes: number;
  names: string[];
};
