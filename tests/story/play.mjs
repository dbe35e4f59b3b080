/**
 * Plays scenarios of chapter.yml, which says what they consist of, to a cluster with the methods of `Cluster`. It runs
 * wherever JavaScript does, and imports nothing for that.
 *
 * @param create makes a cluster of options, or a promise of one
 * @param read   the text of a file of tests/manifests
 * @returns the results of all steps; a step that is not as expected throws
 */
export async function play(scenario, create, read, more = 0) {
  const options = scenario.cluster ?? {};
  const cluster = await create({ ...options, seed: (options.seed ?? 1) + more });
  const words = new Map();
  const results = [];
  let heading = "";
  for (const [i, plain] of scenario.steps.entries()) {
    if (plain.say !== undefined) {
      heading = plain.say;
      continue;
    }
    const step = withWords(plain, words);
    const fail = (what) => {
      throw new Error(`${scenario.scenario} / ${heading}\n  step ${i}: ${JSON.stringify(step)}\n  ${what}`);
    };
    const [name, command] = Object.entries(COMMANDS).find(([name]) => name in step) ?? fail("there is no such command");
    let result;
    let expected = step.is;
    try {
      result = command(cluster, step[name], step, read);
      if (step.fails) fail("it is not refused");
    } catch (error) {
      if (!step.fails || !error?.status) throw error instanceof Error ? error : new Error(error?.message ?? String(error));
      result = error.status;
      expected = step.fails;
    }
    for (const [path, value] of Object.entries(expected ?? {})) {
      const found = at(result, path);
      if (more === 0 && !fits(found, value)) {
        fail(`${path}: expected ${JSON.stringify(value)}, found ${JSON.stringify(found)}`);
      }
    }
    for (const [word, path] of Object.entries(step.save ?? {})) words.set(word, String(at(result, path)));
    results.push(JSON.stringify(result ?? {}));
  }
  cluster.free();
  return results;
}

const QUIET_MS = 3_600_000;

/** Each gets the cluster, what stands behind its name, the whole step, and how to read files. */
const COMMANDS = {
  apply: (cluster, files, _step, read) => applied(cluster.apply(files.map(read).join("\n---\n"))),
  manifest: (cluster, text) => applied(cluster.apply(text)),
  delete: (cluster, object, step) => cluster.delete(...named(object), namespace(step)),
  scale: (cluster, object, step) => cluster.scale(...named(object), step.to, namespace(step)),
  expose: (cluster, object, step) => cluster.expose(...named(object), step.flags, namespace(step)),
  advance: (cluster, seconds) => cluster.advance(seconds * 1000),
  settle: (cluster) => cluster.advanceUntilQuiet(QUIET_MS),
  get: (cluster, object, step) => cluster.get(...named(object), namespace(step)) ?? {},
  pods,
  endpoints,
  send: (cluster, { ...request }) => {
    const { steps, ...result } = cluster.send(request);
    return { ...result, steps: steps.map((step) => step.what) };
  },
  many,
  resolve: (cluster, request) => {
    const { name, records, error } = cluster.resolve(request);
    return { name, records: records.map(({ type, data }) => `${type} ${data}`), error };
  },
  variables: (cluster, pod) => cluster.variables(pod, "", ""),
};

const named = (object) => object.split("/");
const namespace = (step) => step.namespace ?? "";
const applied = (objects) => objects.map(({ kind, name, result }) => ({ kind, name, result }));

function pods(cluster, labels) {
  const wanted = labels.split(",").map((label) => label.split("="));
  const has = (pod) => wanted.every(([key, value]) => pod.labels.some((l) => l.key === key && l.value === value));
  return standing(cluster.topology().pods.filter(has));
}

/** How many pods there are, and of those that are ready how many, on how many nodes, and which. */
export function standing(pods) {
  const ready = pods.filter((pod) => pod.state === "ready");
  return {
    count: pods.length,
    ready: ready.length,
    nodes: new Set(ready.map((pod) => pod.node)).size,
    names: ready.map((pod) => pod.name).sort(),
  };
}

/** What Endpoints and EndpointSlices say of a Service, and whether they say the same. */
function endpoints(cluster, service) {
  const subsets = cluster.get("Endpoints", service, "")?.subsets ?? [];
  const ips = (list) => new Set(subsets.flatMap((subset) => subset[list] ?? []).map(({ ip }) => ip));
  const [ready, notReady] = [ips("addresses"), ips("notReadyAddresses")];
  const slices = cluster.list("endpointslices", "default");
  const own = slices.filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === service);
  const inSlices = (isReady) => {
    const some = own.flatMap((slice) => slice.endpoints ?? []).filter((e) => (e.conditions.ready === true) === isReady);
    return new Set(some.flatMap((endpoint) => endpoint.addresses));
  };
  const selector = Object.entries(cluster.get("Service", service, "").spec.selector ?? {});
  const selected = (pod) =>
    pod.namespace === "default" &&
    pod.state === "ready" &&
    selector.every(([key, value]) => pod.labels.some((l) => l.key === key && l.value === value));
  const selectedPods = new Set(cluster.topology().pods.filter(selected).map((pod) => pod.ip));
  const agree = same(ready, inSlices(true)) && same(notReady, inSlices(false)) && same(ready, selectedPods);
  return { ready: ready.size, notReady: notReady.size, agree };
}

const same = (a, b) => a.size === b.size && [...a].every((item) => b.has(item));

function many(cluster, { times, by, ...request }) {
  const results = cluster.sendMany(request, times);
  const outcomes = tally(results.map((result) => result.outcome));
  const byPod = tally(results.flatMap((result) => result.pod ?? []));
  const shares = {};
  for (const pod of cluster.topology().pods) {
    const value = pod.labels.find((label) => label.key === by)?.value;
    const count = byPod[`${pod.namespace}/${pod.name}`];
    if (value !== undefined && count !== undefined) shares[value] = (shares[value] ?? 0) + count / times;
  }
  const counts = Object.values(byPod);
  return {
    outcomes,
    pods: counts.length,
    least: Math.min(...counts) / times,
    most: Math.max(...counts) / times,
    shares,
  };
}

function tally(words) {
  const counts = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** What stands at a path: keys and positions with slashes between them. */
export const at = (value, path) => path.split("/").reduce((inner, step) => inner?.[step], value);

/** Whether a value is what is expected: the same, within a range, or a text that a pattern is found in. */
export function fits(found, expected) {
  if (Array.isArray(expected)) return typeof found === "number" && expected[0] <= found && found <= expected[1];
  if (expected === null) return found === undefined || found === null;
  const pattern = typeof expected === "string" && /^\/(.*)\/$/s.exec(expected);
  if (pattern) return typeof found === "string" && new RegExp(pattern[1]).test(found);
  return typeof expected === "number" && typeof found === "number" ? Math.abs(found - expected) < 1e-9 : found === expected;
}

/** The step with every $word replaced by what was kept under it; a number stays one if it is all there is. */
export function withWords(value, words) {
  if (Array.isArray(value)) return value.map((item) => withWords(item, words));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withWords(inner, words)]));
  }
  if (typeof value !== "string") return value;
  // The longest first: a word may begin another.
  const known = [...words].sort(([a], [b]) => b.length - a.length);
  const text = known.reduce((said, [word, kept]) => said.replaceAll(`$${word}`, kept), value);
  return known.some(([word]) => value === `$${word}`) && /^-?\d+$/.test(text) ? Number(text) : text;
}
