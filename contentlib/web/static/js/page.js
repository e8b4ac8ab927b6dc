// What makes every page quick; without it each page works by links and forms alone.
import { watchKeys } from "./keys.js";
import { watchDialogs } from "./dialogs.js";
import { watchFields } from "./fields.js";
import { watchCopies } from "./copy.js";
import { watchOffers } from "./offers.js";
import { watchSlides } from "./slides.js";

watchKeys();
watchDialogs();
watchFields();
watchCopies();
watchOffers();
watchSlides();
