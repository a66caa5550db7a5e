import { watchDocument } from "./document";
import { watchForbidden } from "./forbidden";
import { watchListeners } from "./listeners";
import { watchMessages } from "./messages";
import { watchObservers } from "./observers";
import { watchTimers } from "./timers";

/** Starts watching the page: once, before any control's bundle is loaded. */
export function startWatching(): void {
    watchListeners();
    watchTimers();
    watchMessages();
    watchForbidden();
    watchObservers();
    watchDocument();
}
