/** How addresses that hold something begin. Apart from the rest, which is fetched only by who follows one or makes one. */

export const VERSION = "v1=";

/** Whether something was shared with this address, readable or not. */
export const isLink = (hash: string): boolean => hash.startsWith(`#${VERSION}`);
