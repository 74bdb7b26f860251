/* Starts the parts that a signed-in page has. */

import * as answered from "./answered.js";
import * as attention from "./attention.js";
import * as bulk from "./bulk.js";
import * as canned from "./canned.js";
import * as charter from "./charter.js";
import * as clock from "./clock.js";
import * as command from "./command.js";
import * as composer from "./composer.js";
import * as guard from "./guard.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as merge from "./merge.js";
import * as moderation from "./moderation.js";
import * as notices from "./notices.js";
import * as order from "./order.js";
import * as pictures from "./pictures.js";
import * as presence from "./presence.js";
import * as sheets from "./sheets.js";
import * as silo from "./silo.js";

merge.start();
answered.start();
attention.start();
bulk.start();
canned.start();
charter.start();
clock.start();
command.start();
// Before the composer brings back what was written.
silo.start();
composer.start();
guard.start();
keys.start();
pictures.start();
presence.start();
live.start();
moderation.start();
notices.start();
order.start();
sheets.start();
document.addEventListener("htmx:afterSettle", merge.mark);
