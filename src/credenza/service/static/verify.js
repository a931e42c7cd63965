// A file is checked as soon as it is chosen or dropped, or a code is before the camera; the page works without any of it.
const form = document.querySelector("[data-verify]");

function frame(video) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, 900 / video.videoWidth);
  canvas.width = video.videoWidth * scale;
  canvas.height = video.videoHeight * scale;
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
}

async function codeIn(video, address) {
  if ("BarcodeDetector" in window) {
    const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(video).catch(() => []);
    if (found.length) return found[0].rawValue;
  }
  const body = new FormData();
  body.append("picture", await frame(video), "frame.jpg");
  body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(address, { method: "POST", body });
  return answer.ok ? (await answer.json()).text : null;
}

async function scan(button) {
  const place = form.querySelector("[data-viewfinder]"), status = place.querySelector("[data-camera-status]");
  const video = place.querySelector("video");
  place.hidden = false;
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    status.textContent = status.dataset.refused;
    video.hidden = true;
    return;
  }
  status.textContent = status.dataset.looking;
  video.srcObject = stream;
  await video.play();
  button.disabled = true;
  for (let tries = 0; tries < 120; tries += 1) {
    const text = await codeIn(video, button.dataset.camera);
    if (text) {
      for (const track of stream.getTracks()) track.stop();
      form.querySelector("[name=text]").value = text;
      form.requestSubmit();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  for (const track of stream.getTracks()) track.stop();
  place.hidden = true;
  button.disabled = false;
}

if (form) {
  form.querySelector("[name=file]").addEventListener("change", (event) => { if (event.target.files.length) form.requestSubmit(); });
  if (navigator.mediaDevices) {
    form.querySelector("[data-camera-place]").hidden = false;
    const button = form.querySelector("[data-camera]");
    button.addEventListener("click", () => scan(button));
  }
}

const numbered = document.querySelector("[data-number]");
if (numbered && location.hash.length > 1) {
  numbered.querySelector("[name=number]").value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  numbered.requestSubmit();
}
