// Runs before anything is drawn, so that a dark page never flashes white. The address wins, then the reader's last
// choice, then the system's preference.
(function () {
    "use strict";
    var asked = new URLSearchParams(window.location.search).get("theme");
    var kept = null;
    try {
        kept = window.localStorage.getItem("mantine-color-scheme-value");
    } catch (error) {
        kept = null;
    }
    var system = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    var known = function (name) {
        return name === "dark" || name === "light" ? name : null;
    };
    window.taianTheme = known(asked) || known(kept) || system;
    document.documentElement.dataset.mantineColorScheme = window.taianTheme;
})();
