/** What the engine finds wrong, and what it would change, in the manifest where the object stands there. */
import type { Cluster, Finding } from "svcscope";
import type { Diagnosis, SourceFile } from "./protocol.ts";

/** The files of the editor as they were applied: places are said in them. */
let written: readonly SourceFile[] = [];

export function remember(files: readonly SourceFile[]): void {
  written = files;
}

/** Of a Service, `namespace/name`; nothing of one that is not there. */
export function diagnoses(cluster: Cluster, service: string): Diagnosis[] {
  const [namespace, name = ""] = service.split("/");
  return (cluster.why(name, namespace, written) ?? []).map(diagnosis);
}

/** Of all Services. */
export const allDiagnoses = (cluster: Cluster): Diagnosis[] => cluster.findings(written).map(diagnosis);

function diagnosis({ id, severity, message, place, concerns, at, fix }: Finding): Diagnosis {
  const service = [place, ...concerns].find((c) => c.kind === "Service");
  return {
    id,
    severity,
    message,
    about: service ? { kind: "service", key: `${service.namespace}/${service.name}` } : null,
    at: at ? { file: at.file, from: at.from } : null,
    fix: fix
      ? {
          title: fix.title,
          of: { kind: fix.object.kind, namespace: fix.object.namespace, name: fix.object.name },
          patch: fix.patch,
          edit: fix.edit ?? null,
        }
      : null,
  };
}
