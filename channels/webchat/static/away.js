// Leaving a page that the server wrote: at once, and not back with the back button. Without a script it is a link.

const away = document.getElementById("away");
let escapes = [];

function leave() {
  document.title = "\u200b";
  document.body.textContent = "";
  location.replace(away.href);
}

if (away) {
  away.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    escapes = escapes.filter((at) => event.timeStamp - at < 2000).concat(event.timeStamp);
    if (escapes.length > 2) leave();
  });
}
