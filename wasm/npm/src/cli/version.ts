import { init, version } from "../index.js";
import type { Command } from "./command.js";

/** `svcscope version`: asks the engine, so that it also shows that the engine runs here. */
export const versionCommand: Command = {
  summary: "print the version",
  usage: "",
  options: {},
  async run() {
    await init();
    console.log(version());
    return 0;
  },
};
