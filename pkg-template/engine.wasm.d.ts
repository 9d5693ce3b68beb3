// The engine's module as bytes, which the build puts here.
declare const bytes: Uint8Array;
export default bytes;
