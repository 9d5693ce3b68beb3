// Measures the milliseconds from the start of the page's script, and from the start of its navigation, to the first decision. The package
// is imported dynamically, inside the measurement: a static import would be fetched before this line runs.
const start = performance.now();
const { Floorwalker } = await import("floorwalker");
const fw = await Floorwalker.load("/models/store.fwb");
fw.observe("view_item", { items: [{ item_id: "p42", item_category: "phones", price: 499 }] });
fw.route({ message: "does it work with my old charger?" });
const end = performance.now();
document.title = `done after ${(end - start).toFixed(2)} ms of script, ${end.toFixed(2)} ms of navigation`;
export {};
