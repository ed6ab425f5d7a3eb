// What the browser does by itself: say where it looks, write controls into the address, choose rows.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.taian = (function () {
    "use strict";
    var PHONE = "(max-width: 47.99em)";
    var steeredFrom = null;
    var hasShownAPage = false;
    var turns = 0;
    var hasChosen = false;

    // A session that has ended is answered 401: sign in again and come back to this address. A page that is not the
    // reader's is answered 403 with a word to load it anew: the server then says so on a page of its own.
    var ask = window.fetch;
    var isLeaving = false;
    window.fetch = function () {
        return ask.apply(window, arguments).then(function (answer) {
            var isRefused = answer.status === 403 && answer.headers.get("X-Taian-Again");
            if (answer.status !== 401 && !isRefused) {
                return answer;
            }
            if (!isLeaving) {
                isLeaving = true;
                if (isRefused) {
                    window.location.reload();
                } else {
                    toSignIn(window.location.pathname + window.location.search);
                }
            }
            return new Promise(function () {});
        });
    };

    function toSignIn(address) {
        window.location.assign("/sign-in" + (address ? "?next=" + encodeURIComponent(address) : ""));
    }

    function sign_out(clicks) {
        if (!clicks) {
            return window.dash_clientside.no_update;
        }
        var token = (document.cookie.match(/(?:^|; )_csrf_token=([^;]*)/) || [])[1] || "";
        ask("/sign-out", { method: "POST", headers: { "X-CSRFToken": token } }).then(function () { toSignIn(""); });
        return true;
    }

    // The address of this moment: choosing a row changes it without the page being made anew.
    function keep_view(clicks, name) {
        if (!clicks) {
            return window.dash_clientside.no_update;
        }
        var heading = document.querySelector("main h1");
        return {
            name: (name || "").trim() || (heading ? heading.textContent : document.title).slice(0, 40),
            address: window.location.pathname + window.location.search,
            at: Date.now()
        };
    }

    // Another page is not kept yet.
    function fold_keep() {
        var box = document.getElementById("keep");
        if (box) {
            box.open = false;
        }
        return "";
    }

    function params() {
        return new URLSearchParams(window.location.search);
    }

    function written(query) {
        var text = query.toString();
        return text ? "?" + text : "";
    }

    function replaceSearch(query, how) {
        window.history[how](null, "", window.location.pathname + written(query));
    }

    function toggled() {
        var next = window.taianTheme === "dark" ? "light" : "dark";
        try {
            window.localStorage.setItem("mantine-color-scheme-value", next);
        } catch (error) {
            // A browser that keeps nothing still switches.
        }
        var query = params();
        query.delete("theme");
        replaceSearch(query, "replaceState");
        return next;
    }

    function triggeredBy(id) {
        return window.dash_clientside.callback_context.triggered_id === id;
    }

    function where() {
        return {
            path: window.location.pathname,
            search: window.location.search,
            theme: window.taianTheme,
            phone: window.matchMedia(PHONE).matches
        };
    }

    // A row that is chosen writes the address past Dash, which therefore sees no change when its reader goes back to the
    // address of the page: the page is asked for again here, a turn later.
    window.addEventListener("popstate", function () {
        if (hasChosen) {
            hasChosen = false;
            turns += 1;
            window.dash_clientside.set_props("view", { data: Object.assign(where(), { turn: turns }) });
        }
    });

    function look(href, clicks, before) {
        var asked = params().get("theme");
        if (clicks && triggeredBy("theme-button")) {
            window.taianTheme = toggled();
        } else if (asked === "dark" || asked === "light") {
            window.taianTheme = asked;
        }
        var now = where();
        var same = before && Object.keys(now).every(function (key) { return now[key] === before[key]; });
        return [same ? window.dash_clientside.no_update : now, now.theme];
    }

    // What the controls of the page that stands say, as its address had it when it was made.
    function madeFor() {
        var mark = document.getElementById("page-made-for");
        var query = new URLSearchParams(mark ? mark.dataset.search : "");
        if (query.has("run")) {
            // The night's control stands on "run" while ?run= says which night; any other choice takes that away.
            query.set("night", "run");
        }
        return query;
    }

    // A control that stands for its default ("" or nothing) leaves the address. One that stands as its page was made was
    // not touched: a page that arrives after its reader went back must not take the reader forward again.
    function steer(values, ids) {
        var query = params();
        var made = madeFor();
        var changed = window.dash_clientside.callback_context.triggered.map(function (one) { return one.prop_id; });
        ids.forEach(function (id, i) {
            var mine = changed.some(function (prop) { return prop.indexOf('"name":"' + id.name + '"') >= 0; });
            if (!mine || (values[i] || "") === (made.get(id.name) || "")) {
                return;
            }
            if (id.name === "night") {
                query.delete("run");
            }
            if (values[i]) {
                query.set(id.name, values[i]);
            } else {
                query.delete(id.name);
            }
        });
        steeredFrom = document.activeElement ? document.activeElement.id : null;
        var search = written(query);
        return search === written(params()) ? window.dash_clientside.no_update : search;
    }

    // The list is refilled without the page around it: a reader who types on loses nothing.
    function note_words(words) {
        return noted(words, function () { return false; });
    }

    // The number of a person stays out of the address: addresses are kept, sent on and read over shoulders.
    function note_sought(words) {
        return noted(words, function (text) {
            return /[1-8]\d{5}(18|19|20)\d{2}|(^|\D)[1-8]\d{14}(\D|$)/.test(text.replace(/\s/g, ""));
        });
    }

    function noted(words, is_secret) {
        var query = params();
        var text = (words || "").trim();
        if (text === (query.get("q") || "")) {
            return window.dash_clientside.no_update;
        }
        if (text && !is_secret(text)) {
            query.set("q", text);
        } else {
            query.delete("q");
        }
        replaceSearch(query, "replaceState");
        return text;
    }

    // Links of the application carry no attributes of their own: say here which of them is where we are.
    function mark_current() {
        document.querySelectorAll(".nav-link, .section-tab, .tile").forEach(function (link) {
            if (link.matches(".here, .chosen")) {
                link.setAttribute("aria-current", link.matches(".tile") ? "true" : "page");
            } else {
                link.removeAttribute("aria-current");
            }
        });
    }

    // On a phone the navigation and tabs are wider than the screen: what is open must not stand beyond its edge.
    function show_current() {
        document.querySelectorAll(".nav-link.here, .tabs .chosen").forEach(function (here) {
            var row = here.parentElement;
            if (row.scrollWidth > row.clientWidth) {
                row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
            }
        });
    }

    // A page that was filled anew has lost the place of a reader who uses the keyboard: give it back.
    function refocus() {
        var wanted = steeredFrom;
        steeredFrom = null;
        window.requestAnimationFrame(function () {
            mark_current();
            show_current();
            if (document.activeElement && document.activeElement !== document.body) {
                return;
            }
            var place = wanted && document.getElementById(wanted);
            if (!place && hasShownAPage) {
                place = document.getElementById("page");
            }
            hasShownAPage = true;
            if (place) {
                place.focus({ preventScroll: true });
            }
        });
        return window.dash_clientside.no_update;
    }

    function drill(click) {
        var point = click && click.points && click.points[0];
        var area = [].concat(point ? point.customdata : []);
        if (!area[0]) {
            return window.dash_clientside.no_update;
        }
        var query = params();
        query.set(area[1] || "area", area[0]);
        return written(query);
    }

    function entitle(title) {
        if (title) {
            document.title = title;
        }
        return window.dash_clientside.no_update;
    }

    function chooser(name, identify) {
        return function (rows, clicked) {
            var chosen = identify(rows, clicked);
            if (!chosen) {
                return window.dash_clientside.no_update;
            }
            var query = params();
            var again = query.get(name) === chosen;
            var byClick = (window.dash_clientside.callback_context.triggered[0] || {}).prop_id || "";
            if (again && byClick.indexOf("cellClicked") < 0) {
                return window.dash_clientside.no_update;
            }
            if (!again) {
                query.set(name, chosen);
                replaceSearch(query, "pushState");
                hasChosen = true;
            }
            return { id: chosen, at: Date.now() };
        };
    }

    function rowOf(rows) {
        return Array.isArray(rows) && rows.length ? rows[0] : null;
    }

    // Rows of a list that is read in blocks can be marked only once they are there.
    function mark_finding() {
        var chosen = params().get("finding");
        return chosen ? { ids: [chosen] } : window.dash_clientside.no_update;
    }

    // The list shows the state of each case: ask for its rows again once a step was taken.
    function refresh_findings(taken) {
        var is_here = taken && window.dash_ag_grid && document.getElementById("findings");
        var grid = is_here && window.dash_ag_grid.getApi("findings");
        if (grid) {
            grid.refreshInfiniteCache();
        }
        return window.dash_clientside.no_update;
    }

    // The button that was pressed is gone with the old panel: the reader goes on from what became of the step.
    function hear_case() {
        window.requestAnimationFrame(function () {
            var answer = document.getElementById("case-answer");
            if (answer) {
                answer.focus({ preventScroll: true });
            }
        });
        return window.dash_clientside.no_update;
    }

    // A drawer that was closed is no longer what the address shows.
    function closer(name) {
        return function (opened) {
            var query = params();
            if (opened === false && query.has(name)) {
                query.delete(name);
                replaceSearch(query, "replaceState");
            }
            return window.dash_clientside.no_update;
        };
    }

    function open_drawer(chosen) {
        return chosen ? true : window.dash_clientside.no_update;
    }

    return {
        look: look,
        sign_out: sign_out,
        keep_view: keep_view,
        fold_keep: fold_keep,
        steer: steer,
        note_words: note_words,
        note_sought: note_sought,
        refocus: refocus,
        drill: drill,
        entitle: entitle,
        open_drawer: open_drawer,
        mark_finding: mark_finding,
        refresh_findings: refresh_findings,
        hear_case: hear_case,
        close_finding: closer("finding"),
        close_batch: closer("batch"),
        choose_finding: chooser("finding", function (rows, clicked) {
            var prop = (window.dash_clientside.callback_context.triggered[0] || {}).prop_id || "";
            return prop.indexOf("cellClicked") >= 0 ? clicked && clicked.rowId : (rowOf(rows) || {}).finding_id;
        }),
        choose_batch: chooser("batch", function (rows, clicked) {
            var prop = (window.dash_clientside.callback_context.triggered[0] || {}).prop_id || "";
            var key = prop.indexOf("cellClicked") >= 0 ? clicked && clicked.rowId : (rowOf(rows) || {}).key;
            return key ? String(key).split("#")[0] : null;
        })
    };
})();
