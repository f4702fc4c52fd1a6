// Dark or light: the system's preference until the button is pressed. It is not stored, so a reload resets it.

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
