/** How the output of a cluster looks. On its own, so that the rest is fetched only by who needs it. */

/** Whether some cluster has printed it: nobody writes these fields by hand. */
export const isDump = (text: string): boolean =>
  /^[ "-]*(?:resourceVersion|"resourceVersion"):/m.test(text) && /^[ "]*(?:uid|"uid"):/m.test(text);
