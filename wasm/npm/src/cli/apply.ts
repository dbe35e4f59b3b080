import type { Applied } from "../index.js";
import { UsageError, type Command } from "./command.js";
import { manifests } from "./files.js";
import { CLUSTER_OPTIONS, all, applyOne, newCluster, positioned } from "./new-cluster.js";

/** `svcscope apply`: says what a new cluster makes of manifests, as kubectl says it. */
export const applyCommand: Command = {
  summary: "apply manifests to a new cluster and say what became of them",
  usage: "-f FILE… (- is the standard input)",
  options: CLUSTER_OPTIONS,
  async run({ options, operands }) {
    const named = [...all(options["filename"]), ...operands];
    if (named.length === 0) throw new UsageError("must specify -f");
    const cluster = await newCluster(options);
    let code = 0;
    for (const name of named) {
      for (const file of await manifests([name], options["recursive"] === true)) {
        const { applied, problems } = applyOne(cluster, file);
        applied.forEach(report);
        for (const problem of problems) console.error(positioned(problem));
        if (problems.length > 0) code = 1;
      }
    }
    return code;
  },
};

/** `deployment.apps/web created` */
function report({ apiVersion, kind, name, result, warnings }: Applied): void {
  for (const warning of warnings) console.error(`Warning: ${warning}`);
  const [group, version] = apiVersion.split("/");
  const resource = version === undefined ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
  console.log(`${resource}/${name} ${result}`);
}
