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

// Of a page that answers a form, Back and reload lead to its own address, not to the question whether to send it again.
const stands = document.querySelector("[data-stands-at]");
if (stands) history.replaceState(history.state, "", stands.dataset.standsAt);

// On a phone the navigation is wider than the page; the room one is in stands within it.
const nav = document.querySelector(".nav");
const room = nav?.querySelector("[aria-current]");
if (room) nav.scrollLeft = room.offsetLeft - nav.offsetLeft - (nav.clientWidth - room.offsetWidth) / 2;
