/** Counts of counts: which pods answered which client. */
type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

export function added(before: Counts, more: Counts): Counts {
  const all: Record<string, Record<string, number>> = {};
  for (const [client, pods] of [...Object.entries(before), ...Object.entries(more)]) {
    const own = all[client] ?? {};
    all[client] = own;
    for (const [pod, n] of Object.entries(pods)) own[pod] = (own[pod] ?? 0) + n;
  }
  return all;
}
