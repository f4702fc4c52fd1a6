// Pictures that are dropped, pasted, opened from a file, or taken with the camera.

const find = (id) => document.getElementById(id);

/** Call `add(file, image)` with each picture; `image` is null if the browser can't show it, as with TIFF. */
export function startPictures(paper, add) {
  const take = async (file) => file && add(file, await createImageBitmap(file).catch(() => null));
  drop(paper, take);
  document.addEventListener("paste", (event) => take([...event.clipboardData.files][0]));
  find("open").addEventListener("click", () => find("file").click());
  find("file").addEventListener("change", (event) => {
    take(event.target.files[0]);
    event.target.value = ""; // so that the same file can be chosen again
  });
  camera(take);
}

function drop(paper, take) {
  // Anywhere on the page: otherwise a picture dropped beside the paper would replace the page.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    paper.classList.add("target");
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget ?? paper.classList.remove("target"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    paper.classList.remove("target");
    take(event.dataTransfer.files[0]);
  });
}

function camera(take) {
  const [dialog, video] = [find("shot"), find("video")];
  if (!navigator.mediaDevices) find("camera").hidden = true; // browsers allow it only to pages of this machine
  find("camera").addEventListener("click", async () => {
    dialog.showModal();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (dialog.open) video.srcObject = stream;
      else stop(stream);
    } catch {
      dialog.close();
      find("words").textContent = "There is no camera, or the browser may not use it.";
    }
  });
  find("take").addEventListener("click", async () => {
    if (!video.videoWidth) return; // not started yet
    take(await photograph(video));
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    stop(video.srcObject);
    video.srcObject = null;
  });
}

const stop = (stream) => stream?.getTracks().forEach((track) => track.stop());

function photograph(video) {
  const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
}
