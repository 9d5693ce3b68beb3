import type { Bytes, Floorwalker as Loaded, LoadOptions, ResponseLike, UrlLike } from "floorwalker";

/** A bundle as text in base64: `base64 -w0 store.fwb`. */
export interface Base64 {
  base64: string;
}

/** The Floorwalker with its engine in the same file. Also takes a bundle in base64, so that a page needs no request at all. */
export const Floorwalker: {
  load(bundle: string | UrlLike | ResponseLike | Bytes | Base64, options?: LoadOptions): Promise<Loaded>;
};
