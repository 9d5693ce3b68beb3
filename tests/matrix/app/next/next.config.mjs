// The tools of the tests stand outside the shop's folder.
export default { turbopack: { root: "/" } };
