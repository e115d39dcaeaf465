// Moves a dot per patient between the places of a pathway. No dependency; redraws on theme and size.
const players = new WeakMap();
const GAP = 10, HEAD = 24, SEATS_ACROSS = 20, NARROW = 640, MOVE_SECONDS = 0.6, WEEK = 7, MONTH = 30.4375;

export default function (component) {
  const { data, parentElement } = component;
  let player = players.get(parentElement);
  if (!player) {
    player = makePlayer(parentElement);
    players.set(parentElement, player);
  }
  player.show(data);
  return player.end;
}

function makePlayer(root) {
  const find = (name) => root.querySelector("." + name);
  const canvas = find("dots"), slider = find("time"), play = find("play"), speed = find("speed");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let data = null, asked = "", day = 0, playing = false, started = false, last = 0, frame = 0;

  const stateAt = (changes, when) => {
    let place = 0;
    while (place + 2 < changes.length && changes[place + 2] <= when) place += 2;
    return place;
  };
  const layout = () => {
    const width = canvas.clientWidth, across = width < NARROW ? 2 : Math.min(5, data.states.length);
    const wide = (width - GAP * (across - 1)) / across, seat = wide / (SEATS_ACROSS + 1);
    const high = HEAD + seat * (Math.ceil(data.patients.length / SEATS_ACROSS) + 0.5);
    const boxes = data.states.map((_, i) => ({
      x: (i % across) * (wide + GAP), y: Math.floor(i / across) * (high + GAP), wide, high, seat,
    }));
    return { boxes, height: Math.ceil(data.states.length / across) * (high + GAP) };
  };
  const seatOf = (box, number) => [
    box.x + box.seat * (1 + (number % SEATS_ACROSS)),
    box.y + HEAD + box.seat * (0.5 + Math.floor(number / SEATS_ACROSS)),
  ];
  const counts = () => {
    const found = data.states.map(() => 0);
    data.patients.forEach((changes) => found[changes[stateAt(changes, day) + 1]]++);
    return found;
  };
  const tell = (found) => {
    const when = "Month " + (day / MONTH).toFixed(1) + " (day " + Math.round(day) + ")";
    find("when").textContent = when;
    slider.value = day;
    slider.setAttribute("aria-valuetext", when);
    const listed = data.states.map((state, i) => found[i] + " " + state.label).join(", ");
    canvas.setAttribute("aria-label", when + ", " + data.patients.length + " patients: " + listed);
  };
  const draw = () => {
    if (!data || !canvas.clientWidth) return;
    const style = getComputedStyle(canvas), { boxes, height } = layout(), scale = window.devicePixelRatio || 1;
    canvas.style.height = height + "px";
    canvas.width = canvas.clientWidth * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d"), found = counts();
    pen.scale(scale, scale);
    pen.font = "13px " + style.fontFamily;
    boxes.forEach((box, i) => {
      pen.strokeStyle = data.states[i].color;
      pen.lineWidth = 1.5;
      pen.strokeRect(box.x + 1, box.y + 1, box.wide - 2, box.high - 2);
      pen.fillStyle = style.color;
      pen.textAlign = "left";
      pen.fillText(data.states[i].label, box.x + 7, box.y + 17, box.wide - 48);
      pen.textAlign = "right";
      pen.fillText(found[i], box.x + box.wide - 7, box.y + 17);
    });
    const span = playing && !calm.matches ? Number(speed.value) * MOVE_SECONDS : 0;
    const spot = (changes, number, place, when) => { // where a dot is, on its way since its latest change
      const to = seatOf(boxes[changes[place + 1]], number);
      const done = place && span ? Math.min(1, (when - changes[place]) / span) : 1;
      if (done >= 1) return to;
      const from = spot(changes, number, place - 2, changes[place]), eased = done * done * (3 - 2 * done);
      return [from[0] + (to[0] - from[0]) * eased, from[1] + (to[1] - from[1]) * eased];
    };
    data.patients.forEach((changes, number) => {
      const place = stateAt(changes, day), [x, y] = spot(changes, number, place, day);
      pen.fillStyle = data.states[changes[place + 1]].color;
      pen.beginPath();
      pen.arc(x, y, Math.min(4, boxes[0].seat * 0.38), 0, 2 * Math.PI);
      pen.fill();
    });
    tell(found);
  };
  const set = (isPlaying) => {
    playing = isPlaying;
    play.textContent = playing ? "Pause" : "Play";
    cancelAnimationFrame(frame);
    last = 0;
    if (playing) frame = requestAnimationFrame(tick);
    draw();
  };
  const go = (to) => { day = Math.max(0, Math.min(data.days, to)); };
  const tick = (now) => {
    if (!canvas.isConnected) return;
    const passed = last ? (now - last) / 1000 : 0;
    const wait = calm.matches ? 1 : 0; // without motion: one jump a second
    if (!last || passed >= wait) {
      go(day + passed * Number(speed.value));
      last = now;
      draw();
    }
    if (day >= data.days) set(false);
    else frame = requestAnimationFrame(tick);
  };
  play.onclick = () => { if (!playing && day >= data.days) day = 0; set(!playing); };
  find("back").onclick = () => { go(day - WEEK); set(false); };
  find("step").onclick = () => { go(day + WEEK); set(false); };
  slider.oninput = () => { go(Number(slider.value)); set(false); };
  const sized = new ResizeObserver(draw);
  sized.observe(canvas);
  const seen = new IntersectionObserver((entries) => {
    if (entries.some((one) => one.isIntersecting) && !started && data) {
      started = true;
      if (!calm.matches) set(true);
    }
  }, { threshold: 0.3 });
  seen.observe(canvas);
  return {
    show: (given) => {
      const now = JSON.stringify(given);
      if (now !== asked) { [asked, data, day] = [now, given, 0]; slider.max = given.days; }
      draw();
    },
    end: () => { cancelAnimationFrame(frame); sized.disconnect(); seen.disconnect(); players.delete(root); },
  };
}
