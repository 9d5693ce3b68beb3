/** The address of the starter bundle, which lies beside this file. Nothing is fetched until the bundle is loaded. */
export const starterUrl = new URL("./starter.fwb", import.meta.url);
