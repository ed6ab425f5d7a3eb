// What a reader takes out of a page: its tables as a file, a chart as a picture, the page on paper.
(function () {
    "use strict";
    var HEAD = 92;
    var NARROW = 720;

    function here() {
        return window.location.pathname + window.location.search;
    }

    function token() {
        return (document.cookie.match(/(?:^|; )_csrf_token=([^;]*)/) || [])[1] || "";
    }

    function told(element) {
        return element ? element.textContent.trim().replace(/\s+/g, " ").replace(/</g, "&lt;") : "";
    }

    // Choosing a row changes the address without the page being made anew: the link takes that of this moment.
    function takePage(link) {
        link.href = "/export/page." + link.dataset.kind + "?at=" + encodeURIComponent(here());
        document.getElementById("take-out").open = false;
    }

    // What must stand with a figure wherever it goes: what it is, until when, under which filters, who took it.
    function layoutOf(plot, card, title) {
        var stamp = card.querySelector(".stamp");
        var under = Array.from(stamp ? stamp.children : []).map(told);
        under.push("地址 " + here().replace(/</g, "&lt;"), "导出人 " + told(document.querySelector(".who")));
        var lines = [told(card.querySelector(".subtitle")), under.filter(Boolean).join(" · ")].filter(Boolean);
        var head = {
            text: title,
            subtitle: { text: lines.join("<br>"), font: { size: 12 } },
            x: 0, xanchor: "left", xref: "container", y: 1, yanchor: "top", yref: "container",
            pad: { t: 14, l: 14 }, font: { size: 18 }
        };
        var margin = Object.assign({}, plot.layout.margin);
        margin.t = (margin.t || 0) + HEAD;
        margin.l = (margin.l || 0) + 8;
        return Object.assign({}, plot.layout, {
            title: head, margin: margin, autosize: false, paper_bgcolor: window.getComputedStyle(card).backgroundColor
        });
    }

    function savePicture(button) {
        var plot = button.parentElement.querySelector(".js-plotly-plot");
        var card = button.closest(".card");
        if (!plot || !card || !window.Plotly) {
            return;
        }
        var title = told(card.querySelector("h2"));
        var size = { format: "png", scale: 2, width: Math.max(plot.clientWidth, NARROW), height: plot.clientHeight + HEAD };
        button.disabled = true;
        window.fetch("/export/picture", {
            method: "POST",
            headers: { "X-CSRFToken": token(), "Content-Type": "application/json" },
            body: JSON.stringify({ at: here(), title: title })
        }).then(function (answer) {
            if (!answer.ok) {
                return answer.text().then(function (words) { throw new Error(words.trim()); });
            }
            return window.Plotly.toImage({ data: plot.data, layout: layoutOf(plot, card, title) }, size);
        }).then(function (address) {
            var link = document.createElement("a");
            link.href = address;
            link.download = title + ".png";
            link.click();
            button.textContent = "存为图片";
        }).catch(function (error) {
            button.textContent = "没有存下：" + (error.message || "请再试一次");
        }).then(function () {
            button.disabled = false;
        });
    }

    window.addEventListener("beforeprint", function () {
        var until = document.getElementById("freshness").textContent.trim();
        var who = document.querySelector(".who");
        document.getElementById("printed").textContent =
            [until, "打印人 " + (who ? who.textContent.trim() : ""), "地址 " + here()].join(" · ");
    });

    document.addEventListener("click", function (event) {
        var target = event.target.closest ? event.target : null;
        var link = target && target.closest(".take-page");
        var picture = target && target.closest(".save-picture");
        if (link) {
            takePage(link);
        } else if (picture) {
            savePicture(picture);
        } else if (target && target.closest("#take-print")) {
            document.getElementById("take-out").open = false;
            window.print();
        }
    }, true);
})();
