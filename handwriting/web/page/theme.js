// Dark or light: as the system says until the button is pressed. Nothing is stored, so a reload asks the system again.

const system = matchMedia("(prefers-color-scheme: dark)");
let chosen = null;

export function startTheme(button, changed) {
  const apply = () => {
    const theme = chosen ?? (system.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
    changed();
  };
  button.addEventListener("click", () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}
