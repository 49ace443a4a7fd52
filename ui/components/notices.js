// Whether this person wants to be told by the browser when a run has ended; remembered in this browser.
const WANTED = "livewright-notices";

export function wantsNotices() {
  try {
    return (
      globalThis.Notification?.permission === "granted" && localStorage.getItem(WANTED) === "true"
    );
  } catch {
    return false;
  }
}

// The browser asks for leave, which it may have been given or refused before; whether it is granted.
export async function wantNotices(wanted) {
  try {
    localStorage.setItem(WANTED, wanted);
  } catch {
    return false;
  }
  return wanted && (await globalThis.Notification?.requestPermission()) === "granted";
}
