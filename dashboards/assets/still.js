// Draws what dashboards/still.py packed: elements that only stand there, as one component of the page.
window.taian_still = (function () {
    "use strict";
    var create = window.React.createElement;

    // As Dash's own link does it: the address changes, and the page follows without being loaded anew.
    function follow(event) {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.currentTarget.target) {
            return;
        }
        event.preventDefault();
        window.history.pushState({}, "", event.currentTarget.getAttribute("href"));
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
        window.scrollTo(0, 0);
    }

    function draw(node) {
        if (!Array.isArray(node)) {
            return node;
        }
        var isLink = node[0] === "Link";
        var given = Object.assign({}, node[1]);
        if (given.href) {
            given.href = window.dash_clientside.clean_url(given.href);
        }
        if (isLink) {
            given.onClick = follow;
        }
        return create.apply(null, [isLink ? "a" : node[0], given].concat(node.slice(2).map(draw)));
    }

    // Another tree is another page's: nothing that a reader opened in the old one stays open in it.
    var numbers = new WeakMap();
    var last = 0;
    function numberOf(tree) {
        if (!numbers.has(tree)) {
            last += 1;
            numbers.set(tree, last);
        }
        return numbers.get(tree);
    }

    function Still(props) {
        return create.apply(null, [window.React.Fragment, { key: numberOf(props.tree) }].concat(props.tree.map(draw)));
    }

    return {
        Still: window.React.memo(Still, function (before, now) { return before.tree === now.tree; })
    };
})();
