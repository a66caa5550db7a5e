/** A host for Power Apps controls in a browser: `PcfHarness.loadBundle(…)`, then `await PcfHarness.open({…})`. */
import { Host } from "./host";
import { loadBundle, openRegistry } from "./registry";
import { startWatching } from "./watch/start";

startWatching();
openRegistry();

const open = (options: Parameters<typeof Host.open>[0]): Promise<Host> => Host.open(options);

export { loadBundle, open };
