// Pictures from elsewhere: dropped, pasted, opened from a file, or taken by the camera.

const find = (id) => document.getElementById(id);

/** Call `lay(file, image)` with each picture; `image` is null where the browser can't show it, as with TIFF. */
export function startPictures(paper, lay) {
  const take = async (file) => file && lay(file, await createImageBitmap(file).catch(() => null));
  drop(paper, take);
  document.addEventListener("paste", (event) => take([...event.clipboardData.files][0]));
  find("open").addEventListener("click", () => find("file").click());
  find("file").addEventListener("change", (event) => {
    take(event.target.files[0]);
    event.target.value = ""; // so that the same file may be chosen again
  });
  camera(take);
}

function drop(paper, take) {
  // Everywhere on the page: a picture dropped beside the paper would otherwise replace the page.
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
  if (!navigator.mediaDevices) find("camera").hidden = true; // browsers lend it to this machine's own pages only
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
    if (!video.videoWidth) return; // it has not begun
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
