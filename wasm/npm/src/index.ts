/** Kubernetes Services, exact, in a browser tab and in Node. */

export { init, version, type EngineSource } from "./engine.js";
