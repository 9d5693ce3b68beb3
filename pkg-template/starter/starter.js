/** Where the starter bundle is: beside this file. Nothing is fetched until it is loaded. */
export const starterUrl = new URL("./starter.fwb", import.meta.url);
