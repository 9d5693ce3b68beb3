// Rendered on the server, where the hooks say "loading".
import { Ask } from "./ask.js";

export default function Page() {
  return <Ask />;
}
