// A soft double tone for a message that comes in. Browsers let a page be heard only after the visitor has done something
// there: the first gesture opens the way.

const GESTURES = ['pointerdown', 'keydown'];
// Hertz, and when they begin in seconds.
const TONES = [
  [659, 0],
  [880, 0.11],
];
const LOUDNESS = 0.06;
const SECONDS = 0.28;

export class Sound {
  ended = new AbortController();

  constructor() {
    const options = { capture: true, passive: true, signal: this.ended.signal };
    for (const gesture of GESTURES) addEventListener(gesture, this.prime, options);
  }

  prime = () => {
    // Old browsers have none, and pages may forbid it.
    try {
      this.audio ||= new AudioContext();
    } catch {
      return;
    }
    this.audio.resume().catch(() => {});
  };

  play() {
    const { audio } = this;
    if (audio?.state != 'running') return;
    for (const [frequency, later] of TONES) {
      const [tone, gain] = [audio.createOscillator(), audio.createGain()];
      const start = audio.currentTime + later;
      tone.frequency.value = frequency;
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.015);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + SECONDS);
      tone.connect(gain).connect(audio.destination);
      tone.start(start);
      tone.stop(start + SECONDS);
    }
  }

  end() {
    this.ended.abort();
    this.audio?.close().catch(() => {});
  }
}
