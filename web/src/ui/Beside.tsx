/** What stands beside the answer: how requests spread, and what happened. The picture does not wait for it. */
import { Spread } from "../traffic/Spread.tsx";
import { Events } from "./Events.tsx";

export const Beside = () => (
  <>
    <Spread />
    <Events />
  </>
);
