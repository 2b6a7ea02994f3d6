// Copies the lines for a website. Without this the page works the same: the lines can be selected.

const button = document.getElementById("copy");
const lines = document.getElementById("snippet");
const told = document.getElementById("copied");

if (button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    lines.select();
    try {
      await navigator.clipboard.writeText(lines.value);
      told.textContent = told.dataset.done;
    } catch (error) {
      told.textContent = told.dataset.failed;
    }
  });
}
