// On the page of a gemeente: a button in the corner that opens our chat in a frame. scripts/make_loader.py makes
// loader.js of this: without these remarks, with the words of every language. A website holds that file to its hash
// (integrity), so one that was handed out never changes.
//
// Nothing is fetched or stored before somebody taps. All looks are set on elements one by one (CSSOM): a strict
// Content-Security-Policy lets that through, and rules of the page, such as * { all: unset !important }, do not win.
// Between page and frame go verbs, never a word of the talk: open, close, resize, leave. For old phones, as dom.js.
(function () {
  "use strict";
  // language: web.chat_open, web.chat_close, web.chat_elsewhere (for when the frame stays empty), "rtl" where it is so
  var words = WORDS;
  var script = document.currentScript;
  var ours = script.src.split("/widget/")[0];
  var origin = new URL(script.src).origin;
  var wanted = script.getAttribute("data-lang") || "auto";
  var page = ours + "/w/" + encodeURIComponent(script.getAttribute("data-site"));
  if (wanted !== "auto") page += "?lang=" + encodeURIComponent(wanted);
  var tongue = "nl";
  var tongues = wanted === "auto" ? navigator.languages : [wanted];
  for (var at = tongues.length; at--; ) {
    var code = tongues[at].split("-")[0].toLowerCase();
    if (words[code]) tongue = code;
  }
  var said = words[tongue];
  var dark = matchMedia("(prefers-color-scheme: dark)").matches;
  var paper = dark ? "#191614" : "#faf6ef";
  var ink = dark ? "#f3ece3" : "#2a2521";
  var font = "font:17px/1.4 system-ui,sans-serif;";
  var knob = font + "min-height:44px;min-width:44px;cursor:pointer;";
  var host, launcher, panel, closer, elsewhere, frame;
  var opened = false; // the panel is on the screen
  var here = false; // the page in the frame said so
  var large = false; // something in the frame wants the whole window
  var full = false; // it has it, also because the window is small
  var escapes = [];

  function make(tag, parent, style, text) {
    var node = document.createElement(tag);
    node.style.cssText = style;
    if (text) node.textContent = text;
    return parent.appendChild(node);
  }

  function mark(node, marks) {
    for (var name in marks) node.setAttribute(name, marks[name]);
  }

  function showHost(display) {
    host.style.setProperty("display", display, "important");
  }

  function lay() {
    full = large || innerWidth < 480 || innerHeight < 480;
    launcher.style.display = opened ? "none" : "block";
    mark(launcher, { "aria-expanded": opened });
    panel.style.cssText =
      "position:fixed;flex-direction:column;overflow:auto;background:" + paper + ";color:" + ink +
      ";display:" + (opened ? "flex;" : "none;") +
      (full
        ? "top:0;right:0;bottom:0;left:0"
        : "right:16px;bottom:16px;width:400px;height:calc(100% - 32px);max-height:680px;border:1px solid #8a7d70;border-radius:12px");
  }

  function tell(verb) {
    if (here) frame.contentWindow.postMessage("thuiswijzer:" + verb, origin);
  }

  // What is not ours, or does not come, is not shown: it would only frighten.
  function late() {
    if (here) return;
    elsewhere.style.display = "block";
    frame.style.visibility = "hidden";
  }

  function enter() {
    frame.focus();
    tell("open");
  }

  function show() {
    opened = true;
    lay();
    closer.focus();
    if (frame) return here && enter();
    frame = make("iframe", panel, "flex:1 0 200px;width:100%;border:0");
    frame.onload = function () {
      setTimeout(late, 3000);
    };
    setTimeout(late, 12000);
    mark(frame, { title: said[0], referrerpolicy: "strict-origin", src: page + "#host=" + encodeURIComponent(location.origin) });
  }

  function hide() {
    opened = large = false;
    lay();
    launcher.focus();
  }

  // Out of sight at once; then this page, and the one around it where it is of the same website, gives way.
  function go(to) {
    document.documentElement.style.setProperty("display", "none", "important");
    to = /^https:/.test(to) ? to : AWAY;
    try {
      if (top.location.href) top.location.replace(to);
    } catch (error) {
      location.replace(to);
    }
  }

  function escape() {
    var now = Date.now();
    escapes = escapes.filter(function (one) {
      return now - one < 2000;
    });
    if (escapes.push(now) < 3) return opened && hide();
    tell("leave"); // it wipes what it keeps, and says so
    setTimeout(go, 300);
  }

  function build() {
    host = make("div", document.body, "all:initial;position:fixed;z-index:2147483647;display:block;".replace(/;/g, "!important;"));
    mark(host, { role: "region", "aria-label": said[0], lang: tongue, dir: said[3] || "ltr" });
    var root = host.attachShadow({ mode: "open" });
    launcher = make(
      "button", root, knob + "position:fixed;right:16px;bottom:16px;max-width:calc(100% - 32px);padding:10px 18px;border:2px solid #fff;border-radius:26px;background:#0b5c5a;color:#fff;font-weight:600", said[0]);
    mark(launcher, { "aria-haspopup": "dialog" });
    launcher.onclick = show;
    panel = make("div", root, "");
    mark(panel, { role: "dialog", "aria-label": said[0] });
    closer = make("button", panel, knob + "align-self:flex-end;padding:0 16px;border:0;background:none;color:inherit;text-decoration:underline", said[1]);
    closer.onclick = hide;
    elsewhere = make("p", panel, font + "display:none;margin:0;padding:8px 16px;font-size:20px");
    mark(elsewhere, { role: "alert" });
    mark(make("a", elsewhere, "color:inherit;display:block", said[2]), { href: page, target: "_blank", rel: "noopener" });
    mark(make("a", elsewhere, "color:inherit;font-size:40px", "112"), { href: "tel:112" });
    lay();
    if (host.showPopover) {
      host.popover = "manual"; // above whatever the page puts on top
      host.showPopover();
    }

    addEventListener("message", function (event) {
      if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
      var told = String(event.data).split(" ");
      var verb = told[0].slice(12);
      if (verb === "open") {
        here = true;
        large = false;
        elsewhere.style.display = "none";
        frame.style.visibility = "";
        lay();
        if (opened) enter();
      }
      if (verb === "close") escape();
      if (verb === "resize") {
        large = !large;
        lay();
      }
      if (verb === "leave") go(told[1]);
    });
    addEventListener("keydown", function (event) {
      if (event.key === "Escape" && !event.repeat && frame) escape();
    });
    // what has the focus must not lie under the panel
    addEventListener("focusin", function (event) {
      if (opened && full && event.target !== host) closer.focus();
    });
    addEventListener("resize", lay);
    addEventListener("beforeprint", function () {
      showHost("none");
    });
    addEventListener("afterprint", function () {
      showHost("block");
    });
  }

  if (document.body) build();
  else addEventListener("DOMContentLoaded", build);
})();
